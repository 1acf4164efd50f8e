/**
 * Some servers list times more coarsely than they tell them when asked for one file: to the minute, or to the day. What is here has the time
 * that was told. So where a listing's time alone speaks for a transfer, the server is asked before anything is read.
 */
import type { Stats } from 'node:fs';
import { SftpStatusError } from '../sftp/errors';
import type { SessionPool } from '../sftp/session-pool';
import { type Classified, statFile } from '../source/classify';
import { differsInTimeAlone, type PlanSettings } from './plan';

/** What the run knows by now of the server's listings; a transfer that finds out more sets it. */
export interface ListedTimes {
  areExact: boolean;
}

/** `local`: what the destination has in its place. The entry as it was listed, where the server tells no other time of the same file. */
export async function withToldTime(
  entry: Classified,
  local: Stats | undefined,
  { pool, settings }: { readonly pool: SessionPool; readonly settings: PlanSettings },
): Promise<Classified> {
  if (entry.kind !== 'file' || !differsInTimeAlone(entry.file, local, settings)) return entry;
  const { file } = entry;
  try {
    const told = await pool.use((session) => statFile(session, entry));
    const isSameSize = told.sizeBytes === file.sizeBytes;
    return isSameSize ? { ...entry, file: { ...file, mtimeSeconds: told.mtimeSeconds ?? file.mtimeSeconds } } : entry;
  } catch (error) {
    // The transfer will meet it too, and tell.
    if (error instanceof SftpStatusError) return entry;
    throw error;
  }
}
