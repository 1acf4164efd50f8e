/**
 * A reboot with proof: the host is up again when it names another boot (/proc/sys/kernel/random/boot_id, random(4)). That a connection was
 * lost proves nothing, nor does a host that answers: it may be on its way down. The connection has to open itself anew after a loss.
 */
import { setTimeout } from 'node:timers/promises';
import { SluiceError } from '../core/errors';
import { sh } from '../core/sh';
import type { Connection } from './connection';

export interface RebootLimits {
  readonly pollMs: number;
  /** For coming up again, from the order on. */
  readonly timeoutMs: number;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
}

/** Bare metal instances take several minutes to come up. */
const defaultLimits: RebootLimits = { pollMs: 2_000, timeoutMs: 600_000, clock: () => performance.now() };
const answerTimeoutMs = 15_000;

export async function rebootHost(connection: Connection, limits: RebootLimits = defaultLimits): Promise<void> {
  const before = await bootId(connection);
  if (before === undefined) throw failed(connection, 'it does not say which boot it is in');
  await orderReboot(connection);
  // A try takes long where nothing answers at all, so that their number says nothing.
  const endMs = limits.clock() + limits.timeoutMs;
  while (limits.clock() < endMs) {
    await setTimeout(limits.pollMs);
    const now = await bootId(connection);
    if (now !== undefined && now !== before) return;
  }
  throw failed(connection, 'it did not come up again in time');
}

/** The connection may be lost with the answer, or before it. */
async function orderReboot(connection: Connection): Promise<void> {
  try {
    const { exitCode, stderr } = await connection.exec(sh`systemctl reboot`, { timeoutMs: answerTimeoutMs });
    // 128 and more: the command was ended with the system.
    if (exitCode !== 0 && exitCode < 128)
      throw failed(connection, `systemctl reboot ended with ${exitCode}: ${stderr.trim()}`);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** Undefined while the host does not answer. */
async function bootId(connection: Connection): Promise<string | undefined> {
  try {
    const command = sh`cat /proc/sys/kernel/random/boot_id`;
    const { exitCode, stdout } = await connection.exec(command, {
      timeoutMs: answerTimeoutMs,
      repeatable: true,
      polling: true,
    });
    return exitCode === 0 ? stdout.toString('utf8').trim() : undefined;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof SluiceError && (error.kind === 'unreachable' || error.code === 'EXEC_TIMEOUT');
}

function failed(connection: Connection, why: string): SluiceError {
  return new SluiceError(`${connection.host} was told to boot again, and ${why}`, {
    code: 'REBOOT_FAILED',
    hint: 'see its console: aws ec2 get-console-output; when it is up, run again',
  });
}
