/** The framing of many probes in one exec, by a real shell. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { Command, sh } from '../../../../provision/core/sh';
import { batchScript, parseBatch } from '../../../../provision/facts/batch';

function answersOf(probes: readonly Command[]) {
  const { stdout, status } = spawnSync('sh', ['-c', batchScript(probes).text], { input: 'not for probes' });
  expect(status).toBe(0);
  return parseBatch(stdout, probes.length);
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
  const [forger, reader, failing, last] = answersOf([
    sh`printf '1 %s %s\n' Zm9yZ2VkCjA= ''; cat`,
    sh`cat`,
    sh`set -eu; exit 5`,
    sh`echo last`,
  ]);
  expect(forger?.stdout.toString()).toBe('1 Zm9yZ2VkCjA= \n');
  expect(reader).toEqual({ exitCode: 0, stdout: Buffer.alloc(0), stderr: '' });
  expect(failing?.exitCode).toBe(5);
  expect(last?.stdout.toString()).toBe('last\n');
});

test('what a login shell prints around the answers does no harm; half an answer is none', () => {
  const { stdout } = spawnSync('sh', ['-c', batchScript([sh`echo one`, sh`echo two`]).text]);
  const greeted = Buffer.concat([Buffer.from('Welcome!\n'), stdout]);
  expect(parseBatch(greeted, 2).map((answer) => answer.stdout.toString())).toEqual(['one\n', 'two\n']);
  expect(() => parseBatch(stdout.subarray(0, stdout.length - 12), 2)).toThrow('the host answered 1 of 2 probes');
});
