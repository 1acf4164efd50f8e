/**
 * Compares what the source lists with what the destination holds and decides, entry by entry, in DataSync's terms (DataSync API,
 * `Options`: TransferMode, OverwriteMode). The decision is pure; looking up and making directories is around it.
 */
import type { Stats } from 'node:fs';
import { permissionBits } from './directory-work';
import type { OverwriteMode, TransferMode } from './job';

export interface SourceFile {
  readonly sizeBytes: number;
  readonly mtimeSeconds: number;
  /** Permission bits, or undefined where the server tells none. */
  readonly mode: number | undefined;
}

export type FileDecision =
  | { readonly kind: 'transfer' }
  | { readonly kind: 'unchanged' }
  /** Only the permissions differ. */
  | { readonly kind: 'set-mode'; readonly mode: number }
  | { readonly kind: 'skip'; readonly reason: string }
  | { readonly kind: 'conflict'; readonly found: string };

export interface PlanSettings {
  readonly transferMode: TransferMode;
  readonly overwriteMode: OverwriteMode;
}

/** CHANGED compares size and mtime in whole seconds, which is all that SFTP version 3 tells. */
export function decideFile(source: SourceFile, local: Stats | undefined, settings: PlanSettings): FileDecision {
  if (local === undefined) return { kind: 'transfer' };
  if (!local.isFile()) return { kind: 'conflict', found: describeType(local) };
  const isSame = local.size === source.sizeBytes && Math.floor(local.mtimeMs / 1000) === source.mtimeSeconds;
  const isWanted = settings.transferMode === 'ALL' || !isSame;
  if (isWanted && settings.overwriteMode === 'NEVER') {
    return { kind: 'skip', reason: 'it is there already and overwriteMode is NEVER' };
  }
  if (isWanted) return { kind: 'transfer' };
  const wantedMode = source.mode === undefined ? undefined : source.mode & permissionBits;
  if (wantedMode === undefined || wantedMode === (local.mode & permissionBits) || settings.overwriteMode === 'NEVER') {
    return { kind: 'unchanged' };
  }
  return { kind: 'set-mode', mode: wantedMode };
}

export function describeType(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isSymbolicLink()) return 'a symbolic link';
  return stats.isFile() ? 'a file' : 'a special file';
}
