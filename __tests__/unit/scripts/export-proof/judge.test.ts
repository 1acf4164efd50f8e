import type { InventoryEntry } from '../../../../provision/pull/inventory/entry';
import type { ListedObject } from '../../../../scripts/export-proof/bucket-listing';
import { judge, needsObject, queuedSince } from '../../../../scripts/export-proof/judge';
import type { ObjectFacts } from '../../../../scripts/export-proof/object-facts';

const changedMs = Date.UTC(2026, 5, 1);
const entry: InventoryEntry = {
  path: 'a.csv',
  type: 'file',
  sizeBytes: 10,
  mtimeMs: changedMs,
  ctimeMs: changedMs,
  hsm: 0x9,
};
const object: ListedObject = { key: 'a.csv', sizeBytes: 10, lastModifiedMs: changedMs + 60_000, etag: '"e"' };
const byFsx: ObjectFacts = { mtimeMs: changedMs, sizeBytes: 10, lastModifiedMs: changedMs, isFromFsx: true };
const rules = { keyPrefix: 'nasdaq/', asksEveryObject: false, hasStates: true };
const pair = (left?: Partial<InventoryEntry>, right?: Partial<ListedObject>) => ({
  key: 'a.csv',
  ...(left && { left: { ...entry, ...left } }),
  ...(right && { right: { ...object, ...right } }),
});
const reasonOf = (...args: Parameters<typeof judge>) =>
  judge(...args)
    .findings.map(({ reason }) => reason)
    .join();

test('a file whose last change is in the bucket is proven, released or not', () => {
  expect(judge(pair({}, {}), rules)).toEqual({ findings: [], isProven: true });
  expect(judge(pair({ hsm: 0xd }, {}), rules)).toEqual({ findings: [], isProven: true });
});

test('objects are asked only where listing and state leave a doubt', () => {
  expect(needsObject(pair({}, {}), rules)).toBe(false);
  expect(needsObject(pair({}, {}), { ...rules, asksEveryObject: true })).toBe(true);
  expect(needsObject(pair({}, { lastModifiedMs: changedMs - 1 }), rules)).toBe(true);
  expect(needsObject(pair({}, { lastModifiedMs: changedMs + 7_200_000 }), rules)).toBe(true);
  expect(needsObject(pair({ hsm: 0 }, { sizeBytes: 9 }), rules)).toBe(false);
  expect(needsObject(pair({ hsm: 0 }), rules)).toBe(false);
  // Archived since the bucket was listed, perhaps.
  expect(needsObject(pair({}, { sizeBytes: 9 }), rules)).toBe(true);
  expect(needsObject(pair({}), rules)).toBe(true);
  expect(needsObject(pair(undefined, {}), rules)).toBe(true);
  expect(needsObject(pair(undefined, { key: 'a/' }), rules)).toBe(false);
});

describe('without an HSM state', () => {
  const { hsm: _, ...stateless } = entry;
  const compared = { key: 'a.csv', left: stateless, right: object };

  test('where no file has one, every object is asked, and its time decides', () => {
    const anywhere = { ...rules, hasStates: false };
    expect(needsObject(compared, anywhere)).toBe(true);
    expect(judge(compared, anywhere, byFsx).isProven).toBe(true);
    expect(judge(compared, anywhere, { ...byFsx, mtimeMs: changedMs - 1000 }).isProven).toBe(false);
  });

  test('on Lustre a file is not proven, whatever its object looks like', () => {
    expect(judge(compared, rules, byFsx)).toMatchObject({
      isProven: false,
      findings: [{ kind: 'unarchived', reason: 'lfs hsm_state tells nothing of it', isPending: true }],
    });
  });
});

test.each([
  ['its own time', { ...byFsx, mtimeMs: changedMs - 1000 }, /object is of the file as of 2026-05-31T23:59:59/],
  [
    'no time, and it is younger',
    { sizeBytes: 10, lastModifiedMs: changedMs + 5000, isFromFsx: false },
    /somebody else than FSx/,
  ],
])('an object with %s is different', (_, facts, reason) => {
  expect(reasonOf(pair({}, {}), rules, facts)).toMatch(reason);
});

