/** What both stages that compare do with an entry of a listing: what is it, and what lies at the destination in its place? */
import type { Stats } from 'node:fs';
import type { Disk } from '../destination/disk';
import type { LocalDirectory } from '../destination/local-directory';
import type { NameEntry } from '../sftp/wire';
import { type Classified, type ClassifySettings, classify, type ListedDirectory } from '../source/classify';
import { withToldTime } from './listed-times';
import type { PlanSettings } from './plan';

export interface LookUpOptions {
  readonly disk: Disk;
  readonly classify: ClassifySettings;
  readonly settings: PlanSettings;
  /** The directory's own at the destination; undefined where nothing can be in it. */
  readonly open: (() => Promise<LocalDirectory>) | undefined;
}

export interface LookedUp {
  readonly item: Classified;
  readonly local: Stats | undefined;
}

/** All entries of a batch are to be looked up at one time: on a network file system each costs a round trip. */
export async function lookUp(
  entry: NameEntry,
  directory: ListedDirectory,
  { disk, classify: classifySettings, settings, open }: LookUpOptions,
): Promise<LookedUp> {
  const item = await classify(entry, directory, classifySettings);
  if (item.kind === 'outcome' || open === undefined) return { item, local: undefined };
  const local = await disk.lstat((await open()).at(item.name));
  return { item: await withToldTime(item, local, { pool: classifySettings.pool, settings }), local };
}
