/** What the host itself is the cause of is told as that, whichever command ran into it. */
import { sh } from '../../../../provision/core/sh';
import type { Writer } from '../../../../provision/resources/resource';
import { signingKey } from '../../../../provision/resources/signing-key';
import { CommandFailed } from '../../../../provision/resources/writer';

const troubles = [
  ["mkdir: cannot create directory '/etc/sluice': Read-only file system", /remount,rw/],
  ['chmod: write error: No space left on device', /df -i/],
  ['curl: (60) SSL certificate problem: certificate is not yet valid', /clock/],
  ['curl: (60) SSL certificate problem: certificate has expired', /clock/],
  ["mv: cannot move '/etc/.fstab.IRf638' to '/etc/fstab': Operation not permitted", /chattr -i/],
] as const;

test.each(troubles)('a command that says "%s"', (said, fix) => {
  expect(new CommandFailed(sh`it`, 1, said).hint).toMatch(fix);
});

test('a command that says anything else is run by hand', () => {
  expect(new CommandFailed(sh`it`, 1, 'no').hint).toMatch(/run the same command/);
});

const fetched = (said: string) => {
  const fails = () => Promise.reject(new CommandFailed(sh`curl`, 1, said));
  const writer: Writer = { run: fails, put: fails, reboot: fails };
  const change = { path: 'key', action: 'create', from: null, to: '' } as const;
  return signingKey({ path: '/k/key', url: 'https://keys.example/key' }).apply(writer, change, { kind: 'absent' });
};

test.each(troubles)('a key that cannot be fetched for "%s", now or at the next try', async (said, fix) => {
  await expect(fetched(said)).rejects.toMatchObject({ retryable: false, hint: expect.stringMatching(fix) });
});

test('a key whose publisher does not answer may come at the next try', async () => {
  const said = 'curl: (28) Connection timed out';
  await expect(fetched(said)).rejects.toMatchObject({ retryable: true, hint: expect.stringContaining('keys.example') });
});
