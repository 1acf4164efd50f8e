/**
 * Patterns whose `*` stands for any run of characters, an empty one too. What follows a `*` is taken where it first fits, so that time grows with
 * the product of both lengths at most: a regular expression tries every way there is, and a name made for it takes it for ever.
 */

/** `*` */
export const anyRun = Symbol('any run of characters');
/** `?` */
const anyOne = Symbol('any one character');

/** A character, or what stands for some, each. */
export type Glob = readonly (string | typeof anyRun | typeof anyOne)[];

export function parseGlob(pattern: string): Glob {
  return pattern.split('').map((character) => {
    if (character === '*') return anyRun;
    return character === '?' ? anyOne : character;
  });
}

/** Whether it is all of the text. `fitsOne`: what `?` may stand for, by default anything. */
export function matchesGlob(glob: Glob, text: string, fitsOne: (character: string) => boolean = () => true): boolean {
  let [at, index] = [0, 0];
  /** Where to go on where something does not fit: behind the last `*`, which stands for one character more then. */
  let last: { readonly at: number; index: number } | undefined;
  while (index < text.length) {
    const token = glob[at];
    const character = text.charAt(index);
    if (token === anyRun) {
      at += 1;
      last = { at, index };
    } else if (token === character || (token === anyOne && fitsOne(character))) {
      at += 1;
      index += 1;
    } else if (last === undefined) return false;
    else {
      last.index += 1;
      ({ at, index } = last);
    }
  }
  return glob.slice(at).every((token) => token === anyRun);
}
