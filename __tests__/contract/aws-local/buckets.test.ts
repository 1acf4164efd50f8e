/** What the emulated FSx does to buckets, on moto's S3. */
import { CreateBucketCommand, GetObjectCommand, PutBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3';
import { bucketsAt } from '../../../scripts/aws-local/buckets';
import { type EmulatedAws, motoNeed, startEmulatedAws } from '../../helpers/aws-local';
import { notify } from '../../helpers/bucket-notification';
import { s3In } from '../../helpers/existing-network';
import { describeWith } from '../../helpers/needs';

describeWith([motoNeed], 'buckets that FSx is linked to', () => {
  const before = { ...process.env };
  let aws: EmulatedAws;
  let s3: S3Client;
  let created = 0;

  beforeAll(async () => {
    aws = await startEmulatedAws();
    Object.assign(process.env, aws.env);
    s3 = s3In();
  });

  afterAll(async () => {
    s3.destroy();
    process.env = before;
    await aws.close();
  });

  async function bucketIn(region: 'us-east-1' | 'eu-west-1') {
    created += 1;
    const Bucket = `linked-${created}`;
    const elsewhere = { CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } } as const;
    await s3.send(new CreateBucketCommand({ Bucket, ...(region === 'eu-west-1' && elsewhere) }));
    return Bucket;
  }
  const ids = async (bucket: string) =>
    [...(await (await fetch(`${aws.endpoint}/${bucket}?notification`)).text()).matchAll(/<Id>(\w+)</g)].map(
      ([, id]) => id,
    );

  test.each(['us-east-1', 'eu-west-1'] as const)(
    'get the notification of FSx and lose it again, in %s',
    async (region) => {
      const buckets = bucketsAt(aws.endpoint);
      const bucket = await bucketIn(region);
      expect(await buckets.bucketFault(bucket, false)).toBeUndefined();
      expect(await buckets.bucketFault(bucket, true)).toMatch(/named FSx .* was changed or removed/);
      for (let again = 0; again < 2; again += 1) await buckets.addNotification(bucket);
      expect(await ids(bucket)).toEqual(['FSx']);
      expect(await buckets.bucketFault(bucket, true)).toBeUndefined();
      for (let again = 0; again < 2; again += 1) await buckets.removeNotification(bucket);
      expect(await ids(bucket)).toEqual([]);
    },
  );

  test('keep the notifications of others', async () => {
    const buckets = bucketsAt(aws.endpoint);
    const bucket = await bucketIn('us-east-1');
    await notify(s3, bucket, { id: 'loader', prefix: 'elsewhere/' });
    await buckets.addNotification(bucket);
    expect(await ids(bucket)).toEqual(['loader', 'FSx']);
    await buckets.removeNotification(bucket);
    expect(await ids(bucket)).toEqual(['loader']);
  });

  test('are of no use once they are gone, or shut FSx out', async () => {
    const buckets = bucketsAt(aws.endpoint);
    expect(await buckets.bucketFault('nowhere', false)).toMatch(/nowhere does not exist/);
    const bucket = await bucketIn('us-east-1');
    const Statement = [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: `arn:aws:s3:::${bucket}/*`,
        Condition: { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } },
      },
    ];
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
    await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
    expect(await buckets.bucketFault(bucket, false)).toMatch(/its policy denies access/);
  });

  test('take the report of a task', async () => {
    const bucket = await bucketIn('us-east-1');
    const Key = 'reports/task-1/failures.csv';
    await bucketsAt(aws.endpoint).putObject(bucket, Key, 'header\n');
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    expect(await Body?.transformToString()).toBe('header\n');
  });
});
