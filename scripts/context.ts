/**
 * What a command sees of the process: nothing else in scripts/commands touches `process`, so that every command
 * runs in a test as it does from a shell.
 */
import type { Command } from 'commander';

export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Aborted on the first SIGINT or SIGTERM; a second one, half a second later or more, ends the process. */
  readonly signal: AbortSignal;
  /** The clock; never `new Date()` in a command. */
  now(): Date;
  /** The exit code where nothing is thrown; 0 unless a command says otherwise. */
  setExitCode(code: number): void;
  /** A fix that names commands, for the configuration in use: with `-c FILE` behind each where one was named. */
  forConfig(fix: string): string;
}

/** What `main` is given; the rest it makes of the command line. */
export type ProgramContext = Omit<CliContext, 'setExitCode' | 'forConfig'>;

/** Each file of scripts/commands exports one: it declares the options and loads the work only when called. */
export type RegisterCommand = (program: Command, context: CliContext) => void;
