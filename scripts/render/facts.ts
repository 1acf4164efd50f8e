/** The facts of one host, for a person: one a line, texts and lists below their key. */
import type { RecordedFact } from '../../provision/facts/record';

/** Ends in a newline. */
export function renderFacts(host: string, facts: readonly RecordedFact[]): string {
  return `${host}\n${facts.map(factLines).join('')}`;
}

function factLines({ key, value, error }: RecordedFact): string {
  if (error !== undefined) return `  ${key}: not readable: ${error}\n`;
  if (Array.isArray(value) && value.some((item) => typeof item === 'object'))
    return `  ${key}:\n${value.map((item) => `    ${plain(item)}\n`).join('')}`;
  const text = textOf(value);
  if (text === undefined) return `  ${key}: ${plain(value)}\n`;
  const lines = text.replace(/\n$/, '').split('\n');
  return `  ${key}: ${plain({ ...(value as object), text: undefined })}\n${lines.map((line) => `    | ${line}\n`).join('')}`;
}

/** The text of a text file's state. */
function textOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('text' in value)) return undefined;
  return typeof value.text === 'string' && value.text.includes('\n') ? value.text : undefined;
}

function plain(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '(none)' : value.map(plain).join(', ');
  if (value === null) return 'none';
  if (typeof value !== 'object') return String(value);
  return Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .map(([name, part]) => `${name}=${Array.isArray(part) ? part.join(',') : plain(part)}`)
    .join(' ');
}
