/** `sluice doctor aws` of the buckets, with faults planted one at a time. */
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
} from '@aws-sdk/client-s3';
import { useAwsDoctor } from '../../helpers/aws-doctor';
import { motoNeed } from '../../helpers/aws-local';
import { notify } from '../../helpers/bucket-notification';
import { describeWith } from '../../helpers/needs';

const policyOf = (bucket: string, condition: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${bucket}/*`, Condition: condition },
    ],
  });

/** moto lets every account read it. */
async function bucketOfAnother(name: string): Promise<void> {
  const as = (key: string, service: string) => ({
    authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=none`,
  });
  const role = { Action: 'AssumeRole', Version: '2011-06-15', RoleArn: 'arn:aws:iam::222233334444:role/other' };
  const body = new URLSearchParams({ ...role, RoleSessionName: 'other' });
  const endpoint = process.env.AWS_ENDPOINT_URL!;
  const answer = await fetch(endpoint, { method: 'POST', headers: as('test', 'sts'), body });
  const key = /<AccessKeyId>(\w+)</.exec(await answer.text())![1]!;
  expect((await fetch(`${endpoint}/${name}`, { method: 'PUT', headers: as(key, 's3') })).status).toBe(200);
}

const linkedTo = (bucket: string, settings = '') =>
  `fileSystem:\n  associations:\n    - { path: /nasdaq, dataRepository: "s3://${bucket}/nasdaq"${settings} }`;

describeWith([motoNeed], 'doctor aws: buckets', () => {
  const doctor = useAwsDoctor();
  const { s3, complaint } = doctor;

  describe('a bucket that exists', () => {
    const bucket = () => doctor.network().bucket;

    test('is not there', async () => {
      const sections = { fileSystem: linkedTo('nowhere'), buckets: 'buckets: [{ name: nowhere, existing: true }]' };
      expect(await complaint('s3://nowhere', sections)).toMatchObject({
        status: 'problem',
        detail: 'there is no such bucket',
        cure: expect.stringContaining('existing: false'),
      });
    });

    test.each([
      ['imports from another region', '', /auto-import works within one region only/, /autoImport: \[\]/],
      ['is in another region than it says', ', autoImport: []', /in eu-west-1, not in us-east-1/, /region: eu-west-1/],
    ])('%s', async (what, settings, detail, cure) => {
      const name = `far-${what.replaceAll(' ', '-')}`;
      const west = { LocationConstraint: 'eu-west-1' } as const;
      await s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: west }));
      const sections = {
        fileSystem: linkedTo(name, settings),
        buckets: `buckets: [{ name: ${name}, existing: true }]`,
      };
      expect(await complaint(`s3://${name}`, sections)).toMatchObject({
        status: 'problem',
        detail: expect.stringMatching(detail),
        cure: expect.stringMatching(cure),
      });
    });

    test('is of another account, which lets it be read', async () => {
      await bucketOfAnother('readable-by-all');
      const fileSystem = linkedTo('readable-by-all');
      const existing = { fileSystem, buckets: 'buckets: [{ name: readable-by-all, existing: true }]' };
      expect(await complaint('s3://readable-by-all', existing)).toMatchObject({
        status: 'problem',
        detail: 'you may read it, but it is of another account',
        cure: expect.stringContaining('AWS_PROFILE'),
      });
      expect(await complaint('s3://readable-by-all', { fileSystem })).toMatchObject({
        detail: 'somebody else has a bucket of this name',
      });
    });

    test('has a policy that demands a VPC', async () => {
      const policy = policyOf(bucket(), { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } });
      await s3.send(new PutBucketPolicyCommand({ Bucket: bucket(), Policy: policy }));
      expect(await complaint(`s3://${bucket()} policy`)).toMatchObject({
        status: 'problem',
        detail: expect.stringContaining('aws:SourceVpce'),
        cure: expect.stringContaining('AWSServiceRoleForFSxS3Access_*'),
      });
    });

    test('has a policy that demands TLS, which is right', async () => {
      const policy = policyOf(bucket(), { Bool: { 'aws:SecureTransport': 'false' } });
      await s3.send(new PutBucketPolicyCommand({ Bucket: bucket(), Policy: policy }));
      expect(await doctor.complaints(doctor.network().sections())).toEqual([]);
    });

    describe('encrypted with a key', () => {
      const kms = new KMSClient({ region: 'us-east-1' });
      afterAll(() => kms.destroy());
      const allow = (principal: object, rest: object = {}) => ({
        Effect: 'Allow',
        Principal: principal,
        Action: 'kms:*',
        Resource: '*',
        ...rest,
      });
      const account = allow({ AWS: 'arn:aws:iam::123456789012:root' });
      const keyOf = async (...statements: readonly object[]) => {
        const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [account, ...statements] });
        return (await kms.send(new CreateKeyCommand({ Policy }))).KeyMetadata!.Arn!;
      };
      const asFsx = {
        Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*/AWSServiceRoleForFSxS3Access_*' } },
      };

      test('whose policy leaves FSx out, or lets it in', async () => {
        const encryptWith = async (key: string) => {
          const rule = {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key },
          } as const;
          await s3.send(
            new PutBucketEncryptionCommand({ Bucket: bucket(), ServerSideEncryptionConfiguration: { Rules: [rule] } }),
          );
        };
        const shut = await keyOf();
        await encryptWith(shut);
        expect(await complaint(`s3://${bucket()} encryption`)).toMatchObject({
          status: 'problem',
          detail: expect.stringContaining(`${shut} does not let FSx in`),
          cure: expect.stringContaining('AWSServiceRoleForFSxS3Access_'),
        });
        const AliasName = `alias/${bucket()}`;
        await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: shut }));
        await encryptWith(`arn:aws:kms:us-east-1:123456789012:${AliasName}`);
        expect(await complaint(`s3://${bucket()} encryption`)).toMatchObject({
          detail: expect.stringContaining(`${AliasName} does not let FSx in`),
        });
        await encryptWith(await keyOf(allow({ AWS: '*' }, asFsx)));
        expect(await doctor.complaints(doctor.network().sections())).toEqual([]);
      });

      test('that the stack is to give to a bucket of its own', async () => {
        const bucketWith = (key: string) => ({ buckets: `buckets: [{ name: example-market-data, kmsKey: "${key}" }]` });
        const check = 's3://example-market-data key';
        expect(await complaint(check, bucketWith(await keyOf()))).toMatchObject({ status: 'problem' });
        expect(await complaint(check, bucketWith(await keyOf(allow({ AWS: '*' }, asFsx))))).toBeUndefined();
        const gone = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
        expect(await complaint(check, bucketWith(gone))).toMatchObject({ detail: `there is no key ${gone}` });
      });
    });

    test.each([
      ['FSx', 'nasdaq/', /one named FSx is there already/],
      ['loader', '', /loader is for the same objects \(s3:ObjectCreated:\*\)/],
    ])('has a notification in the way: %s', async (id, prefix, detail) => {
      await notify(s3, bucket(), { id, prefix });
      expect(await complaint(`s3://${bucket()} notifications`)).toMatchObject({
        status: 'problem',
        detail: expect.stringMatching(detail),
        cure: expect.stringContaining('autoImport: []'),
      });
    });

    test('has a notification for other objects, and versions: both are right', async () => {
      await notify(s3, bucket(), { id: 'loader', prefix: 'elsewhere/' });
      const versions = { Status: 'Enabled' } as const;
      await s3.send(new PutBucketVersioningCommand({ Bucket: bucket(), VersioningConfiguration: versions }));
      expect(await doctor.complaints(doctor.network().sections())).toEqual([]);
    });
  });

  describe('a bucket that the stack makes', () => {
    test('is there already, and the stack did not make it', async () => {
      const name = doctor.network().bucket;
      const sections = { fileSystem: linkedTo(name) };
      expect(await complaint(`s3://${name}`, sections)).toMatchObject({
        status: 'problem',
        cure: expect.stringContaining('existing: true'),
      });
      const tags = [
        { Key: 'project', Value: 'sluice' },
        { Key: 'migration', Value: 'market-data' },
      ];
      await s3.send(new PutBucketTaggingCommand({ Bucket: name, Tagging: { TagSet: tags } }));
      expect(await complaint(`s3://${name}`, sections)).toMatchObject({
        status: 'unknown',
        detail: expect.stringContaining('kept by `sluice destroy`'),
        cure: expect.stringContaining('existing: true'),
      });
    });
  });
});
