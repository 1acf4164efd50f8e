/** The walk over listings that come as no orderly server sends them. */
import { SessionLostError } from '../../../provision/pull/sftp/errors';
import { OpenHandles } from '../../../provision/pull/sftp/open-handles';
import type { SftpSession } from '../../../provision/pull/sftp/session';
import { SessionPool } from '../../../provision/pull/sftp/session-pool';
import { Walker } from '../../../provision/pull/source/walk';

/** A pool whose one session answers the READDIRs of every directory with these, in the order they are asked. */
function poolThatLists(replies: readonly (readonly string[] | undefined)[]): SessionPool {
  let asked = 0;
  const session = {
    openDirectory: () => Promise.resolve(Buffer.from('h')),
    readDirectory: () => {
      const names = replies[asked];
      asked += 1;
      return Promise.resolve(names?.map((name) => ({ filename: Buffer.from(name), attrs: {} })));
    },
    close: () => undefined,
  };
  return { use: (work: (s: typeof session) => Promise<void>) => work(session) } as unknown as SessionPool;
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

test.each([
  [3839, 'is whole'],
  [3840, 'may lack entries that the server cannot name, and says so'],
])('the listing of a directory whose path has %i bytes %s', async (lengthBytes, _what) => {
  const walker = new Walker<string>(poolThatLists([['a'], undefined]));
  walker.enter(
    'deep',
    Buffer.from(`/${'é'.repeat((lengthBytes - 1) >> 1)}`.padEnd(lengthBytes - ((lengthBytes - 1) >> 1), 'x')),
  );
  const names: string[] = [];
  let failure: unknown;
  for await (const { entries, error } of walker.listings()) {
    names.push(...entries.map(({ filename }) => filename.toString()));
    failure = error;
  }
  expect(names).toEqual(['a']);
  if (lengthBytes === 3839) expect(failure).toBeUndefined();
  else
    expect(failure).toMatchObject({ code: 'SOURCE_PATH_TOO_LONG', message: expect.stringContaining('has 3840 bytes') });
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
  const pool = { use: (work: (s: typeof session) => Promise<void>) => work(session) } as unknown as SessionPool;
  expect(await namesOf(pool)).toEqual(['a']);
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
  const pool = { use: (work: (s: typeof session) => Promise<void>) => work(session) } as unknown as SessionPool;
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
