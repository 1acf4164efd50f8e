/**
 * What YAML takes as it stands and a person did not mean: a placeholder that a person or another tool would have replaced, and quotes
 * and spaces that a word processor or a web page has made of plain ones.
 */
import type { Finding, Path } from './problem';
import { isPrintable, mayHoldSecret, show } from './secrecy';

/** `${NAME}`, `$(command)`, `{{ name }}`, or `$NAME`, `<name>`, `CHANGEME` or `TODO` as all there is. */
const placeholder =
  /\$\{[^}]*\}|\$\([^)]*\)|\{\{.*\}\}|^\$[a-z_]\w*$|^<[^<>]*>$|^(?:change|replace)[-_ ]?me$|^(?:todo|tbd|fixme)$/i;
const quoted = /^[“”„«‘’‚]\s*(.*?)\s*[“”»‘’]$/u;

/** At either end, or of no width anywhere: not to be seen in a message. */
const oddSpace = /^[^\S \t\r\n]|[^\S \t\r\n]$|\u200B/;

/** In every text of a file that may be shown, warnings: a name may hold such characters. What aliases repeat is told once; they may form a ring. */
export function* foreignText(value: unknown, path: Path = [], seen = new Set<unknown>()): Generator<Finding> {
  if (mayHoldSecret(path) || seen.has(value)) return;
  if (typeof value === 'object' && value !== null) {
    seen.add(value);
    const isList = Array.isArray(value);
    for (const [key, child] of Object.entries(value))
      yield* foreignText(child, [...path, isList ? Number(key) : key], seen);
    return;
  }
  if (typeof value !== 'string' || !isPrintable(value)) return;
  const [found] = placeholder.exec(value) ?? [];
  const [odd] = oddSpace.exec(value) ?? [];
  const [, inner] = quoted.exec(value) ?? [];
  if (found !== undefined) {
    const fix = 'write the value itself: nothing is interpolated in this file';
    yield {
      path,
      severity: 'warning',
      message: `${show(value)} has a placeholder, ${found}, which stays as it is`,
      fix,
    };
  } else if (odd !== undefined) {
    const code = odd.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    const message = `${show(value)} has a space that is none in YAML (U+${code}), which is part of the value`;
    yield { path, severity: 'warning', message, fix: 'write a plain space, or none' };
  } else if (inner !== undefined) {
    const message = `${show(value)} has typographic quotes, which are part of the value to YAML`;
    yield { path, severity: 'warning', message, fix: `write ${JSON.stringify(inner)}` };
  }
}
