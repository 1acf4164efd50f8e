/** S3 for a suite: moto's, and the demo's own server; what is written for one has to hold on the other. */
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startS3Server } from '../../scripts/demo/s3-server';
import { motoNeed, startEmulatedAws } from './aws-local';
import type { Need } from './needs';

export interface TestS3 {
  readonly s3: S3Client;
  /** A new, empty bucket. */
  createBucket(): Promise<string>;
  close(): Promise<void>;
}

export interface S3Implementation {
  readonly name: string;
  readonly needs: readonly Need[];
  /** @param folder For what it keeps. */
  readonly start: (folder: string) => Promise<TestS3>;
}

export const s3Implementations: readonly S3Implementation[] = [
  {
    name: 'moto',
    needs: [motoNeed],
    start: async () => {
      const aws = await startEmulatedAws();
      return client(aws.endpoint, aws.close);
    },
  },
  {
    name: "the demo's server",
    needs: [],
    start: async (folder) => {
      const server = await startS3Server(folder);
      return client(server.endpoint, server.close);
    },
  },
];

function client(endpoint: string, stop: () => Promise<void>): TestS3 {
  const s3 = new S3Client({
    region: 'us-east-1',
    endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  let buckets = 0;
  return {
    s3,
    createBucket: async () => {
      buckets += 1;
      const Bucket = `test-bucket-${buckets}`;
      await s3.send(new CreateBucketCommand({ Bucket }));
      return Bucket;
    },
    close: async () => {
      s3.destroy();
      await stop();
    },
  };
}
