/**
 * The bottom of a terminal, redrawn in place while lines that stay scroll by above it. Without a terminal only the lines that stay are
 * written. Everything that a command writes while a view is up goes through here, or it would be written into the middle of the view.
 */

/** Lines for a terminal so many columns wide; what is longer is cut. */
export type View = (columns: number) => readonly string[];

export interface Screen {
  readonly isTerminal: boolean;
  /** Text that stays, to this stream of the same terminal; it ends in a newline. */
  write(stream: Pick<NodeJS.WriteStream, 'write'>, text: string): void;
  /** Replaces the view. */
  show(view: View): void;
  /** Takes the view away: other text starts on an empty line. May run twice. */
  finish(): void;
}

const defaultColumns = 80;
const defaultRows = 24;

export function openScreen(out: NodeJS.WriteStream): Screen {
  const isTerminal = out.isTTY === true;
  let view: View | undefined;
  let drawn: readonly string[] = [];

  const columns = () => out.columns || defaultColumns;
  /** A terminal that became narrower has wrapped what was drawn. */
  const erasure = () => {
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns())), 0);
    return rows === 0 ? '' : `\r${rows > 1 ? `\x1b[${rows - 1}A` : ''}\x1b[J`;
  };
  const draw = () => {
    if (view === undefined) return;
    const before = erasure();
    // One column stays free: a full last column wraps on some terminals.
    const lines = view(columns() - 1).slice(0, (out.rows || defaultRows) - 1);
    drawn = lines.map((line) => cut(line, columns() - 1));
    out.write(before + drawn.join('\n'));
  };
  const clear = () => {
    if (drawn.length > 0) out.write(erasure());
    drawn = [];
  };
  return {
    isTerminal,
    write(stream, text) {
      clear();
      stream.write(text);
      draw();
    },
    show(next) {
      if (!isTerminal) return;
      if (view === undefined) out.on('resize', draw);
      view = next;
      draw();
    },
    finish() {
      out.off('resize', draw);
      clear();
      view = undefined;
    },
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are such sequences.
const colorSequence = /\x1b\[[\d;]*m/g;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the same, kept by `split`.
const colorSequences = /(\x1b\[[\d;]*m)/;

export function widthOf(text: string): number {
  return text.replace(colorSequence, '').length;
}

/** The first so many columns; colours take none, and end with the line. */
function cut(line: string, columns: number): string {
  if (widthOf(line) <= columns) return line;
  let width = 0;
  let kept = '';
  for (const part of line.split(colorSequences)) {
    if (part.startsWith('\x1b')) kept += part;
    else {
      kept += part.slice(0, Math.max(0, columns - width));
      width += part.length;
    }
  }
  return kept;
}
