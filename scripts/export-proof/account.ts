/** What is read of the AWS account for a proof. Credentials and endpoint are those of the environment; every call only reads. */
import type { DataRepositoryAssociation } from '@aws-sdk/client-fsx';
import type { S3Client } from '@aws-sdk/client-s3';
import { messageOf } from '../../provision/core/errors';
import type { Outputs } from '../../stacks/outputs';
import { AwsClock } from '../aws/aws-clock';
import { awsFailure } from '../aws/failure';
import { stoppable } from '../aws/stoppable';
import type { FsxReader } from '../aws-doctor/fsx-reader';
import { exportQueueAgeSeconds } from './export-queue';
import { onceEach } from './once-each';
import { type RepositoryLog, readRepositoryLog } from './repository-log';

export interface FileSystemState {
  /** `AVAILABLE`, `MISCONFIGURED`... */
  readonly lifecycle: string | null;
  /** Of associations that do not work, in FSx's own words, or are gone. */
  readonly troubles: readonly string[];
  /** Ids of associations that import and export; undefined where FSx may not be asked, or does not show the file system. */
  readonly working: readonly string[] | undefined;
  /** Ids of what was built and exports nothing any more, whatever is mended: gone, being deleted, or failed for good. */
  readonly ended: readonly string[];
}

export type Built = Pick<Outputs, 'file_system' | 'associations' | 'region'>;

export interface FileSystemPlace {
  readonly fileSystemId: string;
  readonly logGroup: string;
}

/** Called with what could not be read, once with each message: the proof is of the files, and goes on without it. */
export type OnUnread = (message: string) => void;

export interface ProofAccount {
  readonly s3: S3Client;
  /** Of what Terraform built. */
  fileSystem(built: Built): Promise<FileSystemState>;
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
  { onUnread: tell, signal, now }: ProofAccountOptions,
): Promise<ProofAccount> {
  const onUnread = onceEach(tell);
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
    fileSystem: async (built) => {
      const state = await unlessDenied('fsx:DescribeFileSystems', onUnread, () => readFileSystem(fsx, built));
      if (state === null)
        onUnread(
          `FSx shows no ${built.file_system.id} in ${built.region}: it was deleted, or these credentials are of another account`,
        );
      return state ?? { lifecycle: null, troubles: [], working: undefined, ended: [] };
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

/** Null where FSx does not show the file system. */
async function readFileSystem(
  fsx: FsxReader,
  { file_system: { id }, associations: built }: Built,
): Promise<FileSystemState | null> {
  const fileSystem = (await fsx.fileSystems()).find(({ FileSystemId }) => FileSystemId === id);
  if (fileSystem === undefined) return null;
  const associations = await fsx.associations(id);
  const works = ({ Lifecycle }: DataRepositoryAssociation) => Lifecycle === 'AVAILABLE' || Lifecycle === 'UPDATING';
  const troubles = associations
    .filter((each) => !works(each))
    .map(
      ({ FileSystemPath, Lifecycle, FailureDetails }) =>
        `the association ${FileSystemPath} is ${Lifecycle}: ${FailureDetails?.Message ?? 'FSx does not say why'}`,
    );
  const lifecycleOf = (each: Built['associations'][number]) =>
    associations.find(({ AssociationId }) => AssociationId === each.id)?.Lifecycle;
  const gone = built
    .filter((each) => lifecycleOf(each) === undefined)
    .map(
      (each) =>
        `the association ${each.file_system_path} (${each.id}) is gone: FSx exports nothing of it before npx sluice plan and apply make another one`,
    );
  const working = associations.filter(works).flatMap(({ AssociationId }) => AssociationId ?? []);
  const ended = built.filter((each) => hasEnded(fileSystem.Lifecycle) || hasEnded(lifecycleOf(each)));
  return {
    lifecycle: fileSystem.Lifecycle ?? null,
    troubles: [...troubles, ...gone],
    working,
    ended: ended.map(({ id }) => id),
  };
}

/** What comes back from none of these (Amazon FSx API, FileSystem and DataRepositoryAssociation, Lifecycle). MISCONFIGURED can be mended. */
function hasEnded(lifecycle: string | undefined): boolean {
  return lifecycle === undefined || lifecycle === 'DELETING' || lifecycle === 'FAILED';
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
