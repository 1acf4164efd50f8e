/**
 * One run per destination. The lock is a file made with link(2), which two processes cannot both do; it names its holder, so that
 * what a killed run left is told from a run under way and taken over.
 *
 * Where unfinished files lie in the destination itself, two destinations may be nested. A run takes its own lock, then looks for one above
 * (`refuseRunAbove`), and at each folder that it enters for one in there (`refuseRunIn`): whoever comes second sees the other.
 */
import * as fs from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { SluiceError } from '../core/errors';
import { writeSynced } from './write-durably';

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly bootId: string | undefined;
  /** Tells a process from a later one with the same pid. */
  readonly processStart: string | undefined;
}

export interface RunLock {
  release(): void;
}

/** Throws a SluiceError of kind `blocked` where another run is under way. `shown`: what is locked, for people. */
export function takeRunLock(directory: string, bootId: string | undefined, shown?: string): RunLock {
  const path = join(directory, 'lock');
  const own = ownHolder(bootId);
  const text = JSON.stringify(own);
  const draft = join(directory, `lock.${process.pid}`);
  // On storage before it has its name: half a lock after a power cut would block every run until somebody removes it.
  writeSynced(draft, text, 0o600);
  try {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      if (tryLink(draft, path)) return { release: () => releaseIfOwn(path, text) };
      const found = readHolder(path);
      if (found !== undefined && isAlive(found.holder, own)) throw heldBy(found.holder, path, own, shown);
      if (found !== undefined) removeIfStill(path, found.text);
    }
  } finally {
    fs.unlinkSync(draft);
  }
  throw new SluiceError(`the run lock ${path} cannot be taken: another run takes it each time`, {
    code: 'RUN_LOCKED',
    kind: 'blocked',
  });
}

/** Throws a SluiceError of kind `blocked` where a run is under way in a folder that holds `directory`. */
export function refuseRunAbove(directory: string, stagingName: string): void {
  let below = fs.realpathSync(directory);
  for (let above = dirname(below); above !== below; above = dirname(below)) {
    refuseRunIn(above, stagingName, above);
    below = above;
  }
}

/** The same where one is under way in `directory` itself. `shown`: its path, for people. */
export function refuseRunIn(directory: string, stagingName: string, shown: string): void {
  const path = join(directory, stagingName, 'lock');
  const own = ownHolder(currentBootId());
  const holder = livingHolder(path, own);
  if (holder !== undefined) throw heldBy(holder, path, own, shown);
}

/** No lock is longer. */
const mostLockBytes = 4096;

/** A run of this machine alone: what lies in a tree may be a lock that was copied with it, or was made to look like one. */
function livingHolder(path: string, own: Holder): Holder | undefined {
  try {
    const stats = fs.lstatSync(path);
    if (!stats.isFile() || stats.size > mostLockBytes) return undefined;
    const holder = JSON.parse(fs.readFileSync(path, 'utf8')) as Holder;
    return holder.host === own.host && isAlive(holder, own) ? holder : undefined;
  } catch {
    return undefined;
  }
}

function ownHolder(bootId: string | undefined): Holder {
  return { pid: process.pid, host: hostname(), bootId, processStart: processStart(process.pid) };
}

/** The running boot of this machine, or undefined where the system does not tell. */
export function currentBootId(): string | undefined {
  try {
    return fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
}

function tryLink(from: string, to: string): boolean {
  try {
    fs.linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(path: string): { readonly holder: Holder; readonly text: string } | undefined {
  try {
    const text = fs.readFileSync(path, 'utf8');
    const holder = JSON.parse(text) as Partial<Holder> | null;
    if (typeof holder?.pid !== 'number' || typeof holder.host !== 'string') throw new Error('it names no holder');
    return { holder: holder as Holder, text };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new SluiceError(`the run lock ${path} cannot be read`, {
      code: 'RUN_LOCK_UNREADABLE',
      kind: 'blocked',
      hint: 'Make sure that no run is under way, then remove it.',
      cause: error,
    });
  }
}

function isAlive(holder: Holder, own: Holder): boolean {
  // Another machine's processes cannot be seen from here: its lock stands.
  if (holder.host !== own.host) return true;
  if (holder.bootId !== own.bootId) return false;
  if (holder.pid === own.pid && holder.processStart === own.processStart) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return holder.processStart === processStart(holder.pid);
}

/** Start time in clock ticks since boot, field 22 of proc(5) `/proc/pid/stat`; the name before it may hold spaces. */
function processStart(pid: number): string | undefined {
  try {
    return fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop()?.split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Takes away a dead holder's lock and no other: between the look and the move somebody may have taken it. */
function removeIfStill(path: string, text: string): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    fs.renameSync(path, aside);
  } catch {
    return;
  }
  if (fs.readFileSync(aside, 'utf8') !== text) tryLink(aside, path);
  fs.unlinkSync(aside);
}

function releaseIfOwn(path: string, text: string): void {
  try {
    if (fs.readFileSync(path, 'utf8') === text) fs.unlinkSync(path);
  } catch {
    // Gone already, with its folder.
  }
}

function heldBy(holder: Holder, path: string, own: Holder, shown = 'this destination'): SluiceError {
  const elsewhere = holder.host !== own.host;
  return new SluiceError(`another run writes to ${shown}: process ${holder.pid} on ${holder.host}`, {
    code: 'RUN_LOCKED',
    kind: 'blocked',
    hint: elsewhere
      ? `Wait for it, or, if that machine is gone for good, remove ${path}.`
      : 'Wait for it to end, or stop it; then run again.',
  });
}