test('an imported file has the time of its object', () => {
  const facts = { sizeBytes: 10, lastModifiedMs: changedMs, isFromFsx: false };
  expect(judge(pair({}, { lastModifiedMs: changedMs }), rules, facts).isProven).toBe(true);
});

test('a digest that is known on both sides decides; that an object was read in vain is told', () => {
  const same = judge(pair({ sha256: 'aa' }, {}), rules, { ...byFsx, sha256: 'aa' });
  expect(same).toEqual({ findings: [], isProven: true });
  expect(reasonOf(pair({ sha256: 'aa' }, {}), rules, { ...byFsx, sha256: 'bb' })).toMatch(
    /SHA-256 of the object is bb/,
  );
  const unknown = judge(pair({}, {}), rules, { ...byFsx, sha256: 'bb' });
  expect(unknown).toEqual({ findings: [], isProven: true, isWithoutDigest: true });
  const unread = judge(pair({ sha256: 'aa' }, {}), rules, { ...byFsx, isUnreadable: true });
  expect(unread).toEqual({ findings: [], isProven: true, isWithoutDigest: true });
});

test.each([
  [0x0, undefined, 'missing', true, /no object; it was never exported/],
  [0xb, undefined, 'missing', true, /no object; it was changed after/],
  [0x9, undefined, 'missing', undefined, /object is gone: deleted in S3/],
  [0xd, undefined, 'missing', undefined, /the content is lost/],
  [0x9, { sizeBytes: 3 }, 'different', undefined, /10 bytes on the file system, 3 in the bucket/],
  [0xb, { sizeBytes: 3 }, 'different', true, /3 in the bucket; it was changed/],
  [0xb, {}, 'unarchived', true, /changed after its last export/],
  [0x49, {}, 'unarchived', true, /lost its archived copy/],
] as const)('state %i with object %j is %s', (hsm, right, kind, isPending, reason) => {
  const { findings, isProven } = judge(pair({ hsm }, right), rules);
  expect(isProven).toBe(false);
  expect(findings).toEqual([expect.objectContaining({ kind, reason: expect.stringMatching(reason) })]);
  expect(findings[0]?.isPending).toBe(isPending);
});

test('what never becomes an object', () => {
  expect(reasonOf(pair({ path: 'x'.repeat(1020) }), rules)).toMatch(/1027 bytes; S3 takes 1024/);
  expect(judge(pair({ path: 'x'.repeat(1017) }, {}), rules).isProven).toBe(true);
  expect(reasonOf(pair({ path: 'ü'.repeat(510) }), rules)).toMatch(/1027 bytes/);
  expect(reasonOf(pair({ sizeBytes: 5 * 2 ** 40 + 1 }), rules)).toMatch(/S3 takes 5.0 TiB/);
  expect(reasonOf(pair({ type: 'other' }), rules)).toMatch(/device/);
  expect(reasonOf(pair({ hsm: 0x20 }), rules)).toMatch(/noarchive/);
  expect(reasonOf(pair({ problem: 'the name is not valid UTF-8' }), rules)).toMatch(/UTF-8/);
});

test('a directory needs its object only where nothing lies in it; a link always', () => {
  const directory = { type: 'directory', path: 'd/' } as const;
  expect(judge(pair({ ...directory, isEmpty: false }), rules).findings).toEqual([]);
  expect(reasonOf(pair({ ...directory, isEmpty: true }), rules)).toMatch(/empty directory/);
  expect(judge(pair({ ...directory, isEmpty: true }, { key: 'd/' }), rules).findings).toEqual([]);
  expect(reasonOf(pair({ type: 'link' }), rules)).toMatch(/symbolic link/);
});

test('an archived file without its object may be a renamed one, as long as FSx has changes to export', () => {
  const pendingOf = (left: Partial<InventoryEntry>, isExporting: boolean) =>
    judge(pair(left), { ...rules, isExporting }).findings.map(({ kind, isPending, sizeBytes }) => [
      kind,
      isPending,
      sizeBytes,
    ]);
  expect(pendingOf({}, true)).toEqual([['missing', true, undefined]]);
  expect(pendingOf({}, false)).toEqual([['missing', undefined, undefined]]);
  expect(pendingOf({ hsm: 0x1 }, true)).toEqual([['missing', true, 10]]);
});

