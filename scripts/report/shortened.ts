/** The beginning of a text that is too long to be shown whole, with a sign that there is more. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
