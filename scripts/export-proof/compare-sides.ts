/**
 * One look at everything under one association: the host's inventory and the bucket's listing, merged by key, judged file by file.
 * Streamed: what is held is a few batches of each side.
 */
import { atMost } from '../../provision/core/at-most';
import { inOrder } from '../../provision/core/in-order';
import type { InventoryEntry } from '../../provision/pull/inventory/entry';
import type { ListedObject } from './bucket-listing';
import { type Compared, type Finding, judge, needsObject, type Rules, type Verdict } from './judge';
import { mergeByKey } from './merge';
import type { ObjectFacts } from './object-facts';
import type { RepositoryFailure } from './repository-log';

export interface Sides {
  /** In the order of keys, but for entries with a `problem`. */
  readonly inventory: AsyncIterable<readonly InventoryEntry[]>;
  /** In the order of keys. */
  readonly objects: AsyncIterable<readonly ListedObject[]>;
  /** Asks one object, by its key relative to the association. */
  readonly askObject: (key: string) => Promise<ObjectFacts | undefined>;
  /** By whole key. */
  readonly failures: ReadonlyMap<string, RepositoryFailure>;
}

export interface Judged extends Verdict {
  readonly compared: Compared;
}

/** Requests for single objects at one time, in each of the batches under way. */
const asksAtOnce = 32;
const batchesAtOnce = 4;

/** Everything, in batches: what is proven, and what is not with its findings. */
export async function* compareSides(sides: Sides, rules: Rules): AsyncGenerator<readonly Judged[]> {
  const aside: InventoryEntry[] = [];
  const pairs = mergeByKey(
    { name: "the host's inventory", batches: inOrderOnly(sides.inventory, aside), keyOf: ({ path }) => path },
    { name: "the bucket's listing", batches: sides.objects, keyOf: ({ key }) => key },
  );
  for await (const judged of inOrder(pairs, batchesAtOnce, (batch) => judgeBatch(batch, sides, rules))) {
    yield judged;
    if (aside.length > 0) yield judgeAside(aside.splice(0), rules);
  }
  if (aside.length > 0) yield judgeAside(aside, rules);
}

/** Entries with a problem have no key: they go aside. */
async function* inOrderOnly(inventory: AsyncIterable<readonly InventoryEntry[]>, aside: InventoryEntry[]) {
  for await (const batch of inventory) {
    const named = batch.filter(({ problem }) => problem === undefined);
    if (named.length < batch.length) aside.push(...batch.filter(({ problem }) => problem !== undefined));
    yield named;
  }
}

function judgeAside(entries: readonly InventoryEntry[], rules: Rules): readonly Judged[] {
  return entries.map((left) => {
    const compared = { key: left.path, left };
    return { compared, ...judge(compared, rules) };
  });
}

async function judgeBatch(batch: readonly Compared[], sides: Sides, rules: Rules): Promise<readonly Judged[]> {
  const asked = batch.filter((compared) => needsObject(compared, rules));
  const answers = await atMost(asksAtOnce, asked, ({ key }) => sides.askObject(key));
  const facts = new Map(asked.map((compared, index) => [compared, answers[index]]));
  return batch.map((listed) => {
    const told = facts.get(listed);
    const compared = facts.has(listed) ? asTold(listed, told) : listed;
    const { findings, ...verdict } = judge(compared, rules, told);
    const explained = findings.map((finding) =>
      withFailure(finding, sides.failures.get(rules.keyPrefix + finding.path)),
    );
    return { compared, ...verdict, findings: explained };
  });
}

/** As the object says, and no listing: written or deleted since, or in an archive tier. */
function asTold({ right, ...rest }: Compared, told: ObjectFacts | undefined): Compared {
  if (told === undefined) return rest;
  const { sizeBytes, lastModifiedMs, archivedIn } = told;
  const object = { key: rest.key, etag: '', ...right, sizeBytes, lastModifiedMs };
  return { ...rest, right: archivedIn === undefined ? object : { ...object, archivedIn } };
}

/** What FSx itself said of it. */
function withFailure(finding: Finding, failure: RepositoryFailure | undefined): Finding {
  if (failure === undefined || finding.kind === 'extra') return finding;
  const said = `FSx: ${failure.code === '' ? '' : `${failure.code}: `}${failure.message} (${failure.time.toISOString()})`;
  return { ...finding, reason: `${finding.reason}; ${said}`, failure: failure.code || 'unknown' };
}
