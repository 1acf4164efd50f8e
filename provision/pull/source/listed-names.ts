/**
 * The names of one directory as a server lists them, perhaps from the start again: a listing that was cut by a lost connection begins anew on another
 * one. What was given out is passed over then: by name and not by number, for the directory may have changed meanwhile, also by what this run
 * deletes or moves at the source. Once as many were passed over as were given out, a name that comes again is one that the server lists twice.
 */
import type { SourcePath } from '../sftp/source-path';
import type { NameEntry } from '../sftp/wire';
import { NameSet } from './name-set';
import { listedForEver } from './whole-listing';

/**
 * READDIR replies that bring no new name, one after another. Without names they are the end: some servers tell it so and never otherwise. With names
 * that came before, the server begins again and again, and nobody knows whether all was told.
 */
const mostRepliesWithoutNews = 16;

export class ListedNames {
  readonly #given = new NameSet();
  #count = 0;
  /** Given out before this listing began, and not passed over yet. */
  #toPassOver = 0;
  #repliesWithoutNews = 0;

  constructor(private readonly path: SourcePath) {}

  /** Given out so far. */
  get count(): number {
    return this.#count;
  }

  /** So many replies in a row were empty that this is the end. */
  get hasRunDry(): boolean {
    return this.#repliesWithoutNews === mostRepliesWithoutNews;
  }

  /** The server lists the directory from its start. */
  begin(): void {
    this.#toPassOver = this.#count;
    this.#repliesWithoutNews = 0;
  }

  /** Those of a reply that were not given out before, and are now. Throws a ListingInDoubtError where there is no end of the same ones. */
  take(names: readonly NameEntry[]): readonly NameEntry[] {
    let isNews = false;
    const fresh = names.filter(({ filename }) => {
      const isNew = this.#given.add(textOf(filename));
      const isPassedOver = !isNew && this.#toPassOver > 0;
      if (isPassedOver) this.#toPassOver -= 1;
      isNews ||= isNew || isPassedOver;
      return !isPassedOver;
    });
    this.#repliesWithoutNews = isNews ? 0 : this.#repliesWithoutNews + 1;
    if (this.hasRunDry && names.length > 0) throw listedForEver(this.path);
    this.#count += fresh.length;
    return fresh;
  }
}

/** Byte for byte, whatever the encoding. */
function textOf(filename: Buffer): string {
  return filename.toString('latin1');
}
