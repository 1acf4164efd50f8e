/** What stands between a connection and everything that could be read of the host: told once, and not for every question. */
import { isSudoRefusal } from './connection/sudo-refusal';
import { SluiceError } from './core/errors';
import { nothingRuns } from './facts/batch';

/** What did not succeed, as a task; undefined where the error is about a part of the host, or the connection is lost. */
export function failedFooting(error: unknown): 'become root' | 'run a command' | undefined {
  if (isSudoRefusal(error)) return 'become root';
  return error instanceof SluiceError && error.code === nothingRuns ? 'run a command' : undefined;
}

export function isOutOfReach(error: unknown): boolean {
  return isSudoRefusal(error) || (error instanceof SluiceError && error.kind === 'unreachable');
}
