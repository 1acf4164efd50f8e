/** How long the oldest change has waited for its export: CloudWatch, `AWS/FSx` `AgeOfOldestQueuedMessage`. */
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';

const windowMs = 5 * 60_000;

/** Seconds, by the newest value of the last minutes; null where there is none: an empty queue sends nothing. */
export async function exportQueueAgeSeconds(
  client: CloudWatchClient,
  fileSystemId: string,
  now: Date,
): Promise<number | null> {
  const { GetMetricStatisticsCommand } = await import('@aws-sdk/client-cloudwatch');
  const { Datapoints = [] } = await client.send(
    new GetMetricStatisticsCommand({
      Namespace: 'AWS/FSx',
      MetricName: 'AgeOfOldestQueuedMessage',
      Dimensions: [
        { Name: 'FileSystemId', Value: fileSystemId },
        { Name: 'Publisher', Value: 'AutoExport' },
      ],
      StartTime: new Date(now.getTime() - windowMs),
      EndTime: now,
      Period: 60,
      Statistics: ['Maximum'],
    }),
  );
  const newest = [...Datapoints].sort((a, b) => (b.Timestamp?.getTime() ?? 0) - (a.Timestamp?.getTime() ?? 0))[0];
  return newest?.Maximum ?? null;
}
