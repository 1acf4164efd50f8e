/**
 * A CliContext for tests: a command runs through `main(argv, fake.context)` as it does from a shell, its output is
 * read from `fake.stdout()` and `fake.stderr()`.
 */
import { PassThrough } from 'node:stream';
import type { CliContext } from '../../scripts/context';
import { stopSignal } from '../../scripts/stop-signal';

type MainContext = Omit<CliContext, 'setExitCode'>;

export interface FakeContextOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What the command reads from stdin; empty by default. */
  readonly stdin?: string;
  /** Whether all three streams say they are terminals; false by default. */
  readonly isTTY?: boolean;
  /** Of these terminals; 120 by default. */
  readonly columns?: number;
  readonly signal?: AbortSignal;
  /** The day that `now()` says; 2026-06-01 by default. */
  readonly today?: string;
  readonly now?: () => Date;
}

export interface FakeContext {
  readonly context: MainContext;
  /** Everything written so far. */
  stdout(): string;
  stderr(): string;
}

export function fakeContext(options: FakeContextOptions = {}): FakeContext {
  const isTTY = options.isTTY ?? false;
  const terminal = { isTTY, columns: options.columns ?? 120 };
  const stdout = recording(terminal);
  const stderr = recording(terminal);
  const stdin = Object.assign(new PassThrough(), { isTTY, setRawMode: () => stdin });
  stdin.end(options.stdin ?? '');
  return {
    context: {
      env: options.env ?? {},
      cwd: options.cwd ?? process.cwd(),
      stdin,
      stdout: stdout.stream,
      stderr: stderr.stream,
      signal: options.signal ?? stopSignal({ on: () => {}, exit: () => {} }, () => 0),
      forConfig: (fix) => fix,
      now: options.now ?? (() => new Date(`${options.today ?? '2026-06-01'}T12:00:00Z`)),
    },
    stdout: stdout.text,
    stderr: stderr.text,
  };
}

function recording(like: { readonly isTTY: boolean; readonly columns: number }): {
  stream: NodeJS.WriteStream;
  text: () => string;
} {
  const chunks: Buffer[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  // PassThrough has all that commands use of a terminal's stream but these two.
  const terminal = Object.assign(stream, like);
  return { stream: terminal as unknown as NodeJS.WriteStream, text: () => Buffer.concat(chunks).toString('utf8') };
}
