/**
 * What a file or directory is given beside its content, by the settings (DataSync API, `Options`: Mtime, PosixPermissions, Uid, Gid).
 * Set in an order in which one does not undo another: owner, permissions, time.
 */
import type { Stats } from 'node:fs';
import type { PullSettings } from '../job/settings';
import type { Disk } from './disk';

/** Permission bits that are preserved: set-id and sticky bits of a stranger's server are not. */
const permissionBits = 0o777;

export type MetadataSettings = Pick<PullSettings, 'mtime' | 'posixPermissions' | 'uid' | 'gid'>;

/** As the source tells it; what it does not tell is undefined. */
export interface SourceMetadata {
  readonly mtimeSeconds: number | undefined;
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** What is to be set; undefined: left as it is. */
export type WantedMetadata = SourceMetadata;

export function wantedMetadata(source: SourceMetadata, settings: MetadataSettings): WantedMetadata {
  const keepsMode = settings.posixPermissions === 'PRESERVE' && source.mode !== undefined;
  return {
    mtimeSeconds: settings.mtime === 'PRESERVE' ? source.mtimeSeconds : undefined,
    mode: keepsMode ? (source.mode ?? 0) & permissionBits : undefined,
    uid: settings.uid === 'INT_VALUE' ? source.uid : undefined,
    gid: settings.gid === 'INT_VALUE' ? source.gid : undefined,
  };
}

/** Where the times of some file systems end (XFS without bigtime, ext4 with inodes of 128 bytes): a later one is kept as this. */
const endOf32BitTimes = 0x7fff_ffff;

/** Whether it has the source's time, in whole seconds, which is all that SFTP version 3 tells. */
export function hasTime({ mtimeMs }: Stats, wantedSeconds: number): boolean {
  const seconds = Math.floor(mtimeMs / 1000);
  return seconds === wantedSeconds || (seconds === endOf32BitTimes && wantedSeconds > endOf32BitTimes);
}

/** Whether permissions or owner are others than wanted; the time is not looked at. */
export function hasOtherAccess(stats: Stats, { mode, uid, gid }: WantedMetadata): boolean {
  const isOther = (wanted: number | undefined, found: number) => wanted !== undefined && wanted !== found;
  return isOther(mode, stats.mode & permissionBits) || isOther(uid, stats.uid) || isOther(gid, stats.gid);
}

export async function applyMetadata(disk: Disk, fd: number, wanted: WantedMetadata): Promise<void> {
  await applyAccess(disk, fd, wanted);
  if (wanted.mtimeSeconds !== undefined) await disk.setTimes(fd, wanted.mtimeSeconds);
}

export async function applyAccess(disk: Disk, fd: number, { mode, uid, gid }: WantedMetadata): Promise<void> {
  if (uid !== undefined || gid !== undefined) await disk.chown(fd, uid ?? keepOwner, gid ?? keepOwner);
  if (mode !== undefined) await disk.chmod(fd, mode);
}

/** chown(2): -1 leaves it as it is. */
const keepOwner = -1;
