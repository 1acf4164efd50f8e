/** What clients wrote to a file system, and whether FSx has exported it, by CloudWatch ("Amazon FSx for Lustre metrics and dimensions": DataWriteBytes). */
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { awsFailure } from '../aws/failure';
import { stoppable } from '../aws/stoppable';
import { exportQueueAgeSeconds } from '../export-proof/export-queue';

const minuteMs = 60_000;

export interface Interval {
  readonly since: Date;
  readonly until: Date;
  /** Once it is aborted, nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/**
 * CloudWatch counts by the minute: from the beginning of the first one on, so that nothing is left out. It knows of a write after a minute
 * or two. Rejects with a SluiceError.
 */
export async function bytesWritten(region: string, fileSystemId: string, interval: Interval): Promise<number> {
  const startMs = Math.floor(interval.since.getTime() / minuteMs) * minuteMs;
  const lastedMs = interval.until.getTime() - startMs;
  const client = stoppable(new CloudWatchClient({ region }), interval.signal);
  try {
    const { Datapoints = [] } = await client.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/FSx',
        MetricName: 'DataWriteBytes',
        Dimensions: [{ Name: 'FileSystemId', Value: fileSystemId }],
        Statistics: ['Sum'],
        StartTime: new Date(startMs),
        EndTime: interval.until,
        Period: periodSeconds(lastedMs),
      }),
    );
    return Datapoints.reduce((total, { Sum }) => total + (Sum ?? 0), 0);
  } catch (error) {
    throw awsFailure(error, 'cloudwatch:GetMetricStatistics');
  } finally {
    client.destroy();
  }
}

/** Seconds that the oldest change has waited for its export; null where none waits. Rejects with a SluiceError. */
export async function oldestQueued(
  region: string,
  fileSystemId: string,
  { now, signal }: { readonly now: Date; readonly signal: AbortSignal },
): Promise<number | null> {
  const client = stoppable(new CloudWatchClient({ region }), signal);
  try {
    return await exportQueueAgeSeconds(client, fileSystemId, now);
  } catch (error) {
    throw awsFailure(error, 'cloudwatch:GetMetricStatistics');
  } finally {
    client.destroy();
  }
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
