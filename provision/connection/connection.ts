/**
 * The only thing that touches a host. Every implementation passes the same contract suite.
 */
import type { Readable, Writable } from 'node:stream';
import type { Secret } from '../core/secret';
import type { Command } from '../core/sh';

export interface ExecOptions {
  /** Bytes for the command's standard input; without it, standard input is empty. */
  readonly stdin?: Buffer | Readable;
  /**
   * Where standard output goes as it comes, at the pace it is taken, and which ends with it; the result's is empty then. Without it, all of
   * it is kept in memory.
   */
  readonly stdout?: Writable;
  /** The command is given up after this long: rejects with EXEC_TIMEOUT. Default 10 minutes. */
  readonly timeoutMs?: number;
  /** Gives the command up: rejects with INTERRUPTED. The command may go on running on the host for a moment. */
  readonly signal?: AbortSignal | undefined;
  /** It may run twice, as a probe may: where the connection is lost under it, another one may be opened to send it again. */
  readonly repeatable?: true;
  /** It is one of many tries, spaced by the caller: a lost connection is opened again at once or not at all, without a wait for the host. */
  readonly polling?: true;
}

export interface ExecResult {
  /** The exit status; 128 + n where signal n ended the command, as a shell says it. */
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** What a put writes: bytes in memory, a secret, or a local file (streamed, compressed on the way). */
export type PutContent = Buffer | Secret | { readonly file: string; readonly sha256: string };

export interface PutOptions {
  /** Octal, as chmod takes it: `0644`. */
  readonly mode: string;
  /** `root:root`; the login's own user where it is left out. */
  readonly owner?: string | undefined;
}

export interface Connection {
  /** The host's name in reports. */
  readonly host: string;
  /** Commands sent so far; each one is a round trip. */
  readonly roundTrips: number;
  /**
   * Runs a command with `sh` on the host, in the C locale and with umask 022, with the privileges that the connection was made with. Resolves
   * with whatever exit status the command had, and with its own standard output: what the login's files print before it is left out. Rejects
   * with a SluiceError: of kind `unreachable` where the transport was lost (a missing exit status is a lost transport: whether the command took
   * effect is not known), EXEC_TIMEOUT, or INTERRUPTED. Calls may overlap.
   */
  exec(command: Command, options?: ExecOptions): Promise<ExecResult>;
  /**
   * Writes a file in one round trip, atomically: the content goes to a temporary file beside the target, its SHA-256 is
   * compared on the host, mode and owner are set, it is synced to disk, then renamed into place. The folder must exist; a symbolic link at the
   * path is replaced, not followed. The content travels on standard input only. Rejects with PUT_FAILED, or as `exec` does.
   */
  put(content: PutContent, path: string, options: PutOptions): Promise<void>;
  /** Closes the connection; may be called twice. Commands still running reject as lost. */
  close(): Promise<void>;
}
