/** What the checks read of S3. Credentials and endpoint are those of the environment. */
import {
  GetBucketEncryptionCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { httpStatusOf } from '../aws/failure';
import { stoppable } from '../aws/stoppable';
import { Asked, absent, isOf } from './asked';

/** Whose bucket a name is. */
export type BucketState =
  | { readonly state: 'readable'; readonly region: string }
  | { readonly state: 'missing' }
  | { readonly state: 'forbidden' };

/** Every method rejects with a SluiceError. */
export class BucketReader {
  readonly #client: S3Client;
  readonly #asked = new Asked();

  constructor(
    readonly region: string,
    signal: AbortSignal,
  ) {
    this.#client = stoppable(new S3Client({ region, followRegionRedirects: true }), signal);
  }

  close(): void {
    this.#client.destroy();
  }

  bucket(name: string): Promise<BucketState> {
    return this.#asked.once('s3:ListBucket', name, async (): Promise<BucketState> => {
      try {
        const { BucketRegion } = await this.#client.send(new HeadBucketCommand({ Bucket: name }));
        return { state: 'readable', region: BucketRegion ?? this.region };
      } catch (error) {
        const status = httpStatusOf(error);
        if (status === 404) return { state: 'missing' };
        if (status === 403) return { state: 'forbidden' };
        throw error;
      }
    });
  }

  /** Whether it is a bucket of the account that asks: the policy of another one's may let it be read too. */
  isOwn(name: string): Promise<boolean> {
    return this.#asked.once('s3:ListAllMyBuckets', name, async () => {
      const { Buckets = [] } = await this.#client.send(new ListBucketsCommand({ Prefix: name }));
      return Buckets.some(({ Name }) => Name === name);
    });
  }

  async isBucketOf(migration: string, name: string): Promise<boolean> {
    const tags = await this.#asked.once('s3:GetBucketTagging', name, async () => {
      const command = new GetBucketTaggingCommand({ Bucket: name });
      return (await this.#client.send(command).catch(absent('NoSuchTagSet', { TagSet: [] }))).TagSet;
    });
    return isOf(migration, tags);
  }

  bucketPolicy(name: string) {
    return this.#asked.once('s3:GetBucketPolicy', name, async () => {
      const command = new GetBucketPolicyCommand({ Bucket: name });
      return (await this.#client.send(command).catch(absent('NoSuchBucketPolicy', { Policy: undefined }))).Policy;
    });
  }

  bucketEncryption(name: string) {
    return this.#asked.once('s3:GetEncryptionConfiguration', name, async () => {
      const none = absent('ServerSideEncryptionConfigurationNotFoundError', {
        ServerSideEncryptionConfiguration: undefined,
      });
      const answer = await this.#client.send(new GetBucketEncryptionCommand({ Bucket: name })).catch(none);
      return answer.ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
    });
  }

  bucketNotifications(name: string) {
    return this.#asked.once('s3:GetBucketNotification', name, async () => {
      const answer = await this.#client.send(new GetBucketNotificationConfigurationCommand({ Bucket: name }));
      const { QueueConfigurations = [], TopicConfigurations = [], LambdaFunctionConfigurations = [] } = answer;
      return [...QueueConfigurations, ...TopicConfigurations, ...LambdaFunctionConfigurations];
    });
  }

  isBucketVersioned(name: string) {
    return this.#asked.once('s3:GetBucketVersioning', name, async () => {
      return (await this.#client.send(new GetBucketVersioningCommand({ Bucket: name }))).Status === 'Enabled';
    });
  }

  /** Of an object; undefined where there is none. Not a range of it: S3 has none of an empty object. */
  textOf(bucket: string, key: string) {
    return this.#asked.once('s3:GetObject', `${bucket}/${key}`, async () => {
      const command = new GetObjectCommand({ Bucket: bucket, Key: key });
      const answer = await this.#client.send(command).catch(absent('NoSuchKey', { Body: undefined }));
      return answer.Body?.transformToString();
    });
  }
}
