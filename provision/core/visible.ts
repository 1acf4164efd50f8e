/**
 * Text from elsewhere (names and messages of a server), safe on a terminal: control characters are shown, not sent. So are those that end a line, or turn the
 * direction of all that stands behind them (Unicode Standard Annex 9, section 2): our own words too.
 */

/** On one line: newlines are shown too. Nothing changes where it is done twice. */
export function visible(text: string): string {
  return shown(text, '');
}

/** For texts of ours that may quote another's: their lines and tabs stay. */
export function visibleLines(text: string): string {
  return shown(text, '\n\t');
}

function shown(text: string, kept: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found.
  return text.replace(/[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g, (character) =>
    kept.includes(character) ? character : escaped(character),
  );
}

/** As JSON writes it; JSON leaves DEL and the characters after it (C1, among them another CSI) as they are. */
function escaped(character: string): string {
  const json = JSON.stringify(character).slice(1, -1);
  return json === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : json;
}
