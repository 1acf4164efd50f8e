/**
 * preserveDeletedFiles REMOVE, its first half: what the destination has and the source has not, found directory by directory while both are
 * compared. Nothing is removed yet: only when everything has been listed is it known whether that is too much. What is found goes
 * to a file, one entry a line, an extra directory after all that is in it; memory holds the names of directories under way.
 */
import * as fs from 'node:fs';
import type { DirectoryWork } from '../destination/directory-work';
import { FoldedNames } from '../destination/folded-names';
import type { LocalDirectory } from '../destination/local-directory';
import { failed, isFatal, type Outcome } from '../record/outcomes';
import { refuseRunIn } from '../run-lock';
import { decodeUtf8 } from '../sftp/filename';
import type { Filters } from '../source/filters';
import { NameSet } from '../source/name-set';
import { pathIn } from '../source/names';

/** An entry of the destination that the source does not have. */
export interface ExtraEntry {
  readonly path: string;
  readonly kind: 'file' | 'link' | 'directory';
  readonly sizeBytes: number;
  /** The path that the source was found not to have: its own, or that of a directory above it. */
  readonly missing: string;
}

export interface RemovalPlanOptions {
  readonly root: LocalDirectory | undefined;
  readonly filters: Filters;
  readonly reservedRootNames: readonly string[];
  readonly isDryRun: boolean;
  /** Where the destination takes names for each other, what lies there may have another one than at the source. */
  readonly foldedNames?: FoldedNames | undefined;
  /** Takes one found entry; called in the order in which they can be removed. */
  readonly keep: (entry: ExtraEntry) => void;
}

export class RemovalPlan {
  readonly #names = new Map<DirectoryWork, NameSet>();
  #isSpoiled = false;
  /** Files and links of the destination within the filters; those to be removed among them. */
  localFiles = 0;
  extraFiles = 0;

  constructor(private readonly options: RemovalPlanOptions) {}

  /** A listing failed: what is missing from it says nothing. */
  get isSpoiled(): boolean {
    return this.#isSpoiled;
  }

  spoil(): void {
    this.#isSpoiled = true;
    this.#names.clear();
  }

  sees(directory: DirectoryWork, name: string): void {
    if (directory.isFresh || this.#isSpoiled) return;
    this.#namesOf(directory).add(this.#asHere(name));
  }

  #asHere(name: string): string {
    return this.options.foldedNames === undefined ? name : FoldedNames.fold(name);
  }

  /** At the source, and what is not its business. */
  #namesOf(directory: DirectoryWork): NameSet {
    let names = this.#names.get(directory);
    if (names === undefined) {
      names = new NameSet(
        directory.path === '' ? this.options.reservedRootNames.map((name) => this.#asHere(name)) : [],
      );
      this.#names.set(directory, names);
    }
    return names;
  }

  /**
   * The directory's listing at the source is over and whole. Resolves with what could not be looked into here: it stays. Rejects where the
   * directory cannot be opened.
   */
  async listed(directory: DirectoryWork): Promise<readonly Outcome[]> {
    if (directory.isFresh || this.#isSpoiled) return [];
    const names = this.#namesOf(directory);
    this.#names.delete(directory);
    const local = await directory.open();
    const shut: Outcome[] = [];
    try {
      for await (const entry of entriesOf(local)) {
        if (entry.kind === 'other') continue;
        const path = pathIn(directory.path, entry.name);
        if (!names.has(this.#asHere(entry.name)))
          await this.#extra({ ...entry, path, in: local }, { missing: path, shut });
        else if (entry.kind !== 'directory' && this.options.filters.takesFile(path)) this.localFiles += 1;
      }
    } catch (error) {
      if (isFatal(error)) throw error;
      shut.push(failed(directory.path, error));
    }
    return shut;
  }

  /** Resolves with whether it goes. */
  async #extra(entry: PlacedEntry, found: Found): Promise<boolean> {
    const { filters, root, keep } = this.options;
    const { path, kind } = entry;
    const { missing } = found;
    if (kind === 'other') return false;
    if (kind === 'directory') {
      if (root === undefined || !filters.takesDirectory(path) || !(await this.#extrasIn(root, path, found)))
        return false;
      keep({ path, kind, sizeBytes: 0, missing });
      return true;
    }
    if (!filters.takesFile(path)) return false;
    this.localFiles += 1;
    this.extraFiles += 1;
    const stats = fs.lstatSync(entry.in.at(entry.name), { throwIfNoEntry: false });
    keep({ path, kind, sizeBytes: kind === 'file' ? (stats?.size ?? 0) : 0, missing });
    return true;
  }

  /** Resolves with whether all that is in it goes. */
  async #extrasIn(root: LocalDirectory, path: string, found: Found): Promise<boolean> {
    const { reservedRootNames, isDryRun } = this.options;
    try {
      const local = await root.open(path);
      let isAll = true;
      try {
        if (!isDryRun) for (const name of reservedRootNames) refuseRunIn(local.at('.'), name, local.path);
        for await (const inner of entriesOf(local)) {
          const goes = await this.#extra({ ...inner, path: `${path}/${inner.name}`, in: local }, found);
          isAll &&= goes;
        }
      } finally {
        await local.close();
      }
      return isAll;
    } catch (error) {
      if (isFatal(error)) throw error;
      found.shut.push(failed(path, error));
      return false;
    }
  }
}

interface Found {
  readonly missing: string;
  /** Takes what cannot be looked into. */
  readonly shut: Outcome[];
}

interface LocalEntry {
  readonly name: string;
  readonly kind: ExtraEntry['kind'] | 'other';
}

interface PlacedEntry extends LocalEntry {
  readonly path: string;
  readonly in: LocalDirectory;
}

/** What a pull never makes (devices, sockets, names that are no text) is `other`. */
async function* entriesOf(directory: LocalDirectory): AsyncGenerator<LocalEntry> {
  const open = await fs.promises.opendir(directory.at('.'), { encoding: 'buffer' as BufferEncoding });
  for await (const entry of open) {
    const name = decodeUtf8(entry.name as unknown as Buffer);
    if (name === undefined) yield { name: '', kind: 'other' };
    else if (entry.isDirectory()) yield { name, kind: 'directory' };
    else if (entry.isSymbolicLink()) yield { name, kind: 'link' };
    else yield { name, kind: entry.isFile() ? 'file' : 'other' };
  }
}
