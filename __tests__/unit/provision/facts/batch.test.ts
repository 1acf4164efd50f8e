/** The framing of many probes in one exec, by a real shell. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { Command, sh } from '../../../../provision/core/sh';
import { batchOf } from '../../../../provision/facts/batch';

function answersOf(probes: readonly Command[]) {
  const { stdout, answersIn } = run(probes);
  return answersIn({ stdout, stderr: '', exitCode: 0 });
}

function run(probes: readonly Command[]) {
  const { command, stdin, answersIn } = batchOf(probes.map((probe) => ({ probe })));
  const { stdout, status } = spawnSync('sh', ['-c', command.text], { input: stdin });
  expect(status).toBe(0);
  return { stdout, answersIn };
}

/** A command that prints exactly these bytes. */
function printing(bytes: Uint8Array): Command {
  const octal = [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  return sh`printf ${octal}`;
}

test('any bytes on both outputs and any exit status come back, each from its own probe', () => {
  const bytes = fc.uint8Array({ maxLength: 40 });
  const probe = fc.record({
    out: bytes,
    err: fc.stringMatching(/^[ -~\n]{0,20}$/),
    status: fc.integer({ min: 0, max: 255 }),
  });
  fc.assert(
    fc.property(fc.array(probe, { minLength: 1, maxLength: 6 }), (probes) => {
      const commands = probes.map(({ out, err, status }) => {
        const errors = printing(Buffer.from(err));
        return new Command(`${printing(out).text}; ${errors.text} >&2; exit ${status}`);
      });
      const answers = answersOf(commands);
      probes.forEach(({ out, err, status }, index) => {
        expect(answers[index]).toEqual({ exitCode: status, stdout: Buffer.from(out), stderr: err.replace(/\n+$/, '') });
      });
    }),
    { numRuns: 25 },
  );
});

test('a probe cannot speak for another one, nor eat the input or the rest of the script', () => {
  const forged = '\n0b8e7c7e-5a0c-4b0b-9d47-0d3f3c1a2b4d\n0\n\n';
  const [forger, reader, failing, spoiler, last] = answersOf([
    sh`printf %s ${forged}; cat`,
    sh`cat`,
    sh`set -eu; exit 5`,
    sh`line() { :; }; status=9; exec >&-; cd /; trap 'echo trapped' EXIT`,
    sh`echo last`,
  ]);
  expect(forger).toEqual({ exitCode: 0, stdout: Buffer.from(forged), stderr: '' });
  expect(reader).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
  expect(failing?.exitCode).toBe(5);
  expect(spoiler?.stdout.toString()).toBe('');
  expect(last?.stdout.toString()).toBe('last\n');
});

test('what a login shell prints around the answers does no harm; half an answer is none', () => {
  const { stdout, answersIn } = run([sh`echo one`, sh`echo two`]);
  const greeted = Buffer.concat([Buffer.from('Welcome!\n'), stdout]);
  const said = answersIn({ stdout: greeted, stderr: '', exitCode: 0 }).map((answer) => answer.stdout.toString());
  expect(said).toEqual(['one\n', 'two\n']);
  const half = stdout.subarray(0, stdout.length - 12);
  expect(() => answersIn({ stdout: half, stderr: '', exitCode: 0 })).toThrow('the host answered 1 of 2 probes');
  expect(() => answersIn({ stdout: Buffer.alloc(0), stderr: '', exitCode: 127 })).toThrow(
    'the host answered 0 of 2 probes',
  );
});

test('when the time is up, what was answered counts; a probe that had it all for itself is the one that hangs', () => {
  const exitCode = 124;
  const probes = [sh`echo one`, sh`echo begun; exit 0`];
  const { stdout, answersIn } = run(probes);
  const cut = stdout.subarray(0, stdout.indexOf('begun') + 'begun'.length);
  expect(answersIn({ stdout: cut, stderr: '', exitCode }).map((answer) => answer.stdout.toString())).toEqual(['one\n']);
  const alone = run(probes.slice(1));
  const begun = alone.stdout.subarray(0, alone.stdout.indexOf('begun') + 'begun'.length);
  expect(alone.answersIn({ stdout: begun, stderr: '', exitCode })).toEqual([
    { exitCode: 124, stdout: Buffer.alloc(0), stderr: '' },
  ]);
});

test("what several probes need is set up once, and its output is nobody's answer", () => {
  const setup = sh`count=$((count + 1)); echo noise; hello() { echo "hello $1, set up $count times"; }`;
  const probes = ['one', 'two'].map((name) => ({ setup, probe: sh`hello ${name}; count=9` }));
  const { command, stdin, answersIn } = batchOf([...probes, { probe: sh`echo three` }]);
  const { stdout } = spawnSync('sh', ['-c', command.text], { input: stdin });
  expect(answersIn({ stdout, stderr: '', exitCode: 0 }).map((answer) => answer.stdout.toString())).toEqual([
    'hello one, set up 1 times\n',
    'hello two, set up 1 times\n',
    'three\n',
  ]);
});

test.each([
  [
    'Please login as the user "ec2-user" rather than the user "root".\n\n',
    '',
    142,
    'Please login as the user "ec2-user"',
  ],
  ['', 'WARNING: Your password has expired.\nPassword change required\n', 1, 'has expired. / Password change required'],
])('a host that runs nothing has its own words in the message: %j %j', (stdout, stderr, exitCode, words) => {
  const { answersIn } = run([sh`true`]);
  expect(() => answersIn({ stdout: Buffer.from(stdout), stderr, exitCode })).toThrow(
    expect.objectContaining({
      code: 'LOGIN_RUNS_NOTHING',
      kind: 'unreachable',
      message: expect.stringContaining(`0 of 1 probes; it ended with ${exitCode} and says: `),
    }),
  );
  expect(() => answersIn({ stdout: Buffer.from(stdout), stderr, exitCode })).toThrow(words);
});

test.each(['read -r line', 'cat >/dev/null'])(
  "where a login's own files do `%s`, no answer is made of the rest",
  (eater) => {
    const setup = sh`hello() { echo hello; }`;
    const { command, stdin, answersIn } = batchOf([{ setup, probe: sh`hello` }]);
    const { stdout, stderr, status } = spawnSync('sh', ['-c', `${eater}; ${command.text}`], { input: stdin });
    const result = { stdout, stderr: stderr.toString(), exitCode: status ?? -1 };
    expect(() => answersIn(result)).toThrow(expect.objectContaining({ code: 'LOGIN_RUNS_NOTHING' }));
  },
);

test.each([
  [2, 'sh: 4: Cannot fork\n', 'it ended with 2 and says: sh: 4: Cannot fork'],
  [137, '', 'it ended with 137'],
])('a host that has no room for another program is not blamed for its shell: %d %j', (exitCode, stderr, words) => {
  const { stdout, answersIn } = run([sh`true`, sh`true`]);
  // The first line of the frame, and no answer.
  const begun = stdout.subarray(0, stdout.indexOf('\n', 1) + 1);
  expect(() => answersIn({ stdout: begun, stderr, exitCode })).toThrow(
    expect.objectContaining({
      message: `the host answered 0 of 2 probes; ${words}`,
      hint: expect.stringMatching(/out of memory or processes/),
    }),
  );
});
