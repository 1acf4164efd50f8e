/** What a pool of connections is made with, what it tells, and what work asks of it. */
import type { ConnectOptions } from './connect';
import type { SftpSession } from './session';

export interface PoolOptions {
  /** Rejects soon when it is aborted. */
  readonly connect: (signal: AbortSignal, options?: Pick<ConnectOptions, 'onLogin'>) => Promise<SftpSession>;
  readonly maxConnections: number;
  /** Waits before another try to replace a lost connection; rejects when the run is stopped. */
  readonly sleep: (durationMs: number) => Promise<void>;
  /** Milliseconds, from any moment on. */
  readonly now: () => number;
  readonly onChange?: ((change: PoolChange) => void) | undefined;
  /** For servers that bear one file or listing open: work waits for its turn. Work must not ask for more work. */
  readonly oneAtATime?: boolean;
  /** See `spareTime`. */
  readonly hasTime?: () => boolean;
}

export type PoolChange =
  | { readonly kind: 'opened' | 'lost'; readonly connections: number }
  | { readonly kind: 'limited'; readonly connections: number; readonly reason: string };

/** A connection for more of a file that is open on another one already. `release` it. */
export interface Loan {
  readonly session: SftpSession;
  release(): void;
}

export interface UseOptions {
  /** How far the work got: losses count from there. */
  readonly progress?: () => number;
  /** Work on a file: it ends without other work, and a connection may be kept free of it. */
  readonly isFile?: boolean;
  /** Over in a round trip, and no reason for another connection. */
  readonly isBrief?: boolean;
}
