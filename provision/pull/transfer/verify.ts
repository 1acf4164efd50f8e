/**
 * POINT_IN_TIME_CONSISTENT (DataSync API, `VerifyMode`): at the end the whole of both sides is listed again and compared: presence,
 * type, size and time. Content was compared by digest when each file was received; SFTP knows no remote checksum. What the run left as it
 * is because it was told to is no difference.
 */
import type { Stats } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { SluiceError } from '../../core/errors';
import type { Disk } from '../destination/disk';
import type { LocalDirectory } from '../destination/local-directory';
import { failed, interrupted, type Outcome, throwIfOfRun } from '../record/outcomes';
import type { NameEntry } from '../sftp/wire';
import type { Classified, ClassifySettings } from '../source/classify';
import { NameSet } from '../source/name-set';
import { displayName, pathIn } from '../source/names';
import type { SourceDirectory } from '../source/source-links';
import { type Listing, Walker } from '../source/walk';
import { lookUp } from './look-up';
import { decideFile, describeType, type PlanSettings } from './plan';

export interface VerifyOptions {
  readonly disk: Disk;
  readonly root: LocalDirectory;
  readonly source: SourceDirectory;
  readonly settings: PlanSettings;
  readonly classify: ClassifySettings;
  readonly signal: AbortSignal;
  /** Paths that the run left or skipped: they may differ. */
  readonly untouched: NameSet;
}

interface VerifiedDirectory {
  readonly path: string;
  readonly source: SourceDirectory;
  /** Every name of it at the source, as the listing goes on. */
  readonly names: NameSet;
}

/**
 * Yields one failure for each difference and each entry or directory that cannot be looked at, and one skipped entry for each that only the
 * destination has (it is kept).
 */
export async function* comparePointInTime(options: VerifyOptions): AsyncGenerator<Outcome> {
  const walker = new Walker<VerifiedDirectory>(options.classify.pool);
  const enter = (path: string, source: SourceDirectory) =>
    walker.enter({ path, source, names: new NameSet(options.classify.reservedRootNames) }, source.path);
  enter('', options.source);
  for await (const listing of walker.listings()) {
    if (options.signal.aborted) throw interrupted();
    try {
      yield* compareListing(listing, enter, options);
    } catch (cause) {
      throwIfOfRun(cause, options.signal);
      // Once, and not for each batch of its names.
      if (listing.isLast) yield failed(listing.directory.path, cause);
    }
  }
}

async function* compareListing(
  { directory, entries, isLast, error }: Listing<VerifiedDirectory>,
  enter: (path: string, source: SourceDirectory) => void,
  options: VerifyOptions,
): AsyncGenerator<Outcome> {
  for (const { filename } of entries) directory.names.add(options.classify.decode(filename) ?? '');
  if (error !== undefined) throw error;
  const local = await options.root.open(directory.path);
  try {
    const settings = comparing(options.settings);
    const at = { ...options, settings, open: async () => local };
    const lookedUp = await Promise.allSettled(entries.map((entry) => lookUp(entry, directory, at)));
    for (const [index, result] of lookedUp.entries()) {
      try {
        if (result.status === 'rejected') throw result.reason;
        const { item, local: found } = result.value;
        // What the plan refused, skipped or left out was told then.
        if (item.kind === 'outcome') continue;
        const problem = differenceOf(item, found, settings);
        if (problem !== undefined) {
          if (!options.untouched.has(item.path)) yield difference(item.path, problem);
        } else if (item.kind === 'directory') enter(item.path, item.source);
        else yield { kind: 'verified', path: item.path, sizeBytes: item.kind === 'file' ? item.file.sizeBytes : 0 };
      } catch (cause) {
        throwIfOfRun(cause, options.signal);
        yield failed(pathIn(directory.path, displayName((entries[index] as NameEntry).filename)), cause);
      }
    }
    // Files that are taken away at the source are the destination's alone.
    if (!isLast || options.settings.takesAll === true) return;
    for await (const { name } of await opendir(local.at('.'))) {
      if (directory.names.has(name)) continue;
      yield { kind: 'skipped', path: pathIn(directory.path, name), reason: 'only the destination has it; it is kept' };
    }
  } finally {
    await local.close();
  }
}

/** A file that the plan would take whatever it is like is compared all the same. */
function comparing(settings: PlanSettings): PlanSettings {
  return { ...settings, transferMode: 'CHANGED', overwriteMode: 'ALWAYS', takesAll: false };
}

function differenceOf(
  item: Exclude<Classified, { kind: 'outcome' }>,
  local: Stats | undefined,
  settings: PlanSettings,
): string | undefined {
  if (local === undefined) return 'it is missing at the destination';
  if (item.kind === 'directory') {
    return local.isDirectory()
      ? undefined
      : `the destination has ${describeType(local)} where the source has a directory`;
  }
  if (item.kind === 'link') return local.isSymbolicLink() ? undefined : 'the destination has no link there';
  const decision = decideFile(item.file, local, settings);
  if (decision.kind === 'conflict') return `the destination has ${decision.found} where the source has a file`;
  return decision.kind === 'transfer' ? 'its size or time differs between source and destination' : undefined;
}

function difference(path: string, reason: string): Outcome {
  const error = new SluiceError(reason, {
    code: 'VERIFY_DIFFERENCE',
    hint: 'It changed during the run, or could not be transferred; run again.',
  });
  return failed(path, error);
}
