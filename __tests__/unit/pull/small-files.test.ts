/** Small files, many with one order to a thread: what arrives is what was given, errors are each file's own, threads are as many as help. */
import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import type { Answer, Order } from '../../../provision/pull/staging/file-thread-orders';
import { SmallFiles } from '../../../provision/pull/staging/small-files';
import { programOn } from '../../helpers/file-thread';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const metadata = { mtimeSeconds: 1000, mode: 0o640, uid: undefined, gid: undefined };
const guarantees = { hash: true, sync: true, verify: true, beforeRename: () => undefined };
const sha256 = (bytes: Buffer) => crypto.createHash('sha256').update(bytes).digest('hex');

describe('on threads of their own', () => {
  let files: SmallFiles;
  beforeEach(() => {
    files = new SmallFiles({ mostThreads: 2, ...guarantees });
    files.start();
  });
  afterEach(() => files.close());

  test('hundreds at a time, of every length and alignment, are each what was given', async () => {
    const contents = Array.from({ length: 300 }, (_, index) => {
      const whole = Buffer.alloc(index * 37 + 16, `file ${index}, `);
      return whole.subarray(index % 11, whole.length - (index % 5));
    });
    contents.push(Buffer.alloc(256 * 1024, 'longest '), Buffer.alloc(0));
    await Promise.all(
      contents.map(async (content, index) => {
        const path = join(folder(), `part-${index}`);
        const bytes = index % 3 === 0 ? [content.subarray(0, 5), content.subarray(5)] : [content];
        const made = await files.make({ path, bytes, metadata });
        expect(made).toEqual({ sha256: sha256(content), isAsWritten: true });
        await files.rename(path, join(folder(), `file-${index}`));
      }),
    );
    for (const [index, content] of contents.entries()) {
      expect(fs.readFileSync(join(folder(), `file-${index}`)).equals(content)).toBe(true);
    }
    const { mtimeMs, mode } = fs.statSync(join(folder(), 'file-7'));
    expect([mtimeMs, mode & 0o777]).toEqual([1_000_000, 0o640]);
    expect(fs.readdirSync(folder())).toHaveLength(contents.length);
  });

  test('an error is that of its file alone', async () => {
    fs.writeFileSync(join(folder(), 'taken'), 'x');
    const make = (name: string) => files.make({ path: join(folder(), name), bytes: [Buffer.from('y')], metadata });
    const [taken, fine, nowhere] = await Promise.allSettled([make('taken'), make('fine'), make('no/folder')]);
    expect(taken).toMatchObject({ reason: { code: 'EEXIST' } });
    expect(fine).toMatchObject({ status: 'fulfilled' });
    expect(nowhere).toMatchObject({ reason: { code: 'ENOENT' } });
    expect(fs.readFileSync(join(folder(), 'taken'), 'latin1')).toBe('x');
    const [lost, moved] = await Promise.allSettled([
      files.rename(join(folder(), 'not there'), join(folder(), 'a')),
      files.rename(join(folder(), 'fine'), join(folder(), 'b')),
    ]);
    expect(lost).toMatchObject({ reason: { code: 'ENOENT' } });
    expect(moved).toMatchObject({ status: 'fulfilled' });
  });

  test('where digests cannot be noted, files are not seen, and whoever waits is told', async () => {
    let isFull = true;
    const beforeRename = () => {
      if (isFull) throw new Error('no room for digests');
    };
    const careful = new SmallFiles({ mostThreads: 2, ...guarantees, beforeRename });
    try {
      fs.writeFileSync(join(folder(), 'part'), 'x');
      const rename = () => careful.rename(join(folder(), 'part'), join(folder(), 'file'));
      const both = await Promise.allSettled([rename(), rename()]);
      for (const each of both) expect(each).toMatchObject({ reason: { message: 'no room for digests' } });
      expect(fs.readdirSync(folder())).toEqual(['part']);
      isFull = false;
      await rename();
      expect(fs.readdirSync(folder())).toEqual(['file']);
    } finally {
      await careful.close();
    }
  });

  test('where the threads are gone, whoever waits is told', async () => {
    const made = files.make({ path: join(folder(), 'x'), bytes: [Buffer.from('y')], metadata });
    await new Promise(setImmediate);
    await files.close();
    await expect(made).rejects.toThrow(/thread/);
    await expect(files.rename('a', 'b')).rejects.toThrow(/thread/);
  });
});

