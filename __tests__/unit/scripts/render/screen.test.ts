import { EventEmitter } from 'node:events';
import { openScreen, widthOf } from '../../../../scripts/render/screen';

/** A terminal that understands what the screen sends: text, newlines, CR, cursor up, erase below; long lines wrap. */
class Terminal extends EventEmitter {
  readonly isTTY = true;
  rows = 10;
  #lines: string[] = [''];
  #row = 0;
  #column = 0;

  constructor(public columns: number) {
    super();
  }

  write(text: string): boolean {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is sent.
    for (const [token] of text.matchAll(/\x1b\[[\d;]*[A-Za-z]|[\s\S]/g)) this.#take(token);
    return true;
  }

  /** A terminal that becomes narrower wraps anew what it shows. */
  resize(columns: number): void {
    const text = this.#lines.map((line) => line.trimEnd());
    this.columns = columns;
    [this.#lines, this.#row, this.#column] = [[''], 0, 0];
    this.write(text.join('\n'));
    this.emit('resize');
  }

  shown(): readonly string[] {
    return this.#lines.map((line) => line.trimEnd());
  }

  #take(token: string): void {
    if (token === '\r') this.#column = 0;
    else if (token === '\n') this.#newline();
    else if (token.endsWith('A')) this.#row = Math.max(0, this.#row - Number(token.slice(2, -1)));
    else if (token.endsWith('J')) {
      this.#lines = this.#lines.slice(0, this.#row + 1);
      this.#lines[this.#row] = (this.#lines[this.#row] ?? '').slice(0, this.#column);
    } else if (!token.startsWith('\x1b')) {
      if (this.#column === this.columns) this.#newline();
      const line = (this.#lines[this.#row] ?? '').padEnd(this.#column);
      this.#lines[this.#row] = line.slice(0, this.#column) + token + line.slice(this.#column + 1);
      this.#column += 1;
    }
  }

  #newline(): void {
    this.#row += 1;
    this.#column = 0;
    this.#lines[this.#row] ??= '';
  }
}

function open(columns: number) {
  const terminal = new Terminal(columns);
  return { terminal, screen: openScreen(terminal as unknown as NodeJS.WriteStream) };
}

test('a view is drawn over the one before, of however many lines', () => {
  const { terminal, screen } = open(40);
  screen.show(() => ['one', 'two', 'three']);
  screen.show(() => ['1']);
  screen.show(() => ['a', 'b']);
  expect(terminal.shown()).toEqual(['a', 'b']);
});

test('lines that stay scroll above it', () => {
  const { terminal, screen } = open(40);
  screen.show(() => ['view']);
  screen.write(terminal, 'kept\n');
  screen.show(() => ['view', 'more']);
  screen.write(terminal, 'kept too\n');
  expect(terminal.shown()).toEqual(['kept', 'kept too', 'view', 'more']);
  screen.finish();
  expect(terminal.shown()).toEqual(['kept', 'kept too', '']);
});

test('long lines are cut, without a colour left on, and never wrap', () => {
  const { terminal, screen } = open(10);
  screen.show(() => [`\x1b[31m${'x'.repeat(30)}\x1b[39m`, 'y'.repeat(30)]);
  screen.show(() => ['x'.repeat(30), 'y'.repeat(30)]);
  expect(terminal.shown()).toEqual(['x'.repeat(9), 'y'.repeat(9)]);
  expect(widthOf('\x1b[1mab\x1b[22m')).toBe(2);
});

test('a terminal that becomes narrower or wider shows one view', () => {
  const { terminal, screen } = open(40);
  screen.show((columns) => [`${'n'.repeat(30)} ${columns}`, 'second']);
  terminal.resize(20);
  expect(terminal.shown()).toEqual(['n'.repeat(19), 'second']);
  terminal.resize(60);
  expect(terminal.shown()).toEqual([`${'n'.repeat(30)} 59`, 'second']);
});

test('no more lines than the terminal has', () => {
  const { terminal, screen } = open(40);
  terminal.rows = 4;
  screen.show(() => ['1', '2', '3', '4', '5']);
  screen.show(() => ['1', '2', '3', '4', '5']);
  expect(terminal.shown()).toEqual(['1', '2', '3']);
});

test('after the end it neither draws nor listens', () => {
  const { terminal, screen } = open(40);
  screen.show(() => ['view']);
  screen.finish();
  screen.finish();
  terminal.resize(20);
  expect(terminal.listenerCount('resize')).toBe(0);
  expect(terminal.shown()).toEqual(['']);
});
