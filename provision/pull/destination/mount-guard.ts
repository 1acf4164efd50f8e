/**
 * Refuses to write where the expected file system is not mounted: beneath a failed mount lies the root disk, which would fill up, and
 * nothing in it would ever reach the bucket. The kernel's mount table is read through findmnt(8), in which the last of several mounts
 * at one place is the one seen: under `x-systemd.automount` an autofs lies beneath the real one.
 */
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { performance } from 'node:perf_hooks';
import { messageOf, SluiceError } from '../../core/errors';
import type { PullJob } from '../job/job';
import { resolveExisting } from './resolve-existing';

export interface MountEntry {
  readonly mountPoint: string;
  readonly fsType: string;
}

/** The mount table, in the order of mounting. */
export type ReadMounts = () => Promise<readonly MountEntry[]>;

export interface MountGuard {
  /** Throws what the last look found wrong. */
  check(): void;
  stop(): void;
}

/** Between two looks at what is seen at the mount point, which cost one stat(2) each. */
const quickLookMs = 100;

/** So many looks in a row that got no answer end a run: what is seen at the mount point is looked at meanwhile. */
const unansweredLooks = 3;

/**
 * Rejects with a SluiceError of kind `blocked` where the mount is not there, or nobody can say; else looks again every `intervalMs` until
 * `stop`. A table that cannot be read for a moment is no mount that went away.
 */
export async function guardMount(
  destination: PullJob['destination'],
  readMounts: ReadMounts = findMounts,
  intervalMs = 10_000,
): Promise<MountGuard> {
  const { mount } = destination;
  if (mount === null) return { check: () => undefined, stop: () => undefined };
  // Looking into it makes an automount happen.
  if (fs.existsSync(mount.mountPoint)) fs.readdirSync(mount.mountPoint);
  const paths = [destination.path, destination.stagingPath].map(resolveExisting);
  const look = async () => checkMount(mount, paths, await readMounts());
  await look();
  const { dev } = fs.statSync(mount.mountPoint);
  let lookedAtMs = 0;
  let problem: unknown;
  let unanswered = 0;
  const timer = setInterval(() => {
    look().then(
      () => {
        unanswered = 0;
      },
      (error: unknown) => {
        unanswered += 1;
        const isAnswer = error instanceof SluiceError && error.code === 'MOUNT_MISSING';
        if (isAnswer || unanswered >= unansweredLooks) problem ??= error;
      },
    );
  }, intervalMs);
  return {
    check: () => {
      const nowMs = performance.now();
      if (problem === undefined && nowMs - lookedAtMs > quickLookMs) {
        lookedAtMs = nowMs;
        if (fs.statSync(mount.mountPoint).dev !== dev) problem = mountGone(mount);
      }
      if (problem !== undefined) throw problem;
    },
    stop: () => clearInterval(timer),
  };
}

function mountGone({ mountPoint, fsType }: MountEntry): SluiceError {
  return new SluiceError(`the ${fsType} file system at ${mountPoint} went away under the run`, {
    code: 'MOUNT_MISSING',
    kind: 'blocked',
    hint: 'Mount it with `sluice provision`, then run again; nothing was written beneath the mount point.',
  });
}

/** Throws unless each of `paths` (absolute, without links) lies on the required mount, with no other mount in between. */
export function checkMount(required: MountEntry, paths: readonly string[], mounts: readonly MountEntry[]): void {
  for (const path of paths) {
    const seen = mountOf(mounts, path);
    if (seen?.mountPoint === required.mountPoint && seen.fsType === required.fsType) continue;
    const found =
      seen === undefined ? 'no mount at all' : `the ${seen.fsType} file system mounted at ${seen.mountPoint}`;
    throw new SluiceError(
      `${path} lies on ${found}, not on a ${required.fsType} file system at ${required.mountPoint}`,
      {
        code: 'MOUNT_MISSING',
        kind: 'blocked',
        hint: 'Mount it with `sluice provision`; nothing is written before it is there.',
      },
    );
  }
}

/** `findmnt --raw` writes one mount a line, with `\x20` for a space and the like. */
export function parseFindmnt(text: string): readonly MountEntry[] {
  return text.split('\n').flatMap((line) => {
    const [mountPoint, fsType] = line.split(' ');
    return mountPoint === undefined || fsType === undefined ? [] : [{ mountPoint: unescapeRaw(mountPoint), fsType }];
  });
}

function findMounts(): Promise<readonly MountEntry[]> {
  const args = ['--kernel', '--raw', '--noheadings', '--output', 'TARGET,FSTYPE'];
  return new Promise((resolve, reject) => {
    execFile('findmnt', args, { timeout: 30_000, maxBuffer: 16 * 1024 * 1024 }, (error, stdout) => {
      if (error === null) resolve(parseFindmnt(stdout));
      else reject(unreadable(error));
    });
  });
}

function unreadable(cause: Error): SluiceError {
  return new SluiceError(`the mount table cannot be read: ${messageOf(cause)}`, {
    code: 'MOUNT_UNKNOWN',
    kind: 'blocked',
    hint: 'findmnt (package util-linux) must be there: without it nobody knows where files would land.',
    cause,
  });
}

function mountOf(mounts: readonly MountEntry[], path: string): MountEntry | undefined {
  return mounts
    .filter(({ mountPoint }) => mountPoint === '/' || path === mountPoint || path.startsWith(`${mountPoint}/`))
    .reduce<MountEntry | undefined>(
      (best, mount) => (best === undefined || mount.mountPoint.length >= best.mountPoint.length ? mount : best),
      undefined,
    );
}

function unescapeRaw(text: string): string {
  return text.replace(/(?:\\x[0-9a-f]{2})+/gi, (escapes) => Buffer.from(escapes.replace(/\\x/g, ''), 'hex').toString());
}
