/** `agent.js inventory`: what lies on the file system, with what Lustre knows of each file's export, and what the source has. */
import { once } from 'node:events';
import { inOrder } from '../../core/in-order';
import { regrouped } from '../../core/regrouped';
import type { InventoryEnd, InventoryEntry } from './entry';
import { withDigests } from './known-digests';
import { hsmStates, type Lfs } from './lfs';
import type { SourceTree } from './source-tree';
import { walkTree } from './walk-tree';

/** Entries whose states one task asks for, and tasks at one time: `lfs` takes a millisecond to start and an RPC a file. */
const entriesPerTask = 512;
const tasksAtOnce = 4;

export interface InventoryOptions {
  /** Absolute. */
  readonly root: string;
  readonly source: SourceTree | undefined;
  /** Undefined where the file system is not Lustre: nothing is told of exports then. */
  readonly lfs: Lfs | undefined;
  /** Where runs noted the digests of what they received; undefined: they are not asked for. */
  readonly stateDirectory: string | undefined;
}

/** Entries in the order of S3 keys, in batches. */
export function inventory(options: InventoryOptions): AsyncGenerator<readonly InventoryEntry[]> {
  const { root, source, lfs, stateDirectory } = options;
  const walked = regrouped(walkTree(root, source), entriesPerTask);
  const known = lfs === undefined ? walked : inOrder(walked, tasksAtOnce, (batch) => withStates(batch, root, lfs));
  return stateDirectory === undefined ? known : withDigests(known, stateDirectory);
}

/** Prints them, and the end mark. */
export async function printInventory(options: InventoryOptions, out: NodeJS.WritableStream): Promise<void> {
  let entries = 0;
  for await (const batch of inventory(options)) {
    entries += batch.length;
    const text = batch.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    if (!out.write(text)) await once(out, 'drain');
  }
  const end: InventoryEnd = { end: true, entries };
  out.write(`${JSON.stringify(end)}\n`);
}

async function withStates(
  batch: readonly InventoryEntry[],
  root: string,
  lfs: Lfs,
): Promise<readonly InventoryEntry[]> {
  const files = batch.filter(isNamedFile);
  const states = await hsmStates(
    files.map(({ path }) => `${root}/${path}`),
    lfs,
  );
  const byEntry = new Map(files.map((entry, index) => [entry, states[index]]));
  return batch.map((entry) => {
    const flags = byEntry.get(entry);
    return flags === undefined ? entry : { ...entry, hsm: flags };
  });
}

function isNamedFile({ type, problem }: InventoryEntry): boolean {
  return type === 'file' && problem === undefined;
}
