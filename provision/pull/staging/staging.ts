/**
 * Where files lie until they are complete and verified: a folder on the destination's file system, outside what is exported.
 *
 *     <staging>/parts/<id>    one file each; id = path, size and mtime at the source, or a digest of them
 *     <staging>/safe/<id>     how much of a large part is on storage for certain (`watermark.ts`)
 *     <staging>/boot-id       the boot of this machine that wrote the parts
 *
 * A part is written strictly from its start, so its length is what arrived. After a killed process every byte of it is there: a part of
 * the same boot is gone on with, after hashing what it holds. After a power cut, or on another machine, a length proves nothing: a part of
 * another boot is cut to what is recorded as safe, and removed where nothing is; set aside where the source gives it only once. Only then is
 * this boot's id written. A file that changed at the source has another id and never meets its old part.
 *
 * Everything is reached through folders held open, so that nothing is written beneath a mount point whose file system went away.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { SluiceError } from '../../core/errors';
import { LocalDirectory, makeDurableDirectory } from '../destination/local-directory';
import type { Unfinished } from '../record/tally';
import { listedTwice } from '../source/whole-listing';
import { leastLargeBytes } from './large-files';
import { asideMark, freeAside, Part, type PartSetting } from './part';
import { strangersIn } from './strangers';
import { type PartPlace, readRecords, removeRecord, Watermark } from './watermark';

/** A power cut costs at most so much of each file under way; on a file system that syncs slowly, a sync each. */
const defaultRecordEveryBytes = 64 * 1024 * 1024;

/** A version of a source file, as far as SFTP can tell versions apart. */
export interface FileVersion {
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeSeconds: number;
}

export interface StagingOptions extends PartSetting {
  /** Identifies the running boot; undefined where the system tells none: then nothing is ever gone on with. */
  readonly bootId: string | undefined;
  /** Bytes of a part between two records of what is safe. Default 64 MiB. */
  readonly recordEveryBytes?: number | undefined;
}

interface Folders {
  readonly root: LocalDirectory;
  readonly parts: LocalDirectory;
  readonly safe: LocalDirectory;
}

export class Staging {
  readonly #leftovers: Set<string>;
  readonly #underWay = new Set<string>();

  private constructor(
    private readonly options: StagingOptions,
    private readonly folders: Folders,
    leftovers: readonly string[],
  ) {
    this.#leftovers = new Set(leftovers);
  }

  /** Looks at what an earlier run left in a folder that `makeStagingFolder` made. The run lock must be held. `close` it. */
  static async open(options: StagingOptions): Promise<Staging> {
    const { disk, bootId } = options;
    const root = await LocalDirectory.openRoot(disk, options.path);
    const folders = { root, parts: await root.open('parts'), safe: await root.open('safe') };
    const found = fs.readdirSync(folders.parts.at('.')).filter((id) => !id.endsWith(asideMark));
    for (const id of fs.readdirSync(folders.safe.at('.'))) {
      if (!found.includes(id)) await removeRecord({ disk, ...folders, id });
    }
    const isSameBoot = bootId !== undefined && readIfThere(root.at('boot-id')) === bootId;
    const kept: string[] = [];
    for (const id of found) if (isSameBoot || (await isKeptOver(options, folders, id))) kept.push(id);
    if (!isSameBoot) fs.writeFileSync(root.at('boot-id'), bootId ?? '', { mode: 0o600 });
    return new Staging(options, folders, kept);
  }

