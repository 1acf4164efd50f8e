/** The walk over listings that come as no orderly server sends them. */
import { SessionLostError, SftpStatusError } from '../../../provision/pull/sftp/errors';
import { OpenHandles } from '../../../provision/pull/sftp/open-handles';
import type { SftpSession } from '../../../provision/pull/sftp/session';
import { SessionPool } from '../../../provision/pull/sftp/session-pool';
import { Walker } from '../../../provision/pull/source/walk';

/** A pool of this session alone. */
function poolOf<T>(session: T): SessionPool {
  const use = (work: (session: T) => Promise<void>) => work(session);
  return { use, hasToEnd: () => false } as unknown as SessionPool;
}

/** A pool whose one session answers the READDIRs of every directory with these, in the order they are asked. */
function poolThatLists(
  replies: readonly (readonly string[] | undefined)[],
  lstat: (path: Buffer) => Promise<object> = () => Promise.resolve({}),
): SessionPool {
  let asked = 0;
  const session = {
    openDirectory: () => Promise.resolve(Buffer.from('h')),
    readDirectory: () => {
      const names = replies[asked];
      asked += 1;
      return Promise.resolve(names?.map((name) => ({ filename: Buffer.from(name), attrs: {} })));
    },
    close: () => undefined,
    look: lstat,
  };
  return poolOf(session);
}

async function namesOf(pool: SessionPool): Promise<string[]> {
  const walker = new Walker<string>(pool);
  walker.enter('/', '/');
  const names: string[] = [];
  for await (const { entries, error } of walker.listings()) {
    if (error !== undefined) throw error;
    names.push(...entries.map(({ filename }) => filename.toString()));
  }
  return names;
}

test.each([
  ['in order', [['a', 'b'], ['c'], undefined]],
  ['the end told before the last names', [['a'], undefined, ['b', 'c']]],
  ['the end told first', [undefined, ['a', 'b'], ['c']]],
  ['a reply without names in between', [['a'], [], ['b', 'c'], undefined]],
])('%s: every name arrives once', async (_what, replies) => {
  expect(await namesOf(poolThatLists(replies))).toEqual(['a', 'b', 'c']);
});

describe('what a listing may lack without telling', () => {
  const deep = `/${'é'.repeat(400)}`;
  const refusedWith = (status: number) => () => Promise.reject(new SftpStatusError('lstat', status, ''));
  const isThere = () => Promise.resolve({});

  async function errorOf(path: string, names: readonly string[], lstat: (path: Buffer) => Promise<object>) {
    const asked: string[] = [];
    const pool = poolThatLists([names, undefined], (buffer) => {
      asked.push(buffer.toString());
      return lstat(buffer);
    });
    const walker = new Walker<string>(pool);
    walker.enter('here', Buffer.from(path));
    let last: { readonly isLast: boolean; readonly error?: unknown } | undefined;
    for await (const listing of walker.listings()) last = listing;
    expect(last?.isLast).toBe(true);
    return { error: last?.error, asked };
  }

  test('of a directory that may be searched, all is there; nothing is asked where names came', async () => {
    expect(await errorOf('/a', [], isThere)).toEqual({ error: undefined, asked: ['/a/.'] });
    expect(await errorOf('/a', ['.', '..'], isThere)).toEqual({ error: undefined, asked: [] });
  });

  test('one that may be read and not searched is a failure: its listing is empty', async () => {
    const { error } = await errorOf('/a', [], refusedWith(3));
    expect(error).toMatchObject({
      code: 'SFTP_PERMISSION_DENIED',
      message: 'lstat /a/.: permission denied (it may be listed, and nothing in it looked at)',
    });
  });

  test('a server that has no word for "." is believed', async () => {
    for (const status of [2, 4, 8]) expect((await errorOf('/a', [], refusedWith(status))).error).toBeUndefined();
  });

  test('one with a long path is a failure where the server takes no path with the longest name behind it', async () => {
    const lstat = (path: Buffer) => (path.length > 1000 ? refusedWith(4)() : isThere());
    const { error, asked } = await errorOf(deep, ['a'], lstat);
    expect(asked).toEqual([`${deep}/.`, `${deep}/${'x'.repeat(255)}`]);
    expect(error).toMatchObject({ code: 'SOURCE_PATH_TOO_LONG', message: expect.stringContaining('has 801 bytes') });
  });

  test('it is not where the server only has no such file', async () => {
    expect((await errorOf(deep, ['a'], refusedWith(2))).error).toBeUndefined();
  });
});

