/**
 * Includes and excludes in AWS DataSync's pattern language (DataSync User Guide, "Filtering the data transferred by DataSync"):
 * a path starts with `/` at the source's root; `*` stands for any run of characters, slashes among them; `|` separates patterns;
 * `\` makes `*`, `|` and `\` ordinary. A pattern that matches a directory takes in all beneath it. An exclude wins over an include.
 * As in DataSync, an include may have `*` only at its end: that is what lets a walk leave out what cannot match.
 */
import { SluiceError } from '../../core/errors';
import { anyRun, type Glob, matchesGlob } from '../../core/glob';

export interface Filters {
  /** Whether a file is to be transferred. `path` is relative to the root, without a leading slash. */
  readonly takesFile: (path: string) => boolean;
  /** Whether a directory is to be walked (and created): it matches, or something beneath it could. */
  readonly takesDirectory: (path: string) => boolean;
  /** To be told of every entry of the source. */
  readonly sees: (path: string) => void;
  /** Includes, each as it was given, that matched nothing of what was seen, nor may match beneath what is excluded: once all was seen, perhaps misspelt. */
  readonly unmatchedIncludes: () => readonly string[];
}

interface IncludePrefix {
  readonly pattern: string;
  readonly text: string;
  readonly hasStar: boolean;
}

/** Throws a SluiceError of kind `config` on a pattern that cannot match anything. */
export function compileFilters(includes: readonly string[], excludes: readonly string[]): Filters {
  const prefixes = includes.flatMap(splitPatterns).map(toIncludePrefix);
  const excluded = excludes.flatMap(splitPatterns).flatMap(toExcludeGlobs);
  const isExcluded = (path: string) => excluded.some((glob) => matchesGlob(glob, path));
  const isIncluded = (path: string) => prefixes.length === 0 || prefixes.some((prefix) => matchesPrefix(prefix, path));
  const leadsToIncluded = (path: string) => prefixes.some(({ text }) => text.startsWith(`${path}/`));
  const unmatched = new Set(prefixes);
  return {
    sees: (path) => {
      const isHidden = ({ text }: IncludePrefix) => text.startsWith(`/${path}/`) && isExcluded(`/${path}`);
      for (const prefix of unmatched)
        if (matchesPrefix(prefix, `/${path}`) || isHidden(prefix)) unmatched.delete(prefix);
    },
    unmatchedIncludes: () => [...new Set([...unmatched].map(({ pattern }) => pattern))],
    takesFile: (path) => isIncluded(`/${path}`) && !isExcluded(`/${path}`),
    takesDirectory: (path) => (isIncluded(`/${path}`) || leadsToIncluded(`/${path}`)) && !isExcluded(`/${path}`),
  };
}

/** One list entry may hold several patterns; escapes are kept for what follows. */
function splitPatterns(text: string): string[] {
  const patterns = text.match(/(?:\\.|[^|\\])+/gs) ?? [];
  if (patterns.length === 0) throw badPattern(text, 'it is empty');
  return patterns;
}

/** Without the slash that a directory's may end in. */
function toGlob(pattern: string): Glob {
  const glob = [...pattern.matchAll(/\\(.)|./gs)].map(([part, escaped]) => (part === '*' ? anyRun : (escaped ?? part)));
  const whole = glob.at(-1) === '/' ? glob.slice(0, -1) : glob;
  const text = whole.map((part) => (part === anyRun ? '*' : part)).join('');
  if (/\/\.{0,2}\//.test(`${text}/`))
    throw badPattern(pattern, 'no path has a "//" in it, or a name that is "." or ".."');
  return whole;
}

function toIncludePrefix(pattern: string): IncludePrefix {
  if (!pattern.startsWith('/')) throw badPattern(pattern, 'an include starts with "/", the root of the source');
  const glob = toGlob(pattern);
  const hasStar = glob.at(-1) === anyRun;
  const body = hasStar ? glob.slice(0, -1) : glob;
  if (body.includes(anyRun)) throw badPattern(pattern, 'an include may have "*" only at its end');
  return { pattern, text: body.join(''), hasStar };
}

function matchesPrefix(prefix: IncludePrefix, path: string): boolean {
  if (prefix.hasStar) return path.startsWith(prefix.text);
  return path === prefix.text || path.startsWith(`${prefix.text}/`);
}

function toExcludeGlobs(pattern: string): readonly Glob[] {
  if (!pattern.startsWith('/') && !pattern.startsWith('*')) {
    throw badPattern(pattern, 'an exclude starts with "/" (the root of the source) or "*" (anywhere)');
  }
  const glob = toGlob(pattern);
  // The path itself, or a directory above it.
  return [glob, [...glob, '/', anyRun]];
}

function badPattern(pattern: string, reason: string): SluiceError {
  return new SluiceError(`the filter pattern ${JSON.stringify(pattern)} cannot be used: ${reason}`, {
    code: 'BAD_FILTER',
    kind: 'config',
    hint: 'Patterns look like "/reports", "/reports*" or, for excludes, "*.tmp" and "*/cache".',
  });
}
