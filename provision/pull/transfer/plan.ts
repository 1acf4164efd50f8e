/**
 * Compares what the source lists with what the destination holds and decides, entry by entry, in DataSync's terms (DataSync API,
 * `Options`: TransferMode, OverwriteMode). The decision is pure; looking up and making directories is around it.
 */
import type { Stats } from 'node:fs';
import {
  hasOtherAccess,
  hasTime,
  type MetadataSettings,
  type WantedMetadata,
  wantedMetadata,
} from '../destination/metadata';
import type { OverwriteMode, TransferMode } from '../job/settings';

export interface SourceFile {
  readonly sizeBytes: number;
  readonly mtimeSeconds: number;
  /** Permission bits, or undefined where the server tells none. */
  readonly mode: number | undefined;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

export type FileDecision =
  | { readonly kind: 'transfer' }
  | { readonly kind: 'unchanged' }
  /** Only permissions or owner differ. */
  | { readonly kind: 'set-access'; readonly access: WantedMetadata }
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'conflict'; readonly found: string };

export interface PlanSettings extends MetadataSettings {
  readonly transferMode: TransferMode;
  readonly overwriteMode: OverwriteMode;
  /** Whether what is here already has to be read again: it is taken away at the source afterwards. */
  readonly takesAll?: boolean;
}

/**
 * CHANGED compares size and mtime in whole seconds, which is all that SFTP version 3 tells. Where the destination does not keep the
 * source's mtime it has the time of the transfer, or the source's where that was still to come: the source is another when it is newer than that.
 */
export function decideFile(source: SourceFile, local: Stats | undefined, settings: PlanSettings): FileDecision {
  if (local === undefined) return { kind: 'transfer' };
  if (!local.isFile()) return { kind: 'conflict', found: describeType(local) };
  const isSame = local.size === source.sizeBytes && isSameTime(source, local, settings);
  const isWanted = settings.transferMode === 'ALL' || settings.takesAll === true || !isSame;
  if (isWanted && settings.overwriteMode === 'NEVER') {
    return { kind: 'skip', reason: 'it is there already and overwriteMode is NEVER' };
  }
  if (isWanted) return { kind: 'transfer' };
  const access = wantedMetadata(source, settings);
  if (settings.overwriteMode === 'NEVER' || !hasOtherAccess(local, access)) return { kind: 'unchanged' };
  return { kind: 'set-access', access };
}

/** Whether it would be transferred for its time alone. */
export function differsInTimeAlone(source: SourceFile, local: Stats | undefined, settings: PlanSettings): boolean {
  if (local === undefined || decideFile(source, local, settings).kind !== 'transfer') return false;
  const takesAll = settings.transferMode === 'ALL' || settings.takesAll === true;
  return !takesAll && local.size === source.sizeBytes;
}

function isSameTime({ mtimeSeconds }: SourceFile, local: Stats, { mtime }: PlanSettings): boolean {
  return hasTime(local, mtimeSeconds) || (mtime === 'NONE' && Math.floor(local.mtimeMs / 1000) > mtimeSeconds);
}

export function describeType(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isSymbolicLink()) return 'a symbolic link';
  return stats.isFile() ? 'a file' : 'a special file';
}