  /** A part for this version: a new one, or what an interrupted run left of the same. */
  async part(version: FileVersion): Promise<Part> {
    const { disk, recordEveryBytes = defaultRecordEveryBytes } = this.options;
    const { parts, safe } = this.folders;
    const id = partId(version);
    if (this.#underWay.has(id)) throw listedTwice();
    this.#underWay.add(id);
    const resumedBytes = this.#leftovers.delete(id)
      ? await reusable({ disk, parts, safe, id }, version.sizeBytes)
      : undefined;
    const isLarge = version.sizeBytes >= Math.min(leastLargeBytes, recordEveryBytes);
    return new Part(this.options, {
      id,
      path: parts.at(id),
      resumedBytes,
      expectedBytes: version.sizeBytes,
      watermark: isLarge ? new Watermark({ disk, parts, safe, id }, recordEveryBytes) : undefined,
      onClose: () => this.#underWay.delete(id),
    });
  }

  /** What an earlier run left of this version is for the next one. */
  leave(version: FileVersion): void {
    this.#leftovers.delete(partId(version));
  }

  /** Where a symbolic link is made before it is renamed into place; a killed run's may be there. */
  linkPath(path: string): string {
    const id = digestOf(['link', path]);
    this.#leftovers.delete(id);
    return this.folders.parts.at(id);
  }

  /** Removes parts of versions that no longer exist at the source. For the end of a run that saw everything. */
  async removeLeftovers(): Promise<void> {
    for (const id of this.#leftovers) await removePart({ ...this.options, ...this.folders, id });
    this.#leftovers.clear();
  }

  /** Rejects where it is not what it was when the run began. */
  async checkIsInPlace(): Promise<void> {
    for (const folder of Object.values(this.folders) as LocalDirectory[]) {
      const problem = await folder.whyNotInPlace();
      if (problem === undefined) continue;
      throw new SluiceError(`${problem}: what was under way there is lost to this run`, {
        code: 'STAGING_GONE',
        hint: 'Look who took the staging folder away, a clean-up of old files or of temporary ones perhaps; then run again.',
      });
    }
  }

  /** What lies here for the next run; to be asked once no part is under way. Nothing where the file system does not tell any more. */
  unfinished(): Unfinished {
    const { parts } = this.folders;
    try {
      const kept = fs.readdirSync(parts.at('.')).filter((id) => !id.endsWith(asideMark));
      const stats = kept.map((id) => fs.lstatSync(parts.at(id), { throwIfNoEntry: false }));
      const sizes = stats.flatMap((each) => (each?.isFile() && each.size > 0 ? [each.size] : []));
      return { files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
    } catch {
      return { files: 0, bytes: 0 };
    }
  }

  async close(): Promise<void> {
    for (const folder of Object.values(this.folders) as LocalDirectory[]) await folder.close();
  }
}

/** Printable ASCII. */
const plainPath = /^[ -~]*$/;
/** A file system takes 255 bytes. */
const longestId = 200;

/** A plain path, so that a person sees what it is, and that no digest has to be made of it; any other's digest. It ends in two numbers after `~`. */
function partId({ path, sizeBytes, mtimeSeconds }: FileVersion): string {
  const id = `${path.replaceAll('%', '%25').replaceAll('/', '%2F')}~${sizeBytes}~${mtimeSeconds}`;
  return plainPath.test(path) && id.length <= longestId ? id : digestOf([path, sizeBytes, mtimeSeconds]);
}

function digestOf(parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40);
}

/**
 * Makes the folder; throws a SluiceError of kind `blocked` where it, or what is to be in it, is a link or anything else, or where others can
 * write in it.
 */
export function makeStagingFolder(path: string): void {
  for (const folder of [path, join(path, 'parts'), join(path, 'safe')]) {
    if (fs.lstatSync(folder, { throwIfNoEntry: false }) === undefined) {
      makeDurableDirectory(folder, 0o700);
    } else if (!fs.lstatSync(folder).isDirectory()) {
      throw new SluiceError(`${folder} is not a directory (a symbolic link, or something else)`, {
        code: 'STAGING_NOT_A_DIRECTORY',
        kind: 'blocked',
        hint: 'Look who put it there, and remove it: unfinished files are never written through a link.',
      });
    } else refuseStrangers(folder);
  }
}

/** What others put there as a part would be gone on with, and seen at the destination as the source's. */
function refuseStrangers(folder: string): void {
  const why = strangersIn(folder);
  if (why === undefined) return;
  throw new SluiceError(`others can write in the staging folder ${folder}: ${why}`, {
    code: 'STAGING_OPEN_TO_OTHERS',
    kind: 'blocked',
    hint: 'Remove it (unfinished files are then read again); or, if you trust what is in it, make it yours alone (chown, chmod 700).',
  });
}

/** Takes the folder away where nothing is left in it: no part to go on with, nothing of somebody else's. */
export function removeStagingIfEmpty(path: string): void {
  try {
    for (const folder of [join(path, 'parts'), join(path, 'safe')]) if (fs.existsSync(folder)) fs.rmdirSync(folder);
    fs.rmSync(join(path, 'boot-id'), { force: true });
    fs.rmdirSync(path);
  } catch {
    // Not empty: it stays.
  }
}

/** Whether a part of another boot can be gone on with: cut to what is safe of it. */
async function isKeptOver({ disk, readOnce }: StagingOptions, { parts, safe }: Folders, id: string): Promise<boolean> {
  const part = { disk, parts, safe, id };
  const { safeBytes } = readRecords(part);
  const stats = await disk.lstat(parts.at(id));
  if (readOnce && stats !== undefined && isOwnPart(stats) && (safeBytes === 0 || stats.size !== safeBytes)) {
    if (fs.existsSync(safe.at(id))) await removeRecord(part);
    await disk.rename(parts.at(id), freeAside(parts.at(id)));
    return false;
  }
  if (safeBytes === 0 || stats === undefined || !isOwnPart(stats) || stats.size < safeBytes) {
    await removePart(part);
    return false;
  }
  makeOwnersAgain(parts.at(id), stats);
  fs.truncateSync(parts.at(id), safeBytes);
  return true;
}

/** The length of a leftover; undefined (and the leftover removed) where it is not what this engine writes. */
async function reusable(part: PartPlace, sizeBytes: number): Promise<number | undefined> {
  const path = part.parts.at(part.id);
  const stats = await part.disk.lstat(path);
  if (stats === undefined) return undefined;
  if (!isOwnPart(stats) || stats.size > sizeBytes) {
    await removePart(part);
    return undefined;
  }
  makeOwnersAgain(path, stats);
  return stats.size;
}

async function removePart(part: PartPlace): Promise<void> {
  const { disk, parts, safe, id } = part;
  if (fs.existsSync(safe.at(id))) await removeRecord(part);
  if ((await disk.lstat(parts.at(id))) !== undefined) await disk.unlink(parts.at(id));
}

function isOwnPart(stats: fs.Stats): boolean {
  return stats.isFile() && stats.nlink === 1;
}

/** Complete but for its rename a part may have its final mode, which need not let its owner write. */
function makeOwnersAgain(path: string, stats: fs.Stats): void {
  if ((stats.mode & 0o600) !== 0o600) fs.chmodSync(path, 0o600);
}

function readIfThere(path: string): string | undefined {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
