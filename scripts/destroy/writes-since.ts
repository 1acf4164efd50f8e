/** What clients wrote to a file system, by CloudWatch ("Amazon FSx for Lustre metrics and dimensions": DataWriteBytes). */
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { awsFailure } from '../aws/failure';

export interface Interval {
  readonly since: Date;
  readonly until: Date;
}

/** From the first whole minute on; CloudWatch knows of a write after a minute or two. Rejects with a SluiceError. */
export async function bytesWritten(region: string, fileSystemId: string, interval: Interval): Promise<number> {
  const startMs = Math.ceil(interval.since.getTime() / 60_000) * 60_000;
  const lastedMs = interval.until.getTime() - startMs;
  if (lastedMs <= 0) return 0;
  const client = new CloudWatchClient({ region });
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

/** Of at most 1,440 periods, a whole number of minutes each: what one answer may hold. */
function periodSeconds(lastedMs: number): number {
  return Math.ceil(lastedMs / 60_000 / 1440) * 60;
}
