/** A name from the server, safe on a terminal: control characters (escape sequences, newlines) are shown, not sent. */
export function visible(path: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found.
  return path.replace(/[\x00-\x1f\x7f-\x9f]/g, (character) => JSON.stringify(character).slice(1, -1));
}
