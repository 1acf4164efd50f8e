import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { InventoryEntry } from '../../../../provision/pull/inventory/entry';
import type { ListedObject } from '../../../../scripts/export-proof/bucket-listing';
import { compareSides, type Judged } from '../../../../scripts/export-proof/compare-sides';
import { Tally, type Totals } from '../../../../scripts/export-proof/tally';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

interface Compared {
  readonly totals: Totals;
  readonly found: readonly string[];
  readonly expected: readonly string[];
  readonly pending: number;
  readonly maxRssMiB: number;
}

describe('planted faults: every one is found, and none that was not planted', () => {
  const folder = useTemporaryFolder();

  /** In a process of its own, so that its memory is its own. */
  function compare(files: number, times: number): Compared {
    const program = join(folder(), 'compare-planted.js');
    buildSync({
      entryPoints: [join(__dirname, '../../../helpers/compare-planted.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      target: 'node20',
      packages: 'external',
      logLevel: 'warning',
    });
    const args = [program, String(files), String(times)];
    return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }));
  }

  test.each([
    [1000, 1],
    [1_000_000, 200],
  ])(
    'among %d files',
    (files, times) => {
      const { totals, found, expected, pending, maxRssMiB } = compare(files, times);
      expect(found).toEqual(expected);
      expect(totals.pending).toBe(pending);
      expect(totals.failures).toBe(times);
      const wanting = Object.values(totals.findings).reduce((sum, count) => sum + count, 0);
      // "changed at the source" is proven to be exported all the same.
      expect(totals.proven.files).toBe(files - wanting + times);
      // Held as a whole, a million of each side take a gigabyte.
      expect(maxRssMiB).toBeLessThan(320);
    },
    120_000,
  );
});

test('an object that was listed and is gone when it is asked is no object', async () => {
  const file: InventoryEntry = { path: 'a', type: 'file', sizeBytes: 1, mtimeMs: 0, ctimeMs: 0, hsm: 0x9 };
  const object = (key: string): ListedObject => ({ key, sizeBytes: 1, lastModifiedMs: 60_000, etag: '' });
  const sides = {
    inventory: once([file]),
    objects: once([object('a'), object('left over')]),
    askObject: async () => undefined,
    failures: new Map<string, never>(),
  };
  const judged: Judged[] = [];
  for await (const batch of compareSides(sides, { keyPrefix: '', asksEveryObject: true, hasStates: true }))
    judged.push(...batch);
  expect(judged.map(({ isProven }) => isProven)).toEqual([false, false]);
  expect(judged.flatMap(({ findings }) => findings)).toEqual([
    { kind: 'missing', path: 'a', reason: expect.stringMatching(/its object is gone/) },
  ]);
});

test('what was exported after the listing is asked for, before anybody says that its object is gone, or another one', async () => {
  const file = (path: string): InventoryEntry => ({
    path,
    type: 'file',
    sizeBytes: 7,
    mtimeMs: 0,
    ctimeMs: 0,
    hsm: 0x9,
  });
  const asked: string[] = [];
  const sides = {
    inventory: once([
      file('exported'),
      { ...file('not yet'), hsm: 0 },
      file('overwritten'),
      file(`${'x/'.repeat(512)}y`),
    ]),
    objects: once([{ key: 'overwritten', sizeBytes: 3, lastModifiedMs: 60_000, etag: '' }]),
    askObject: async (key: string) => {
      asked.push(key);
      return { mtimeMs: 0, sizeBytes: 7, lastModifiedMs: 60_000, isFromFsx: true };
    },
    failures: new Map<string, never>(),
  };
  const judged: Judged[] = [];
  for await (const batch of compareSides(sides, { keyPrefix: '', asksEveryObject: false, hasStates: true }))
    judged.push(...batch);
  expect(asked).toEqual(['exported', 'overwritten']);
  expect(judged.map(({ isProven }) => isProven)).toEqual([true, false, true, false]);
  expect(judged.flatMap(({ findings }) => findings.map(({ kind }) => kind))).toEqual(['missing', 'neverExportable']);
});

test('of objects that were read, those without a digest to compare with are counted', async () => {
  const sha256 = 'a'.repeat(64);
  const file = (path: string): InventoryEntry => ({
    path,
    type: 'file',
    sizeBytes: 1,
    mtimeMs: 0,
    ctimeMs: 0,
    hsm: 0x9,
  });
  const object = (key: string): ListedObject => ({ key, sizeBytes: 1, lastModifiedMs: 60_000, etag: '' });
  const sides = {
    inventory: once([{ ...file('a'), sha256 }, file('b'), file('c')]),
    objects: once(['a', 'b', 'c'].map(object)),
    askObject: async (key: string) => ({
      mtimeMs: 0,
      sizeBytes: 1,
      lastModifiedMs: 60_000,
      isFromFsx: true,
      // The last one's metadata only.
      ...(key !== 'c' && { sha256 }),
    }),
    failures: new Map<string, never>(),
  };
  const tally = new Tally();
  for await (const batch of compareSides(sides, { keyPrefix: '', asksEveryObject: true, hasStates: true }))
    tally.add(batch);
  expect(tally.totals()).toMatchObject({ proven: { files: 3 }, withoutDigest: 1 });
});

test('what FSx logged is told of what is not proven, and not of an object that no file has', async () => {
  const file = (path: string): InventoryEntry => ({
    path,
    type: 'file',
    sizeBytes: 1,
    mtimeMs: 0,
    ctimeMs: 0,
    hsm: 0x9,
  });
  const failure = { code: 'S3Error', message: 'no', time: new Date(0) };
  const object: ListedObject = { key: 'b', sizeBytes: 1, lastModifiedMs: 60_000, etag: '' };
  const sides = {
    inventory: once([file('a')]),
    objects: once([object]),
    askObject: async (key: string) =>
      key === 'a' ? undefined : { mtimeMs: 0, sizeBytes: 1, lastModifiedMs: 60_000, isFromFsx: true },
    failures: new Map(['a', 'b'].map((key) => [key, failure])),
  };
  const found = [];
  for await (const batch of compareSides(sides, { keyPrefix: '', asksEveryObject: true, hasStates: true }))
    found.push(...batch.flatMap(({ findings }) => findings));
  expect(found.map(({ kind, failure: code }) => [kind, code])).toEqual([
    ['missing', 'S3Error'],
    ['extra', undefined],
  ]);
});

test('an entry that could not be looked into is judged where nothing else is there', async () => {
  const shut: InventoryEntry = { path: 'a/', type: 'directory', problem: 'EACCES' } as InventoryEntry;
  const sides = {
    inventory: once([shut]),
    objects: once([]),
    askObject: async () => undefined,
    failures: new Map<string, never>(),
  };
  const paths = [];
  for await (const batch of compareSides(sides, { keyPrefix: '', asksEveryObject: true, hasStates: true }))
    paths.push(...batch.flatMap(({ findings }) => findings.map(({ path }) => path)));
  expect(paths).toEqual(['a/']);
});

async function* once<Item>(item: Item): AsyncGenerator<Item> {
  yield item;
}
