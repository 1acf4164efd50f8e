/**
 * A resource: one thing on a host and the state it shall have.
 *
 *     inspect(reader) -> state -> plan(state) -> changes -> apply(writer, change)
 *
 * `plan` is pure, and both check mode and apply consume what it returns, so a check cannot say anything but what an apply
 * would do. `predict` says what the facts are after the changes, for the resources that follow.
 */
import type { PutContent, PutOptions } from '../connection/connection';
import type { Command } from '../core/sh';
import type { Reader } from '../facts/fact';
import type { Prediction } from '../facts/prediction';

/** One difference between what is and what shall be; data only. Never holds a secret. */
export interface Change {
  /** The attribute: `content`, `mode`, `state`. */
  readonly path: string;
  readonly action: 'create' | 'update' | 'remove';
  /** What is and what shall be, for a person; null where there is nothing. */
  readonly from: string | null;
  readonly to: string | null;
}

/** The state asked for cannot be had. */
export interface Refusal {
  /**
   * `blocked`: no apply can succeed (nothing on the host is touched). `failed`: what is found on the host contradicts what is
   * asked for, and a person has to decide.
   */
  readonly kind: 'blocked' | 'failed';
  readonly reason: string;
  readonly fix: string;
}

export type Warning = Pick<Refusal, 'reason' | 'fix'>;

export type Plan = readonly Change[] | Refusal;

export interface Resource<State = unknown> {
  /** What it is about, for reports: `directory /fsx`. Unique within a role. */
  readonly name: string;
  /** Its changes may have to wait for another user of the package manager. */
  readonly usesPackageManager?: true;
  inspect(reader: Reader): Promise<State>;
  /** Pure and synchronous; empty when there is nothing to do. */
  plan(state: State): Plan;
  /** What is right now and will not stay so; shown, and nothing else. Only asked for when there is nothing to do. */
  warning?(state: State): Warning | undefined;
  /** What is right, stays so, and may not be meant: as `warning`, but nothing that is wrong with the host. */
  note?(state: State): Warning | undefined;
  /** What facts will say once every change of `plan(state)` is made. Only asked for when there are changes. */
  predict(state: State): readonly Prediction[];
  /** Makes one change of `plan(state)`. May run again after it was cut short. Throws a SluiceError. */
  apply(writer: Writer, change: Change, state: State): Promise<void>;
}

/** What apply may do to a host. Check mode never makes one. */
export interface Writer {
  /** Runs a command to its end, whatever the operator does meanwhile. Throws COMMAND_FAILED where it does not exit with 0. */
  run(command: Command, options?: { readonly timeoutMs?: number }): Promise<string>;
  put(content: PutContent, path: string, options: PutOptions): Promise<void>;
  /** Boots the host again and waits until it answers after another boot. Throws REBOOT_FAILED. */
  reboot(): Promise<void>;
}

export function isRefusal(plan: Plan): plan is Refusal {
  return !Array.isArray(plan);
}
