/** Ctrl-C, SIGTERM and a terminal that is gone (SIGHUP): the first asks a command to stop, the second ends it at once. */
import { setMaxListeners } from 'node:events';
import { exitCodes } from '../provision/core/errors';

/** Under npx and npm one Ctrl-C may come twice: from the terminal, and passed on by npm some milliseconds later. */
const oneKeyMs = 500;

/** What it takes of `process`. */
interface Signalled {
  on(name: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void): unknown;
  exit(code: number): void;
}

/** Aborted by the first signal. `now` is a clock in milliseconds that never goes back. */
export function stopSignal(process: Signalled, now: () => number): AbortSignal {
  const abort = new AbortController();
  // Every command on a host and every request to AWS listens; a dozen of them are no leak for Node.js to warn of.
  setMaxListeners(Number.POSITIVE_INFINITY, abort.signal);
  let firstMs = 0;
  const stop = () => {
    if (!abort.signal.aborted) {
      firstMs = now();
      abort.abort();
    } else if (now() - firstMs >= oneKeyMs) process.exit(exitCodes.interrupted);
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, stop);
  return abort.signal;
}
