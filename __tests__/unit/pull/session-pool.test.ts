/** How many connections there are: near the server as many as this thread has time for, far from it all that may be, three of them early. */
import { SluiceError } from '../../../provision/core/errors';
import type { SftpSession } from '../../../provision/pull/sftp/session';
import { SessionPool } from '../../../provision/pull/sftp/session-pool';

function fakeSession(roundTripMs: number): SftpSession {
  const nothing = () => undefined;
  return { roundTripMs, isLost: false, onLost: nothing, fail: nothing } as unknown as SftpSession;
}

interface Situation {
  readonly roundTripMs: number;
  readonly maxConnections: number;
  readonly hasTime?: () => boolean;
}

function poolIn({ roundTripMs, ...options }: Situation) {
  let connections = 0;
  const pool = new SessionPool({
    ...options,
    sleep: () => Promise.resolve(),
    connect: async (_signal, { onLogin } = {}) => {
      connections += 1;
      onLogin?.(roundTripMs);
      await new Promise(setImmediate);
      return fakeSession(roundTripMs);
    },
  });
  return { pool, connections: () => connections };
}

/** As many pieces of work at one time. */
async function keepBusy(pool: SessionPool, pieces: number): Promise<void> {
  for (let count = 0; count < pieces; count += 1) {
    void pool.use(() => new Promise<void>(() => undefined));
    await new Promise(setImmediate);
  }
}

test.each([
  ['near, at work all the time: one', 0.2, () => false, 1],
  ['near, with time left: all that may be', 0.2, () => true, 6],
  ['far: all that may be, without asking', 50, () => false, 6],
])('%s', async (_what, roundTripMs, hasTime, expected) => {
  const { pool, connections } = poolIn({ roundTripMs, maxConnections: 6, hasTime });
  await pool.start();
  await keepBusy(pool, 20);
  expect(connections()).toBe(expected);
});

test('near, a further one each time that the thread is found waiting', async () => {
  const answers = [false, true, false, false, true];
  const { pool, connections } = poolIn({ roundTripMs: 1, maxConnections: 6, hasTime: () => answers.shift() ?? false });
  await pool.start();
  await keepBusy(pool, 20);
  expect(connections()).toBe(3);
});

test.each([
  ['far away three more begin when the first one is let in', 50, 8, 4],
  ['never more than may be', 50, 2, 2],
  ['nearer none does', 10, 8, 1],
])('%s', async (_what, roundTripMs, maxConnections, expected) => {
  const { pool, connections } = poolIn({ roundTripMs, maxConnections });
  await pool.start();
  expect(connections()).toBe(expected);
});

test('where the first one comes to nothing, the others are given up with it', async () => {
  const signals: AbortSignal[] = [];
  const pool = new SessionPool({
    maxConnections: 4,
    sleep: () => Promise.resolve(),
    connect: async (signal, { onLogin } = {}) => {
      signals.push(signal);
      onLogin?.(100);
      if (onLogin !== undefined) throw new Error('no SFTP here');
      return fakeSession(100);
    },
  });
  await expect(pool.start()).rejects.toThrow('no SFTP here');
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true, true]);
});

test('connections that failed while nothing could be reached do not count: the source is back, and as many as before', async () => {
  let isReachable = true;
  let lose: (() => void)[] = [];
  const pool = new SessionPool({
    maxConnections: 6,
    sleep: () => new Promise(setImmediate),
    connect: async () => {
      await new Promise(setImmediate);
      if (!isReachable)
        throw new SluiceError('no route', { code: 'CONNECT_FAILED', kind: 'unreachable', retryable: true });
      const session = { roundTripMs: 50, isLost: false, onLost: (listener: () => void) => lose.push(listener) };
      return session as unknown as SftpSession;
    },
  });
  await pool.start();
  await keepBusy(pool, 20);
  expect(lose).toHaveLength(6);
  isReachable = false;
  const lost = lose;
  lose = [];
  for (const listener of lost) {
    listener();
    await keepBusy(pool, 5);
  }
  expect(pool.limit).toBeLessThan(6);
  isReachable = true;
  await keepBusy(pool, 20);
  expect(lose).toHaveLength(6);
});