test('replies without names, one after another, are the end', async () => {
  let asked = 0;
  const session = {
    openDirectory: async () => Buffer.from('h'),
    readDirectory: async () => {
      asked += 1;
      if (asked > 1000) throw new Error('it goes on for ever');
      return asked === 1 ? [{ filename: Buffer.from('a'), attrs: {} }] : [];
    },
    close: () => undefined,
  };
  const pool = poolOf(session);
  expect(await namesOf(pool)).toEqual(['a']);
});

test('many directories whose names come at one time are all listed to their end', async () => {
  let turn: Promise<void> | undefined;
  const session = {
    openDirectory: async (path: string) => Buffer.from(path),
    readDirectory: async () => {
      turn ??= new Promise<void>(setImmediate).then(() => {
        turn = undefined;
      });
      await turn;
      return undefined;
    },
    look: async () => ({}),
    close: () => undefined,
  };
  const use = (work: (s: typeof session) => Promise<void>) => work(session);
  const walker = new Walker<number>({ use, hasToEnd: () => false } as unknown as SessionPool);
  for (let directory = 0; directory < 1000; directory += 1) walker.enter(directory, `/${directory}`);
  const ended: number[] = [];
  for await (const { directory } of walker.listings()) ended.push(directory);
  expect(ended).toHaveLength(1000);
});

test.each([
  ['are not held until their turn', 1000, 20_000],
  ['are all held, and listed, where one listing alone may be open', 2, 30_002],
])('directories beside each other, however many, %s', async (_, most, fewerHeld) => {
  const [replies, namesEach] = [30, 1000];
  const handles = new OpenHandles(() => most);
  let asked = 0;
  const session = {
    get isListingFull() {
      return !handles.hasRoomFor('listing');
    },
    openDirectory: async (path: string) => {
      await handles.wait('listing');
      return Buffer.from(path);
    },
    readDirectory: async (handle: Buffer) => {
      if (handle.toString() !== '/') return undefined;
      asked += 1;
      if (asked > replies) return undefined;
      const batch = asked;
      return Array.from({ length: namesEach }, (_, name) => ({ filename: Buffer.from(`${batch}-${name}`), attrs: {} }));
    },
    close: () => handles.give('listing'),
  };
  const pool = poolOf(session);
  const walker = new Walker<string>(pool);
  let [entered, listed, mostHeld] = [1, 0, 0];
  walker.enter('/', '/');
  for await (const { entries, isLast } of walker.listings()) {
    for (const { filename } of entries) {
      entered += 1;
      walker.enter(filename.toString(), filename);
    }
    if (isLast) listed += 1;
    mostHeld = Math.max(mostHeld, entered - listed);
  }
  expect(listed).toBe(replies * namesEach + 1);
  expect(mostHeld).toBeLessThan(fewerHeld);
});

/** Each connection of it bears one READDIR more than the one before, and is lost then. `namesAt`: what the first, second ... one lists. */
function poolThatLoses(namesAt: (connection: number) => readonly string[]): SessionPool {
  let connections = 0;
  const connect = async () => {
    connections += 1;
    const names = namesAt(connections);
    let left = connections;
    let lose: () => void = () => undefined;
    let asked = 0;
    const session = {
      openDirectory: async () => Buffer.from('h'),
      readDirectory: async () => {
        if (left === 0) {
          lose();
          throw new SessionLostError('lost');
        }
        left -= 1;
        asked += 1;
        const name = names[asked - 1];
        return name === undefined ? undefined : [{ filename: Buffer.from(name), attrs: {} }];
      },
      close: () => undefined,
      onLost: (listener: () => void) => {
        lose = once(listener);
      },
    };
    return session as unknown as SftpSession;
  };
  return new SessionPool({ connect, maxConnections: 1, sleep: () => Promise.resolve(), now: () => 0 });
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}

test('a listing whose connection is lost again and again goes on, while each one brings more of it', async () => {
  const pool = poolThatLoses(() => [...'abcdefgh']);
  await pool.start();
  expect(await namesOf(pool)).toEqual([...'abcdefgh']);
});

test.each([
  ['what was given out is gone at the source', ['ab', 'cdef', 'efgh'], 'acdefgh'],
  ['a new name comes before those given out', ['abc', '0abc', '01abc'], 'a01bc'],
])('a listing begun again leaves no name out, and gives none twice: %s', async (_what, listings, expected) => {
  const pool = poolThatLoses((connection) => [...(listings[connection - 1] ?? listings.at(-1) ?? '')]);
  await pool.start();
  expect(await namesOf(pool)).toEqual([...expected]);
});
