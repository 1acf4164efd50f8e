/**
 * JSON that cannot end the element it stands in: `<` is written as an escape, which JSON reads as the same character. No character of
 * the data takes more than 6 bytes.
 */
export function jsonForHtml(data: unknown): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}
