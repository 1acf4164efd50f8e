/** A notification of somebody else's on a bucket of the emulated AWS; it overwrites whatever is there, as S3 has it. */
import { PutBucketNotificationConfigurationCommand, type S3Client } from '@aws-sdk/client-s3';

/** @param prefix '' for the whole bucket. */
export async function notify(s3: S3Client, bucket: string, { id, prefix }: { id: string; prefix: string }) {
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration: {
        QueueConfigurations: [
          {
            Id: id,
            QueueArn: 'arn:aws:sqs:us-east-1:123456789012:events',
            Events: ['s3:ObjectCreated:*'],
            ...(prefix !== '' && { Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: prefix }] } } }),
          },
        ],
      },
      SkipDestinationValidation: true,
    }),
  );
}
