/** fstab(5) as text: entries read, one line put in place, everything else kept byte for byte. Pure. */
import { escapeOctal, unescapeOctal } from '../facts/mounts';

export interface FstabEntry {
  readonly source: string;
  readonly target: string;
  readonly fsType: string;
  readonly options: string;
  /** The line as it stands, without its end. */
  readonly line: string;
}

/** The entries of a text; comments and lines with fewer than four fields are not entries. */
export function fstabEntries(text: string): readonly FstabEntry[] {
  return text.split('\n').flatMap((line) => entryOf(line) ?? []);
}

export function fstabLine(entry: Omit<FstabEntry, 'line'>): string {
  return `${escapeOctal(entry.source)} ${escapeOctal(entry.target)} ${entry.fsType} ${entry.options} 0 0`;
}

/** The text with exactly one entry that `matches`: `line`, where the first of them stood, or at the end. */
export function withFstabLine(text: string, line: string, matches: (entry: FstabEntry) => boolean): string {
  const isOurs = (candidate: string) => {
    const entry = entryOf(candidate);
    return entry !== undefined && matches(entry);
  };
  const lines = text.split('\n');
  const first = lines.findIndex(isOurs);
  if (first === -1) return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`;
  return lines.flatMap((kept, index) => (index === first ? [line] : isOurs(kept) ? [] : [kept])).join('\n');
}

/** The text without the entries that match; everything else is kept byte for byte. */
export function withoutFstabLines(text: string, matches: (entry: FstabEntry) => boolean): string {
  return text
    .split('\n')
    .filter((line) => {
      const entry = entryOf(line);
      return entry === undefined || !matches(entry);
    })
    .join('\n');
}

function entryOf(line: string): FstabEntry | undefined {
  const [source = '', target, fsType, options] = line.trim().split(/[ \t]+/);
  if (source.startsWith('#') || target === undefined || fsType === undefined || options === undefined) return undefined;
  return { source: unescapeOctal(source), target: trimSlash(unescapeOctal(target)), fsType, options, line };
}

function trimSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path;
}
