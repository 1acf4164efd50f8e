/**
 * Both sides of an association, made up: so many files that are exported as they should be, and among them a few of every fault, each with
 * the finding it has to lead to. Streamed, in the order of keys; the same on every run.
 */
import type { InventoryEntry } from '../../provision/pull/inventory/entry';
import type { ListedObject } from '../../scripts/export-proof/bucket-listing';
import type { Sides } from '../../scripts/export-proof/compare-sides';
import type { FindingKind } from '../../scripts/export-proof/judge';

export const keyPrefix = 'nasdaq/';
const filesPerDirectory = 1000;
const batchSize = 1000;
const exportedMs = 1_700_000_100_000;
const changedMs = 1_700_000_000_000;

interface Fault {
  /** The entry and the object at one place; undefined where that side has nothing. */
  readonly entry?: Partial<InventoryEntry>;
  readonly object?: Partial<ListedObject>;
  readonly lacks?: 'entry' | 'object';
  readonly finds: FindingKind;
  readonly isPending?: true;
}

/** One of each is planted again and again; a misnamed object is a missing and an extra one. */
const faults: Readonly<Record<string, Fault>> = {
  'never archived': { entry: { hsm: 0 }, lacks: 'object', finds: 'missing', isPending: true },
  'failed in the log': { entry: { hsm: 0x1 }, lacks: 'object', finds: 'missing', isPending: true },
  'deleted in S3': { lacks: 'object', finds: 'missing' },
  'released and gone': { entry: { hsm: 0xd }, lacks: 'object', finds: 'missing' },
  truncated: { object: { sizeBytes: 3 }, finds: 'different' },
  stale: { object: { lastModifiedMs: changedMs - 60_000 }, finds: 'different' },
  'changed in S3, hours later': { object: { lastModifiedMs: changedMs + 9 * 3_600_000 }, finds: 'different' },
  dirty: { entry: { hsm: 0xb }, finds: 'unarchived', isPending: true },
  'dirty and grown': { entry: { hsm: 0xb, sizeBytes: 999 }, finds: 'different', isPending: true },
  'archived by nobody': { entry: { hsm: 0 }, finds: 'unarchived', isPending: true },
  lost: { entry: { hsm: 0x49 }, finds: 'unarchived', isPending: true },
  'marked noarchive': { entry: { hsm: 0x20 }, lacks: 'object', finds: 'neverExportable' },
  'over 5 TiB': { entry: { sizeBytes: 6 * 2 ** 40, hsm: 0 }, lacks: 'object', finds: 'neverExportable' },
  'a socket': { entry: { type: 'other' }, lacks: 'object', finds: 'neverExportable' },
  'not UTF-8': { entry: { problem: 'the name is not valid UTF-8' }, lacks: 'object', finds: 'neverExportable' },
  'in S3 only': { lacks: 'entry', finds: 'extra' },
  'not pulled': {
    entry: { type: 'absent', source: { sizeBytes: 5, mtimeSeconds: 1 } },
    lacks: 'object',
    finds: 'notPulled',
  },
  'changed at the source': { entry: { source: { sizeBytes: 7, mtimeSeconds: 1 } }, finds: 'notPulled' },
};
const names = Object.keys(faults);

export interface PlantedSides {
  readonly sides: Sides;
  /** `kind path`, sorted. */
  readonly expected: readonly string[];
  readonly pending: number;
}

/** @param times How often each fault is planted. */
export function plantedSides(files: number, times: number): PlantedSides {
  const step = Math.floor(files / (names.length * times));
  const faultAt = (index: number): { readonly name: string; readonly fault: Fault } | undefined => {
    const place = index / step;
    if (!Number.isInteger(place) || place >= names.length * times) return undefined;
    const name = names[place % names.length] as string;
    return { name, fault: faults[name] as Fault };
  };
  const planted = Array.from({ length: names.length * times }, (_, place) => {
    const found = faultAt(place * step) as { name: string; fault: Fault };
    return { path: pathOf(place * step), ...found };
  });
  const failures = planted
    .filter(({ name }) => name === 'failed in the log')
    .map(({ path }) => [
      keyPrefix + path,
      { code: 'S3ExportAccessDenied', message: 'access was denied', time: new Date(changedMs) },
    ]);
  return {
    expected: planted.map(({ path, fault }) => `${fault.finds} ${path}`).sort(),
    pending: planted.filter(({ fault }) => fault.isPending === true).length,
    sides: {
      inventory: batched(entries(files, faultAt)),
      objects: batched(objects(files, faultAt)),
      // Asked only where something is in doubt: what is stale, and what somebody else wrote, says so.
      askObject: async (key) => {
        const { name, fault } = faultAt(indexOf(key)) ?? {};
        if (fault?.lacks === 'object') return undefined;
        const sizeBytes = fault?.object?.sizeBytes ?? sizeOf(indexOf(key));
        if (name === 'stale')
          return { mtimeMs: changedMs - 120_000, sizeBytes, lastModifiedMs: changedMs, isFromFsx: true };
        return { sizeBytes, lastModifiedMs: exportedMs, isFromFsx: false };
      },
      failures: new Map(failures as [string, { code: string; message: string; time: Date }][]),
    },
  };
}

type FaultAt = (index: number) => { readonly fault: Fault } | undefined;

function* entries(files: number, faultAt: FaultAt): Generator<InventoryEntry> {
  for (let index = 0; index < files; index += 1) {
    if (index % filesPerDirectory === 0)
      yield { path: directoryOf(index), type: 'directory', sizeBytes: 0, mtimeMs: 0, ctimeMs: 0, isEmpty: false };
    const fault = faultAt(index)?.fault;
    if (fault?.lacks === 'entry') continue;
    const source = { sizeBytes: sizeOf(index), mtimeSeconds: changedMs / 1000 };
    const good = { type: 'file', sizeBytes: sizeOf(index), mtimeMs: changedMs, ctimeMs: changedMs, hsm: 0x9 } as const;
    const ownSize = fault?.entry?.sizeBytes;
    yield {
      path: pathOf(index),
      ...good,
      source: ownSize === undefined ? source : { ...source, sizeBytes: ownSize },
      ...fault?.entry,
    };
  }
}

function* objects(files: number, faultAt: FaultAt): Generator<ListedObject> {
  for (let index = 0; index < files; index += 1) {
    const fault = faultAt(index)?.fault;
    if (fault?.lacks === 'object') continue;
    yield { key: pathOf(index), sizeBytes: sizeOf(index), lastModifiedMs: exportedMs, etag: '', ...fault?.object };
  }
}

async function* batched<Item>(items: Iterable<Item>): AsyncGenerator<readonly Item[]> {
  let batch: Item[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < batchSize) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

function directoryOf(index: number): string {
  return `captures-${String(Math.floor(index / filesPerDirectory)).padStart(6, '0')}/`;
}

function pathOf(index: number): string {
  return `${directoryOf(index)}2026-11-24-${String(index).padStart(9, '0')}.itch.gz`;
}

function indexOf(path: string): number {
  return Number(/-(\d{9})\./.exec(path)?.[1]);
}

function sizeOf(index: number): number {
  return 1000 + (index % 4096);
}
