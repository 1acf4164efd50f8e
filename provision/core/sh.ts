/**
 * The only way to build a command line. Interpolations are quoted for a POSIX shell; arrays become several
 * words; a `Command` is spliced as it is. A Secret cannot be interpolated: command lines are public
 * (`/proc/<pid>/cmdline`), so secrets travel on stdin or in a file.
 */
export class Command {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

type Word = string | number | Command;

/** @example sh`mkdir -p ${directory}` */
export function sh(strings: TemplateStringsArray, ...values: readonly (Word | readonly Word[])[]): Command {
  let text = strings[0] ?? '';
  values.forEach((value, index) => {
    const words: readonly Word[] = Array.isArray(value) ? value : [value as Word];
    text += words.map(quoteWord).join(' ') + (strings[index + 1] ?? '');
  });
  return new Command(text);
}

/** Joins commands with a separator such as ` && ` or a newline. */
export function joinCommands(commands: readonly Command[], separator: string): Command {
  return new Command(commands.map((command) => command.text).join(separator));
}

function quoteWord(value: Word): string {
  if (value instanceof Command) return value.text;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string') throw new TypeError('only strings, numbers and commands go into a command line');
  if (value.includes('\0')) throw new TypeError(`a command line cannot hold a NUL byte: ${JSON.stringify(value)}`);
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(value)) return value;
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
