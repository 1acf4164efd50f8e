/** The framing of many probes in one exec, by a real shell. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { Command, sh } from '../../../../provision/core/sh';
import { batchOf } from '../../../../provision/facts/batch';

function answersOf(probes: readonly Command[]) {
  const { script, answersIn } = batchOf(probes);
  const { stdout, status } = spawnSync('sh', ['-c', script.text], { input: 'not for probes' });
  expect(status).toBe(0);
  return answersIn(stdout);
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
  const [forger, reader, failing, last] = answersOf([
    sh`printf %s ${forged}; cat`,
    sh`cat`,
    sh`set -eu; exit 5`,
    sh`echo last`,
  ]);
  expect(forger).toEqual({ exitCode: 0, stdout: Buffer.from(forged), stderr: '' });
  expect(reader).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
  expect(failing?.exitCode).toBe(5);
  expect(last?.stdout.toString()).toBe('last\n');
});

test('what a login shell prints around the answers does no harm; half an answer is none', () => {
  const { script, answersIn } = batchOf([sh`echo one`, sh`echo two`]);
  const { stdout } = spawnSync('sh', ['-c', script.text]);
  const greeted = Buffer.concat([Buffer.from('Welcome!\n'), stdout]);
  expect(answersIn(greeted).map((answer) => answer.stdout.toString())).toEqual(['one\n', 'two\n']);
  expect(() => answersIn(stdout.subarray(0, stdout.length - 12))).toThrow('the host answered 1 of 2 probes');
});
