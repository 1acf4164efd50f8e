/**
 * Refuses to write where the expected file system is not mounted: beneath a failed mount lies the root disk, which would fill up, and
 * nothing in it would ever reach the bucket. The mount is read from /proc/self/mountinfo (proc(5)): fields 3 `major:minor`,
 * 5 the mount point, and after the lone `-` the file system type.
 */
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SluiceError } from '../core/errors';

export interface RequiredMount {
  readonly mountPoint: string;
  readonly fsType: string;
}

interface MountEntry {
  readonly mountPoint: string;
  readonly fsType: string;
}

/** Mounts in the order they were made: of two at one place the later is the one seen. */
export function parseMountinfo(text: string): readonly MountEntry[] {
  return text.split('\n').flatMap((line) => {
    const [head, tail] = line.split(' - ');
    const mountPoint = head?.split(' ')[4];
    const fsType = tail?.split(' ')[0];
    if (mountPoint === undefined || fsType === undefined) return [];
    return [{ mountPoint: mountPoint.replace(/\\([0-7]{3})/g, (_, octal: string) => octalByte(octal)), fsType }];
  });
}

/**
 * Throws a SluiceError of kind `blocked` unless each of `paths` lies on the required mount, with no other mount in between.
 * `paths` are absolute and without links.
 */
export function checkMount(required: RequiredMount, paths: readonly string[], mountinfo: string): void {
  const mounts = parseMountinfo(mountinfo);
  for (const path of paths) {
    const seen = mountOf(mounts, path);
    if (seen?.mountPoint === required.mountPoint && seen.fsType === required.fsType) continue;
    const found = seen === undefined ? 'no mount at all' : `a ${seen.fsType} mounted at ${seen.mountPoint}`;
    throw new SluiceError(
      `${path} lies on ${found}, not on the ${required.fsType} file system at ${required.mountPoint}`,
      {
        code: 'MOUNT_MISSING',
        kind: 'blocked',
        hint: `Mount it (\`sluice provision\`, or \`mount ${required.mountPoint}\` on the host); nothing was written.`,
      },
    );
  }
}

/** A path without links, as far as it exists; what does not exist yet is kept as it is. */
export function resolveExisting(path: string): string {
  const parent = dirname(path);
  if (fs.existsSync(path) || parent === path) return fs.realpathSync(path);
  return join(resolveExisting(parent), basename(path));
}

export function readMountinfo(): string {
  return fs.readFileSync('/proc/self/mountinfo', 'utf8');
}

function mountOf(mounts: readonly MountEntry[], path: string): MountEntry | undefined {
  return mounts
    .filter(({ mountPoint }) => mountPoint === '/' || path === mountPoint || path.startsWith(`${mountPoint}/`))
    .reduce<MountEntry | undefined>(
      (best, mount) => (best === undefined || mount.mountPoint.length >= best.mountPoint.length ? mount : best),
      undefined,
    );
}

function octalByte(octal: string): string {
  return String.fromCharCode(Number.parseInt(octal, 8));
}
