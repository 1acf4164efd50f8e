/**
 * A state in a bucket that has no file system, where FSx has this migration's: it is empty, lost, or another one. Such a plan creates
 * everything anew. Of a state beside the configuration, its own folder tells (left-behind.ts).
 */
import type { Migration } from '../../config/schema';
import { stateKey } from '../../stacks/backend';
import { lustreType } from '../plan-review/data-stores';
import type { BuiltResource } from './built';

export interface LostStateOptions {
  readonly migration: Pick<Migration, 'name' | 'region' | 'state'>;
  /** What the plan's own state holds. */
  readonly built: readonly BuiltResource[];
  readonly signal: AbortSignal;
}

/** For people; empty where nothing is lost, or FSx cannot be asked. */
export async function lostStateNote({ migration, built, signal }: LostStateOptions): Promise<string> {
  const { name, region, state } = migration;
  if (state === undefined || built.some(({ type }) => type === lustreType)) return '';
  const { FsxReader } = await import('../aws-doctor/fsx-reader');
  const fsx = new FsxReader(region, signal);
  try {
    const own = await fsx.fileSystemOf(name);
    if (own?.FileSystemId === undefined || own.Lifecycle === 'DELETING') return '';
    const place = `s3://${state.s3.bucket}/${stateKey(name, state.s3)}`;
    return `warning: ${own.FileSystemId} is of this migration, and the state ${place} does not have it: this plan builds a second one beside it, and both cost\n  fix: work with the state that has it; npx sluice doctor aws says how to list earlier ones\n`;
  } catch {
    return '';
  } finally {
    fsx.close();
  }
}
