import { main } from '../../../scripts/cli';
import { fakeContext } from '../../helpers/fake-context';

async function run(argv: readonly string[]) {
  const fake = fakeContext({ cwd: '/' });
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
  expect((await run(['pull', '--help'])).stdout).toMatch(/^5: another run is under way/m);
});

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
