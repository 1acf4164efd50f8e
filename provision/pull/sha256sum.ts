/**
 * Lines that `sha256sum -c` reads (GNU coreutils, "cksum output modes"): a name that holds a backslash, a newline or a carriage
 * return is escaped, and its line starts with a backslash.
 */
export function sha256sumLine(sha256: string, path: string): string {
  const escaped = path.replace(/[\\\n\r]/g, (character) => escapes[character] ?? character);
  return `${escaped === path ? '' : '\\'}${sha256}  ${escaped}\n`;
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r' };
