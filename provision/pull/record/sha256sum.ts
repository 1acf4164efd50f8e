/**
 * Lines that `sha256sum -c` reads (GNU coreutils, "cksum output modes"): a name that holds a backslash, a newline or a carriage
 * return is escaped, and its line starts with a backslash; `-` alone would be the standard input.
 */
export function sha256sumLine(sha256: string, path: string): string {
  const escaped = (path === '-' ? './-' : path).replace(/[\\\n\r]/g, (character) => escapes[character] ?? character);
  return `${escaped.includes('\\') ? '\\' : ''}${sha256}  ${escaped}\n`;
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r' };

/** What `sha256sumLine` wrote, without its newline; undefined where it is something else, an unfinished line for one. */
export function parseSha256sumLine(line: string): { readonly sha256: string; readonly path: string } | undefined {
  const [, mark, sha256, name] = /^(\\?)([0-9a-f]{64}) {2}(?:\.\/)?(.+)$/s.exec(line) ?? [];
  if (sha256 === undefined || name === undefined) return undefined;
  const path = mark === '' ? name : name.replace(/\\[\\nr]/g, (escaped) => unescapes[escaped] ?? escaped);
  return { sha256, path };
}

const unescapes: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(escapes).map(([character, escaped]) => [escaped, character]),
);
