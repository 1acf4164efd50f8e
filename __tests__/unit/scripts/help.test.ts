import { main } from '../../../scripts/cli';
import { fakeContext } from '../../helpers/fake-context';

async function run(argv: readonly string[], terminal: { readonly columns?: number } = {}) {
  const fake = fakeContext({ cwd: '/', isTTY: terminal.columns !== undefined, ...terminal });
  const exitCode = await main(argv, fake.context);
  return { exitCode, stdout: fake.stdout(), stderr: fake.stderr() };
}

test.each([['plan'], ['destroy'], ['copy']])(
  '%s: an option that may be repeated says so, in words',
  async (command) => {
    const { exitCode, stdout } = await run([command, '--help']);
    expect(exitCode).toBe(0);
    expect(stdout.replace(/\s+/g, ' ')).toContain('(may be repeated) (default: none)');
    expect(stdout).not.toContain('[]');
  },
);

test('verify: where the options of the proof are told', async () => {
  expect((await run(['verify', '--help'])).stdout).toContain('`sluice verify` alone is `sluice verify export`');
});

test.each([
  [['plan']],
  [['apply']],
  [['pull', 'run']],
  [['pull', 'history']],
  [['doctor', 'aws']],
  [['verify', 'export']],
  [['copy']],
  [['demo']],
])('%j: its help tells the exit codes, once', async (argv) => {
  const { stdout } = await run([...argv, '--help']);
  expect(stdout.match(/Exit code/g)).toHaveLength(1);
});

test('pull: its help tells what blocks a run, as the guide does', async () => {
  expect((await run(['pull', '--help'])).stdout).toMatch(/ 5:\s+another\s+run\s+is\s+under\s+way/);
});

test.each([
  [['validate'], '0 1 3 130'],
  [['history'], '0 1 3 130'],
  [['report'], '0 1 3 5 130'],
  [['pull', 'history'], '0 1 3 4 5 130'],
  [['pull', 'report'], '0 1 3 4 5 130'],
  [['pull'], '0 1 2 3 4 5 130'],
  [['copy'], '0 1 2 3 4 5 130'],
  [['pull', 'start'], '0 1 3 4 5 130'],
  [['pull', 'run'], '0 1 2 3 4 5 130'],
  [['verify'], '0 1 3 4 5 130'],
  [['verify', 'export'], '0 1 3 4 5 130'],
  [['destroy'], '0 1 2 3 4 5 130'],
  [['synth'], '0 1 3 130'],
  [['plan'], '0 1 2 3 5 130'],
  [['apply'], '0 1 3 5 130'],
  [['provision'], '0 1 2 3 4 5 130'],
  [['facts'], '0 1 3 4 5 130'],
  [['doctor', 'aws'], '0 1 3 4 130'],
  [['doctor', 'host'], '0 1 3 4 5 130'],
])('%j: its help has the exit codes that occur, and no others', async (argv, codes) => {
  const { stdout } = await run([...argv, '--help']);
  const [, told = ''] = stdout.split('Exit code');
  expect(Array.from(told.matchAll(/(\d+):\s/g), ([, code]) => code).join(' ')).toBe(codes);
});

test.each([60, 80, 100])(
  'on a terminal of %d columns no help is wider: words would be broken in the middle',
  async (columns) => {
    for (const argv of [[], ['copy'], ['provision'], ['pull'], ['pull', 'report'], ['validate']]) {
      const { stdout } = await run([...argv, '--help'], { columns });
      // A word alone may be wider than what is left beside the options.
      const tooWide = stdout.split('\n').filter((line) => line.length > columns && /\S \S+$/.test(line));
      expect(tooWide).toEqual([]);
    }
  },
);

test.each([
  ['an argument is missing', ['copy', 'sftp://host/']],
  ['no such command', ['validat']],
  ['help on no such command', ['help', 'validat']],
  ['help of no such command', ['validat', '--help']],
  ['no such option', ['validate', '--jsn']],
])('%s: exit 3, and where to look', async (_what, argv) => {
  const { exitCode, stderr } = await run(argv);
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/^error: .*\n(.*\n)?\n? {2}fix: --help/);
});

test.each([
  ['hots', 3],
  ['help', 0],
  ['host', 3],
  ['--json', 3],
])('verify %s: only what is none of its commands is told as that', async (word, expected) => {
  const { exitCode, stderr } = await run(['verify', word]);
  expect(exitCode).toBe(expected);
  if (word === 'hots')
    expect(stderr).toBe(
      'error: verify has no command "hots"\n  fix: write one of export, host, or none: sluice verify is sluice verify export\n',
    );
  else expect(stderr).not.toContain('no command');
});

test.each([
  ['verify', '--interval', '3000000', 'seconds, more than 0 and at most 86400, are needed.'],
  ['verify', '--timeout', '0', 'minutes, more than 0, are needed.'],
  ['destroy', '--max-proof-age', '-1', 'hours, more than 0, are needed.'],
  ['provision', '--wait-timeout', '86401', 'seconds, more than 0 and at most 86400, are needed.'],
  ['facts', '--port', '65536', 'a whole number from 1 to 65535 is needed.'],
])('%s %s %s: says what is needed', async (command, option, value, needed) => {
  const { exitCode, stderr } = await run([command, option, value]);
  expect(exitCode).toBe(3);
  expect(stderr).toContain(`${option} `);
  expect(stderr).toContain(needed);
});
