/** The page of a host's runs: they are brought here, and the page is made as `sluice report` makes it of any. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../provision/core/errors';
import { formatBytes } from '../../provision/core/units';
import { ec2Layout } from '../../provision/roles/layout';
import { stateFolderOf } from '../../stacks/state-path';
import { type Proof, proofFileOf } from '../export-proof/proof';
import type { OneHost } from '../provision/on-host';
import type { ReportProgress } from '../render/report-progress';
import { readReport } from '../report/read-report';
import { readProof } from '../report/write-report';
import { fetchRuns } from './fetch-runs';
import { listRuns, noRunYet } from './host-runs';

export interface BringOptions {
  /** Every run of the host, and not only the newest. */
  readonly all: boolean;
  readonly signal: AbortSignal;
  readonly progress: ReportProgress;
}

/**
 * Brings runs to `.sluice/<name>/runs/<host>` beside the configuration. Resolves with their folders, newest first.
 * @throws SluiceError NO_RUNS, or as `fetchRuns` does.
 */
export async function bringRuns(
  { migration, file, connection }: OneHost,
  { all, signal, progress }: BringOptions,
): Promise<readonly string[]> {
  const { stateDirectory } = ec2Layout;
  const runs = await listRuns(connection, stateDirectory);
  if (runs.length === 0) throw noRunYet(connection);
  let receivedBytes = 0;
  const folder = join(stateFolderOf(file, migration.name), 'runs', connection.host);
  const folders = await fetchRuns(connection, all ? runs : runs.slice(0, 1), {
    stateDirectory,
    folder,
    signal,
    onProgress: (fetched) => {
      receivedBytes = fetched.receivedBytes;
      progress.fetching(fetched);
    },
  });
  const news = receivedBytes === 0 ? 'nothing new' : `${formatBytes(receivedBytes)} fetched`;
  progress.note(`${folders.length === 1 ? folders[0] : folder}: ${news}`);
  return folders;
}

/**
 * What `sluice verify` left beside the configuration, where it was begun after the newest run had ended: an older proof tells nothing of
 * what that run brought. Says why where there is one that is left out.
 */
export async function proofBeside(
  { file: configFile, migration }: Pick<OneHost, 'file'> & { readonly migration: { readonly name: string } },
  newest: string,
  { note }: Pick<ReportProgress, 'note'>,
): Promise<Proof | undefined> {
  const file = proofFileOf(configFile, migration.name);
  if (!existsSync(file)) return undefined;
  const leaveOut = (why: string) => note(`the proof of export is left out: ${why}`);
  try {
    const proof = readProof(file);
    const report = await readReport(join(newest, 'report.json'));
    if (report !== undefined && Date.parse(proof.createdAt) >= Date.parse(report.endedAt)) return proof;
    leaveOut(`${file} is of ${proof.createdAt}, before the newest run was over; sluice verify makes a new one`);
  } catch (error) {
    leaveOut(messageOf(error));
  }
  return undefined;
}
