/** How many connections there are: as many as this thread has time for; far from the server four at least, three of them early. */
import { SluiceError } from '../../../provision/core/errors';
import { SessionLostError } from '../../../provision/pull/sftp/errors';
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
    now: () => 0,
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
  ['far, at work all the time: four', 50, () => false, 4],
  ['far, with time left: all that may be', 50, () => true, 6],
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

test('a brief question beside other work is no reason for another connection', async () => {
  const { pool, connections } = poolIn({ roundTripMs: 0.2, maxConnections: 6, hasTime: () => true });
  await pool.start();
  void pool.use(() => new Promise<void>(() => undefined));
  await pool.use(() => Promise.resolve(), { isBrief: true });
  expect(connections()).toBe(1);
  await pool.use(() => Promise.resolve());
  expect(connections()).toBe(2);
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
    now: () => 0,
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

/** A source that can be shut, and connections that can be lost; its clock stands unless it is set. */
function shutableSource() {
  const source = { isReachable: true, nowMs: 0, open: [] as (() => void)[], refused: 0, limits: [] as number[] };
  const pool = new SessionPool({
    maxConnections: 6,
    hasTime: () => true,
    sleep: () => new Promise(setImmediate),
    now: () => source.nowMs,
    connect: async () => {
      await new Promise(setImmediate);
      if (!source.isReachable) {
        source.refused += 1;
        throw new SluiceError('no route', { code: 'CONNECT_FAILED', kind: 'unreachable', retryable: true });
      }
      const session = { roundTripMs: 50, isLost: false, onLost: (listener: () => void) => source.open.push(listener) };
      return session as unknown as SftpSession;
    },
    onChange: ({ kind, connections }) => kind === 'limited' && source.limits.push(connections),
  });
  const lose = async (count: number) => {
    source.isReachable = false;
    for (const listener of source.open.splice(0, count)) {
      listener();
      await keepBusy(pool, 5);
    }
  };
  return { source, pool, lose };
}

test('connections that failed while nothing could be reached do not count: the source is back, and as many as before', async () => {
  const { source, pool, lose } = shutableSource();
  await pool.start();
  await keepBusy(pool, 20);
  expect(source.open).toHaveLength(6);
  await lose(6);
  expect(source.limits).not.toEqual([]);
  source.isReachable = true;
  await keepBusy(pool, 20);
  expect(source.open).toHaveLength(6);
});

test('where no connection is left, one that is on its way is as good as the one that is tried again and again', async () => {
  const lose: (() => void)[] = [];
  const letIn: (() => void)[] = [];
  const pool = new SessionPool({
    maxConnections: 2,
    sleep: () => new Promise(() => undefined),
    now: () => 0,
    connect: async (_signal, { onLogin } = {}) => {
      onLogin?.(50);
      if (onLogin === undefined && letIn.length > 0) {
        throw new SluiceError('one is open already', { code: 'CONNECT_FAILED', kind: 'unreachable', retryable: true });
      }
      if (onLogin === undefined) await new Promise<void>((resolve) => letIn.push(resolve));
      const onLost = (listener: () => void) => lose.push(listener);
      return { roundTripMs: 50, isLost: false, onLost } as unknown as SftpSession;
    },
  });
  await pool.start();
  lose[0]?.();
  const work = pool.use(() => Promise.resolve('done'));
  await new Promise(setImmediate);
  letIn[0]?.();
  expect(await work).toBe('done');
});

describe('after an outage that spared one connection', () => {
  test('one more is tried again after a while, and with it there are as many as before', async () => {
    const { source, pool, lose } = shutableSource();
    await pool.start();
    await keepBusy(pool, 20);
    await lose(5);
    source.isReachable = true;
    await keepBusy(pool, 20);
    expect(source.open).toHaveLength(1);
    source.nowMs += 60_000;
    await keepBusy(pool, 20);
    expect(source.open).toHaveLength(6);
  });

  test('the tries become rarer while they are refused, and are not told', async () => {
    const { source, pool, lose } = shutableSource();
    await pool.start();
    await keepBusy(pool, 20);
    await lose(5);
    const { limits } = source;
    expect(limits.at(-1)).toBe(1);
    source.refused = 0;
    const told = limits.length;
    for (let minute = 0; minute < 240; minute += 1) {
      source.nowMs += 60_000;
      await keepBusy(pool, 3);
    }
    // After 1, 2, 4, ... 32 minutes, and then once an hour.
    expect(source.refused).toBe(8);
    expect(limits).toHaveLength(told);
  });
});

/** What loses its connection each time, after as much progress as it is told. */
async function lostEachTime(pool: SessionPool, progresses: readonly number[]): Promise<number> {
  let tries = 0;
  let progress = 0;
  const work = async () => {
    progress += progresses[tries] ?? 0;
    tries += 1;
    if (tries <= progresses.length) throw new SessionLostError('lost');
  };
  await pool.use(work, { progress: () => progress }).catch(() => undefined);
  return tries;
}

test.each([
  ['without progress the work is given up', [0, 0, 0, 0, 0, 0], 4],
  ['with progress between them it goes on', [1, 1, 1, 1, 1, 1], 7],
  ['they count from the last progress on', [1, 1, 0, 0, 0, 0], 5],
])('lost connections: %s', async (_what, progresses, tries) => {
  const { pool } = poolIn({ roundTripMs: 50, maxConnections: 1 });
  await pool.start();
  expect(await lostEachTime(pool, progresses)).toBe(tries);
});

/** Of the first connection all handles for listings are taken, where it is full. */
test.each([
  ['a file', { isFile: true }, false, [0, 0, 0, 1]],
  ['a listing', {}, false, [0, 0, 0, 1]],
  ['a file, where listings hold all they may', { isFile: true }, true, [0, 0, 0, 1]],
  ['a listing, where others hold all they may, and wait for files', {}, true, [0, 0, 1, 2]],
])('%s that loses one connection after the other has a new one at last', async (_what, options, isFull, expected) => {
  const sessions: SftpSession[] = [];
  const pool = new SessionPool({
    maxConnections: 1,
    sleep: () => Promise.resolve(),
    now: () => 0,
    connect: async () => {
      let lose: () => void = () => undefined;
      const onLost = (listener: () => void) => {
        lose = listener;
      };
      const isListingFull = isFull && sessions.length === 0;
      const fail = () => lose();
      sessions.push({ roundTripMs: 50, isLost: false, isListingFull, onLost, fail } as unknown as SftpSession);
      return sessions.at(-1) as SftpSession;
    },
  });
  await pool.start();
  const tried: number[] = [];
  const work = async (session: SftpSession) => {
    tried.push(sessions.indexOf(session));
    // Whoever waits for it meanwhile must not be waited for.
    expect(pool.hasToEnd(session)).toBe(tried.length > 2);
    throw new SessionLostError('lost');
  };
  await expect(pool.use(work, options)).rejects.toThrow('lost');
  expect(tried).toEqual(expected);
  expect(await pool.use(async (session) => sessions.indexOf(session))).toBe(expected.at(-1));
});

test('where the server lets no new one in, the others stay', async () => {
  const sessions: SftpSession[] = [];
  const failed: number[] = [];
  let isFull = false;
  const pool = new SessionPool({
    maxConnections: 3,
    sleep: () => Promise.resolve(),
    now: () => 0,
    connect: async () => {
      if (isFull) throw new SluiceError('refused', { code: 'CONNECT_FAILED', retryable: true });
      const index = sessions.length;
      const state = { roundTripMs: 50, isLost: false, lose: () => {} };
      const fail = () => {
        state.isLost = true;
        failed.push(index);
        state.lose();
      };
      const onLost = (listener: () => void) => {
        state.lose = listener;
      };
      sessions.push(Object.assign(state, { onLost, fail }) as unknown as SftpSession);
      return sessions[index] as SftpSession;
    },
  });
  await pool.start();
  const used = new Set<SftpSession>();
  const use = (session: SftpSession) => new Promise<void>(setImmediate).then(() => void used.add(session));
  while (used.size < 3) await Promise.all([1, 2, 3].map(() => pool.use(use)));
  isFull = true;
  const work = () => Promise.reject(new SessionLostError('lost'));
  await expect(pool.use(work, { isFile: true })).rejects.toThrow('lost');
  expect(failed).toHaveLength(1);
});