test.each([
  ['an hour, where the queue is empty', null, 3_600_000],
  ['an hour, where the queue is younger', 60, 3_600_000],
  ['as long as the queue is', 7200, 7_200_000],
])('links and empty directories are pending for %s', (_, queueAgeSeconds, pendingMs) => {
  const wanting = [
    pair({ type: 'link' }),
    pair({ type: 'directory', path: 'd/', isEmpty: true }),
    pair({ type: 'link' }, { lastModifiedMs: changedMs - 60_000 }),
  ];
  const pendingAt = (nowMs: number) =>
    wanting.map((each) => {
      const queued = { ...rules, queuedSinceMs: queuedSince(nowMs, queueAgeSeconds) };
      const { findings } = judge(each, queued, { ...byFsx, mtimeMs: changedMs - 120_000 });
      return findings.map(({ isPending, sizeBytes }) => [isPending, sizeBytes]);
    });
  const [pending, not] = [[[true, undefined]], [[undefined, undefined]]];
  expect(pendingAt(changedMs + pendingMs)).toEqual([pending, pending, pending]);
  expect(pendingAt(changedMs + pendingMs + 1)).toEqual([not, not, not]);
});

test('a link has no state: where its object is older than it, or much younger, the time that FSx wrote into it decides', () => {
  const { hsm: _, ...link } = { ...entry, type: 'link' as const, sizeBytes: 30 };
  const linked = (lastModifiedMs: number) => ({ key: 'a.csv', left: link, right: { ...object, lastModifiedMs } });
  expect(needsObject(linked(changedMs + 60_000), rules)).toBe(false);
  expect(judge(linked(changedMs + 60_000), rules).findings).toEqual([]);
  const before = linked(changedMs - 60_000);
  expect(needsObject(before, rules)).toBe(true);
  expect(judge(before, rules, byFsx).findings).toEqual([]);
  expect(judge(before, rules, { ...byFsx, mtimeMs: changedMs - 120_000 }).findings).toEqual([
    {
      kind: 'different',
      path: 'a.csv',
      reason: expect.stringMatching(/object is of the file as of 2026-05-31T23:58:00/),
    },
  ]);
});

test('what only the bucket has: by whom, and whether it could be imported', () => {
  expect(reasonOf(pair(undefined, {}), rules, byFsx)).toMatch(/FSx exported it once/);
  expect(reasonOf(pair(undefined, {}), rules, { ...byFsx, isFromFsx: false })).toMatch(/not imported/);
  for (const key of ['a//b', '/a', '../a', 'a/./b'])
    expect(reasonOf(pair(undefined, { key }), rules)).toMatch(/no path/);
});

test('the source: not pulled, changed since, impossible to pull; what only the file system has is no finding', () => {
  const at = (sizeBytes: number, mtimeSeconds: number) => ({ source: { sizeBytes, mtimeSeconds } });
  expect(judge(pair(at(10, changedMs / 1000), {}), rules)).toEqual({ findings: [], isProven: true });
  expect(reasonOf(pair(at(11, changedMs / 1000), {}), rules)).toMatch(/11 bytes at the source, 10 here/);
  expect(reasonOf(pair(at(10, 1), {}), rules)).toMatch(/time at the source/);
  expect(reasonOf(pair({ ...at(10, 1), type: 'absent' }), rules)).toMatch(/file system has not/);
  expect(reasonOf(pair({ source: { problem: 'permission denied' }, type: 'absent' }), rules)).toMatch(
    /cannot be pulled/,
  );
});

test('a link where the source has a file is not what was pulled, whatever its size', () => {
  const source = { sizeBytes: 10, mtimeSeconds: changedMs / 1000 };
  expect(reasonOf(pair({ type: 'link', source }, {}), rules, byFsx)).toBe('it is a file at the source');
});