/** A thread that says so of its waiting for each file, and makes none. */
function fakeThread(waitMs: number, orders: number[]) {
  let load = 0;
  const perform = async (order: Order): Promise<Answer> => {
    const { length } = (order as Extract<Order, { kind: 'make' }>).files;
    orders.push(length);
    load += 1;
    await new Promise(setImmediate);
    load -= 1;
    return { results: Array.from({ length }, () => ({ sha256: '' })), waitMs };
  };
  return {
    get load() {
      return load;
    },
    ask: perform,
    show: () => undefined,
    close: () => Promise.resolve(),
  };
}

test.each([
  ['files that wait for nothing go to one thread, tens at a time', 0.01, 1, 30],
  ['files that wait for storage go to all threads, each its share', 3, 5, 4],
])('%s', async (_what, waitMs, threads, mostInOrder) => {
  let started = 0;
  const orders: number[] = [];
  const newThread = () => {
    started += 1;
    return fakeThread(waitMs, orders);
  };
  const files = new SmallFiles({ mostThreads: 5, ...guarantees, newThread });
  const make = (_: unknown, index: number) => files.make({ path: `${index}`, bytes: [Buffer.from('x')], metadata });
  await Promise.all(Array.from({ length: 20 }, make));
  orders.length = 0;
  for (let round = 0; round < 10; round += 1) await Promise.all(Array.from({ length: 20 }, make));
  expect(started).toBe(threads);
  expect(Math.max(...orders)).toBeLessThanOrEqual(mostInOrder);
  expect(orders.reduce((sum, each) => sum + each)).toBe(200);
  if (threads === 1) expect(orders.length).toBeLessThanOrEqual(20);
});

test('storage that gives back other bytes than it was given is found out', () => {
  const readSync = ((...args: Parameters<typeof fs.readSync>) => {
    const count = fs.readSync(...args);
    const into = args[1] as Buffer;
    if (count === 6) into[3] = 0;
    return count;
  }) as typeof fs.readSync;
  const obey = programOn({ fs: { readSync } });
  obey({ kind: 'learn', block: 1, memory: new Uint8Array(Buffer.from('sixtenlongtext')) });
  const file = { ...metadata, hash: false, sync: false, verify: true };
  const files = [
    { path: join(folder(), 'a'), offset: 0, length: 6, ...file },
    { path: join(folder(), 'b'), offset: 3, length: 7, ...file },
  ];
  expect(obey({ kind: 'make', block: 1, files }).results).toEqual([
    { sha256: '', isAsWritten: false },
    { sha256: '', isAsWritten: true },
  ]);
});

test.each([
  ['all of it on a processor, or in the queue for one', 40, 20, 0],
  ['most of it waiting', 5, 5, 25],
  ['on a system that does not tell', undefined, undefined, 30],
])('what a file waited, over a while: %s', (_what, runningMs, queuedMs, waitMs) => {
  let orders = 0;
  const readFileSync = (() => {
    if (runningMs === undefined) throw new Error('ENOENT');
    return `${1e9 + orders * runningMs * 1e6} ${5e8 + orders * queuedMs * 1e6} 7\n`;
  }) as unknown as typeof fs.readFileSync;
  let nowMs = 0;
  const renameSync = () => {
    nowMs += 30;
  };
  const obey = programOn({ fs: { readFileSync, renameSync }, now: () => nowMs });
  const files = [
    { from: 'a', to: 'b' },
    { from: 'c', to: 'd' },
  ];
  const waits = Array.from({ length: 4 }, () => {
    orders += 1;
    return obey({ kind: 'rename', files }).waitMs;
  });
  expect(waits).toEqual([undefined, waitMs, undefined, waitMs]);
});
