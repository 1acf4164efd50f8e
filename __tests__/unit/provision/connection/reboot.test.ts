/** A reboot is done when the host names another boot, and not before: neither a lost connection nor an answer proves it. */
import type { Connection, ExecResult } from '../../../../provision/connection/connection';
import { rebootHost } from '../../../../provision/connection/reboot';
import { SluiceError } from '../../../../provision/core/errors';

const lost = () => new SluiceError('lost', { code: 'CONNECTION_LOST', kind: 'unreachable', retryable: true });
const answer = (text: string, exitCode = 0): ExecResult => ({
  exitCode,
  stdout: Buffer.from(`${text}\n`),
  stderr: text,
});

/** Gives the boot ids in turn, undefined for a host that does not answer; `order` is what the reboot command gives. */
function hostWith(bootIds: readonly (string | undefined)[], order: () => ExecResult = () => answer('')) {
  const left = [...bootIds];
  const commands: string[] = [];
  const connection: Connection = {
    host: 'host-1',
    roundTrips: 0,
    async exec({ text }) {
      commands.push(text);
      if (text === 'systemctl reboot') return order();
      const id = left.shift();
      if (id === undefined) throw lost();
      return answer(id);
    },
    put: () => Promise.reject(new Error('nothing is put')),
    close: () => Promise.resolve(),
  };
  return { connection, left, ordered: () => commands.filter((text) => text === 'systemctl reboot').length };
}

/** A clock that each reading moves on by one. */
const limits = () => {
  let nowMs = 0;
  return { pollMs: 0, timeoutMs: 6, clock: () => nowMs++ };
};

test('waits over a host on its way down, one that is gone, until it names another boot; the order is given once', async () => {
  const host = hostWith(['a', 'a', undefined, undefined, 'b', 'unasked']);
  await rebootHost(host.connection, limits());
  expect(host.left).toEqual(['unasked']);
  expect(host.ordered()).toBe(1);
});

test('the connection may be lost with the order', async () => {
  const host = hostWith(['a', 'b'], () => {
    throw lost();
  });
  await rebootHost(host.connection, limits());
  expect(host.left).toEqual([]);
});

test.each([
  ['it stays in the same boot', hostWith(Array(20).fill('a')), /did not come up again/],
  ['it stays away', hostWith(['a']), /did not come up again/],
  ['it refuses', hostWith(['a', 'b'], () => answer('no', 1)), /ended with 1: no/],
  ['it is gone before', hostWith([]), /which boot it is in/],
] as const)('%s: a failure', async (_, host, message) => {
  await expect(rebootHost(host.connection, limits())).rejects.toMatchObject({
    code: 'REBOOT_FAILED',
    message: expect.stringMatching(message),
  });
});

test('a host that answers nothing is given up after the time that it has, however long a try takes', async () => {
  let nowMs = 0;
  const { connection } = hostWith(['a']);
  let tries = 0;
  const silent: Connection = {
    ...connection,
    exec: (command, options) => {
      if (command.text.includes('boot_id')) {
        tries += 1;
        nowMs += 22_000;
      }
      return connection.exec(command, options);
    },
  };
  const reboot = rebootHost(silent, { pollMs: 0, timeoutMs: 600_000, clock: () => nowMs });
  await expect(reboot).rejects.toMatchObject({ code: 'REBOOT_FAILED' });
  expect(tries).toBeLessThan(30);
});
