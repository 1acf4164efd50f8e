/** What is read of the AWS account for a proof. Credentials and endpoint are those of the environment; every call only reads. */
import type { DataRepositoryAssociation } from '@aws-sdk/client-fsx';
import type { S3Client } from '@aws-sdk/client-s3';
import { messageOf } from '../../provision/core/errors';
import { AwsClock } from '../aws/aws-clock';
import { awsFailure } from '../aws/failure';
import { stoppable } from '../aws/stoppable';
import type { FsxReader } from '../aws-doctor/fsx-reader';
import { exportQueueAgeSeconds } from './export-queue';
import { type RepositoryLog, readRepositoryLog } from './repository-log';

export interface FileSystemState {
  /** `AVAILABLE`, `MISCONFIGURED`... */
  readonly lifecycle: string | null;
  /** Of associations that do not work: FSx's own words. */
  readonly troubles: readonly string[];
  /** Ids of associations that import and export; undefined where FSx may not be asked, or does not show the file system. */
  readonly working: readonly string[] | undefined;
}

export interface FileSystemPlace {
  readonly fileSystemId: string;
  readonly logGroup: string;
}

/** Called with what could not be read: the proof is of the files, and goes on without it. */
export type OnUnread = (message: string) => void;

export interface ProofAccount {
  readonly s3: S3Client;
  fileSystem(fileSystemId: string): Promise<FileSystemState>;
  /** Undefined where it may not be read, or is gone. */
  repositoryLog(place: FileSystemPlace): Promise<RepositoryLog | undefined>;
  /** Seconds; null where CloudWatch has no value, undefined where it may not be read. */
  exportQueueAge(fileSystemId: string): Promise<number | null | undefined>;
  /** AWS's time, as the newest answer of FSx or CloudWatch told it; never ahead of it. */
  now(): Date;
  close(): void;
}

export interface ProofAccountOptions {
  readonly onUnread: OnUnread;
  /** Once it is aborted every question rejects. */
  readonly signal: AbortSignal;
  /** This machine's. */
  readonly now: () => Date;
}

/** The account of the environment's credentials. */
export async function openProofAccount(
  region: string,
  { onUnread, signal, now }: ProofAccountOptions,
): Promise<ProofAccount> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  const { CloudWatchClient } = await import('@aws-sdk/client-cloudwatch');
  const { CloudWatchLogsClient } = await import('@aws-sdk/client-cloudwatch-logs');
  const { FsxReader } = await import('../aws-doctor/fsx-reader');
  // FSx may export into a bucket of another region.
  const s3 = stoppable(new S3Client({ region, followRegionRedirects: true, maxAttempts: 5 }), signal);
  const logs = stoppable(new CloudWatchLogsClient({ region }), signal);
  const clock = new AwsClock(now);
  const metrics = clock.setBy(stoppable(new CloudWatchClient({ region }), signal));
  const fsx = new FsxReader(region, signal, clock);
  return {
    s3,
    fileSystem: async (fileSystemId) => {
      const state = await unlessDenied('fsx:DescribeFileSystems', onUnread, () => readFileSystem(fsx, fileSystemId));
      return state ?? { lifecycle: null, troubles: [], working: undefined };
    },
    repositoryLog: (place) =>
      unlessDenied(`logs:FilterLogEvents of ${place.logGroup}`, onUnread, () => readRepositoryLog(logs, place)),
    exportQueueAge: (fileSystemId) =>
      unlessDenied('cloudwatch:GetMetricStatistics', onUnread, () =>
        exportQueueAgeSeconds(metrics, fileSystemId, clock.now()),
      ),
    now: () => clock.now(),
    close: () => {
      for (const client of [s3, logs, metrics]) client.destroy();
      fsx.close();
    },
  };
}

async function readFileSystem(fsx: FsxReader, fileSystemId: string): Promise<FileSystemState> {
  const all = await fsx.fileSystems();
  const associations = await fsx.associations(fileSystemId);
  const works = ({ Lifecycle }: DataRepositoryAssociation) => Lifecycle === 'AVAILABLE' || Lifecycle === 'UPDATING';
  const troubles = associations
    .filter((each) => !works(each))
    .map(
      ({ FileSystemPath, Lifecycle, FailureDetails }) =>
        `the association ${FileSystemPath} is ${Lifecycle}: ${FailureDetails?.Message ?? 'FSx does not say why'}`,
    );
  const working = associations.filter(works).flatMap(({ AssociationId }) => AssociationId ?? []);
  const lifecycle = all.find((each) => each.FileSystemId === fileSystemId)?.Lifecycle ?? null;
  return { lifecycle, troubles, working: lifecycle === null ? undefined : working };
}

async function unlessDenied<Answer>(
  action: string,
  onUnread: OnUnread,
  ask: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    const failure = awsFailure(error, action);
    if (failure.code !== 'AWS_DENIED' && failure.code !== 'AWS_FAILED') throw failure;
    onUnread(messageOf(failure));
    return undefined;
  }
}
