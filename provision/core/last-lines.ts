/** What somebody else's program said, for a message: one line, of printable characters, not too long. */
import { visible } from './visible';

const keptLines = 3;
const keptCharacters = 400;

/** The last lines that hold something; empty where none does. */
export function lastLines(text: string): string {
  const lines = text.split(/[\r\n]+/).flatMap((line) => line.trim() || []);
  return visible(lines.slice(-keptLines).join(' / ').slice(-keptCharacters));
}
