/**
 * The runs in a host's state directory. What a host says is never a path here: a run is named by a pattern without slashes and dots, and
 * of its files only two are known, those that a report is made of.
 */
import type { Connection } from '../../provision/connection/connection';
import { wholeAnswer } from '../../provision/connection/connection-lost';
import { SluiceError } from '../../provision/core/errors';
import { sh } from '../../provision/core/sh';
import { newestFirst } from '../report/run-folders';
import { succeeded } from './succeeded';

/** As the agent writes them: where a report is, its run's events are whole. */
export const runFiles = ['events.ndjson', 'report.json'] as const;
export type RunFile = (typeof runFiles)[number];

export interface HostRun {
  /** `2026-11-22T20-33-59-733Z-31810` */
  readonly id: string;
  /** Of the files that are there. Events without a report beside them may grow; nothing else changes. */
  readonly sizesBytes: Readonly<Partial<Record<RunFile, number>>>;
}

/** Newest first; none where there is no state directory yet. One round trip. Rejects as Connection.exec does, or with COMMAND_FAILED. */
export async function listRuns(connection: Connection, stateDirectory: string): Promise<readonly HostRun[]> {
  const [events, report] = runFiles;
  const script = sh`cd ${runsFolder(stateDirectory)} 2>/dev/null || exit 0
find . -mindepth 2 -maxdepth 2 -type f '(' -name ${events} -o -name ${report} ')' -printf '%P %s\\n'`;
  const result = await wholeAnswer(connection, script);
  return parseRunListing(succeeded(connection, result).stdout.toString('utf8'));
}

/** Lines that do not tell of a file as it is known here are left out. */
export function parseRunListing(text: string): readonly HostRun[] {
  const sizes = new Map<string, Partial<Record<RunFile, number>>>();
  for (const line of text.split('\n')) {
    const [, id = '', name = '', size = ''] = /^([^/]*)\/([^/]*) (\d{1,15})$/.exec(line) ?? [];
    if (isRunId(id) && isRunFile(name)) sizes.set(id, { ...sizes.get(id), [name]: Number(size) });
  }
  return newestFirst([...sizes.keys()]).map((id) => ({ id, sizesBytes: sizes.get(id) ?? {} }));
}

export function isRunId(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z-\d{1,10}$/.test(text);
}

function isRunFile(text: string): text is RunFile {
  return runFiles.some((name) => name === text);
}

/** Absolute, on the host. */
export function runsFolder(stateDirectory: string): string {
  return `${stateDirectory}/runs`;
}

export function noRunYet({ host }: Connection): SluiceError {
  return new SluiceError(`${host}: no run yet`, {
    code: 'NO_RUNS',
    kind: 'config',
    hint: 'sluice pull run starts one; sluice pull status tells whether the host is provisioned',
  });
}
