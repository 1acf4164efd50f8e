/**
 * A host that answers may still be busy making itself: cloud-init runs, or an update of its own holds the package manager. Both are
 * waited for, on the host itself, with a bound; nothing is written.
 */
import type { Connection } from './connection/connection';
import { SluiceError } from './core/errors';
import { type Command, sh } from './core/sh';
import { formatDuration } from './core/units';
import { cloudInit, type LockHolder, packageLocks, printLockHolders } from './facts/boot-state';
import type { FactStore } from './facts/store';

export interface Settling {
  /** For each thing that is waited for. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called once for each thing, before the wait. */
  readonly onWait: (reason: string) => void;
}

/** Its facts join what is asked in the same turn. */
export function askWhetherSettled(facts: FactStore): void {
  for (const fact of [cloudInit, packageLocks]) facts.get<unknown>(fact).catch(() => undefined);
}

/** Resolves with whether there was anything to wait for: then all facts are old. Rejects with HOST_BUSY, of kind `blocked`. */
export async function waitForCloudInit(connection: Connection, facts: FactStore, settling: Settling): Promise<boolean> {
  // Where it cannot be read, nobody knows of anything to wait for.
  if ((await facts.get(cloudInit).catch(() => 'absent')) !== 'running') return false;
  settling.onWait('cloud-init is still setting the host up');
  // Its exit status says whether there were errors: they are not ours, and what matters of them shows in the facts.
  const isOver = await waitOnHost(connection, sh`cloud-init status --wait >/dev/null 2>&1`, settling);
  if (isOver) return true;
  throw new SluiceError(`${connection.host}: cloud-init did not end within ${formatDuration(settling.timeoutMs)}`, {
    code: 'HOST_BUSY',
    kind: 'blocked',
    hint: 'see on the host what it does: `cloud-init status --long`, /var/log/cloud-init-output.log; or give it longer: --wait-timeout SECONDS',
  });
}

/** As `waitForCloudInit`, for whoever holds the package manager. */
export async function waitForPackageManager(
  connection: Connection,
  facts: FactStore,
  settling: Settling,
): Promise<boolean> {
  const [holder] = await facts.get(packageLocks).catch(() => []);
  if (holder === undefined) return false;
  const who = `${holder.program} (process ${holder.pid}) holds ${holder.file}`;
  settling.onWait(who);
  const isFree = await waitOnHost(connection, sh`while [ -n "$(${printLockHolders})" ]; do sleep 1; done`, settling);
  if (isFree) return true;
  throw new SluiceError(
    `${connection.host}: ${who}, and did not let go of it within ${formatDuration(settling.timeoutMs)}`,
    {
      code: 'HOST_BUSY',
      kind: 'blocked',
      hint: `let it end, or see on the host what it waits for; or give it longer: --wait-timeout SECONDS${deadHolder(holder)}`,
    },
  );
}

/** A process id in a file outlives its process, and a reboot, and is given to another one some day: yum and dnf wait for that one as well. */
function deadHolder({ program, file }: LockHolder): string {
  return file.endsWith('.pid')
    ? `. Where ${program} is no package manager, one that died left the file: rm ${file}`
    : '';
}

/** False where the time was up; then the command is ended on the host too. */
async function waitOnHost(connection: Connection, command: Command, { timeoutMs, signal }: Settling): Promise<boolean> {
  const seconds = Math.ceil(timeoutMs / 1000);
  const result = await connection.exec(sh`timeout -k 5 ${seconds} sh -c ${command.text}`, {
    // The host's own limit comes first.
    timeoutMs: timeoutMs + 30_000,
    repeatable: true,
    signal,
  });
  return result.exitCode !== 124 && result.exitCode !== 137;
}
