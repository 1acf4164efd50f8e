/**
 * A fact: one read-only probe and one pure parser under a stable key. Probes never change the host.
 */
import { SluiceError } from '../core/errors';
import type { Command } from '../core/sh';

export interface ProbeResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  /** Text for a message, without the newlines at its end. */
  readonly stderr: string;
}

export interface Fact<T> {
  /** Two facts of one key are the same fact: `file:/etc/fstab`. */
  readonly key: string;
  readonly probe: Command;
  /** What the probe needs: shell functions, and what is the same for many facts. Runs once for all facts of an exec that have the same. */
  readonly setup?: Command;
  /** Pure. Throws where the probe's answer makes no sense. */
  readonly parse: (result: ProbeResult) => T;
  /** True for what nothing here changes (kernel, architecture, operating system): read once for a whole play. */
  readonly stable?: boolean;
}

/** What resources see of a host: they can ask, and nothing else. */
export interface Reader {
  /** Rejects with UnknownFact where an earlier, only planned change makes the answer unknowable. */
  get<T>(fact: Fact<T>): Promise<T>;
}

/** In check mode: the fact depends on a change that has not been made. */
export class UnknownFact extends Error {
  override readonly name = 'UnknownFact';
  constructor(
    readonly key: string,
    readonly reason: string,
  ) {
    super(`${key} cannot be known yet: ${reason}`);
  }
}

/** The exit status of timeout(1), for a probe that gave no answer in time. */
export const probeTimedOut = 124;

/** The probe's standard output as text, refusing a probe that failed. */
export function textOf(result: ProbeResult): string {
  if (result.exitCode === probeTimedOut)
    throw new SluiceError('the probe gave no answer in time', {
      code: 'PROBE_TIMED_OUT',
      hint: 'something on the host hangs: see `dmesg` and the mounts',
    });
  if (result.exitCode !== 0)
    throw new SluiceError(`the probe ended with ${result.exitCode}: ${result.stderr.trim() || 'no message'}`, {
      code: 'PROBE_FAILED',
      hint: 'the program that it needs has to be there, and to work for root; `npx sluice facts` shows what else can be read',
    });
  return result.stdout.toString('utf8');
}
