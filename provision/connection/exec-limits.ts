/** The time limit and the abort signal of one exec, the same for every transport. */
import { SluiceError } from '../core/errors';
import { formatDuration } from '../core/units';
import type { ExecOptions } from './connection';

const defaultTimeoutMs = 600_000;

export interface LimitHandlers {
  onTimeout(timeoutMs: number): void;
  onAbort(): void;
}

/** Calls at most one handler; the function returned ends the watch. */
export function watchdog(options: ExecOptions, handlers: LimitHandlers): () => void {
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const abort = () => {
    stop();
    handlers.onAbort();
  };
  const timer = setTimeout(() => {
    stop();
    handlers.onTimeout(timeoutMs);
  }, timeoutMs);
  const stop = () => {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', abort);
  };
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted === true) queueMicrotask(abort);
  return stop;
}

export function execTimedOut(host: string, timeoutMs: number): SluiceError {
  return new SluiceError(`${host}: a command gave no answer within ${formatDuration(timeoutMs)}`, {
    code: 'EXEC_TIMEOUT',
    hint: 'see on the host what it waits for (ps, dmesg), then run again',
  });
}

export function execInterrupted(host: string): SluiceError {
  return new SluiceError(`${host}: interrupted`, { code: 'INTERRUPTED', kind: 'interrupted' });
}
