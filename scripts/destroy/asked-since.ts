/**
 * What AWS is asked of a file system, and of the time since its proof: FSx whether it is there, its log what it could not export, CloudWatch what
 * clients wrote and what waits for its export ("Amazon FSx for Lustre metrics and dimensions"). Credentials and endpoint are those of the environment.
 */
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { SluiceError } from '../../provision/core/errors';
import { AwsClock } from '../aws/aws-clock';
import { awsFailure } from '../aws/failure';
import { stoppable } from '../aws/stoppable';
import { FsxReader } from '../aws-doctor/fsx-reader';
import type { CliContext } from '../context';
import { exportQueueAgeSeconds } from '../export-proof/export-queue';
import { isGroupGone, readRepositoryLog } from '../export-proof/repository-log';
import type { ExportGate, LogPlace } from './export-gate';

type Asked = Pick<ExportGate, 'now' | 'isThere' | 'writtenSince' | 'exportQueueAge' | 'failuresSince'>;

/** Every answer rejects with a SluiceError. Once the signal is aborted, nobody waits for one any more. */
export function askedIn(region: string, { signal, now }: Pick<CliContext, 'signal' | 'now'>): Asked {
  const clock = new AwsClock(now);
  const asking = async <Client extends { destroy(): void }, Answer>(
    client: Client,
    ask: (client: Client) => Promise<Answer>,
    failure: (error: unknown) => SluiceError = (error) => awsFailure(error, 'cloudwatch:GetMetricStatistics'),
  ): Promise<Answer> => {
    try {
      return await ask(client);
    } catch (error) {
      throw failure(error);
    } finally {
      client.destroy();
    }
  };
  const cloudWatch = () => stoppable(new CloudWatchClient({ region }), signal);
  return {
    now: () => clock.now(),
    isThere: async (fileSystemId) => {
      const fsx = new FsxReader(region, signal, clock);
      try {
        return (await fsx.fileSystems()).some(({ FileSystemId }) => FileSystemId === fileSystemId);
      } finally {
        fsx.close();
      }
    },
    writtenSince: (fileSystemId, since) =>
      asking(cloudWatch(), (client) => bytesWritten(client, fileSystemId, { since, until: clock.now() })),
    exportQueueAge: (fileSystemId) =>
      asking(cloudWatch(), (client) => exportQueueAgeSeconds(client, fileSystemId, clock.now())),
    failuresSince: (place) =>
      asking(
        stoppable(new CloudWatchLogsClient({ region }), signal),
        async (client) => {
          const { byKey, general } = await readRepositoryLog(client, { ...place, isExport: true });
          return [...byKey.values(), ...general].sort((a, b) => a.time.getTime() - b.time.getTime());
        },
        (error) => (isGroupGone(error as Error) ? groupGone(place) : awsFailure(error, 'logs:FilterLogEvents')),
      ),
  };
}

const minuteMs = 60_000;

/**
 * CloudWatch counts by the minute: from the beginning of the first one on, so that nothing is left out. It knows of a write after a minute
 * or two.
 */
async function bytesWritten(
  client: CloudWatchClient,
  fileSystemId: string,
  { since, until }: { readonly since: Date; readonly until: Date },
): Promise<number> {
  const startMs = Math.floor(since.getTime() / minuteMs) * minuteMs;
  const { Datapoints = [] } = await client.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/FSx',
      MetricName: 'DataWriteBytes',
      Dimensions: [{ Name: 'FileSystemId', Value: fileSystemId }],
      Statistics: ['Sum'],
      StartTime: new Date(startMs),
      EndTime: until,
      Period: periodSeconds(until.getTime() - startMs),
    }),
  );
  return Datapoints.reduce((total, { Sum }) => total + (Sum ?? 0), 0);
}

/**
 * Of at most 1,440 periods, which is what one answer may hold. A period that is no multiple of the oldest value's resolution has no
 * values (GetMetricStatistics, Period): a minute, after 15 days five, after 63 days an hour.
 */
function periodSeconds(lastedMs: number): number {
  const days = lastedMs / (1440 * minuteMs);
  const resolutionMinutes = days < 15 ? 1 : days < 63 ? 5 : 60;
  return Math.max(1, Math.ceil(days / resolutionMinutes)) * resolutionMinutes * 60;
}

function groupGone({ logGroup }: LogPlace): SluiceError {
  return new SluiceError(`the log group ${logGroup} is gone: nobody can say whether FSx failed at an export since`, {
    code: 'EXPORT_UNPROVEN',
    kind: 'blocked',
    hint: 'npx sluice plan and apply make it anew, and npx sluice verify proves the export again; --abandon-unexported where what is not in S3 may be lost',
  });
}
