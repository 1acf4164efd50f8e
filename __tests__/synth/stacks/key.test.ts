import { associations, fileSystem } from '../../helpers/config-text';
import { migrationOf, synthesize } from '../../helpers/synth';

const arn = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const account = '${data.aws_caller_identity.account_identity.account_id}';
const partition = '${data.aws_partition.account_partition.partition}';
const withKey = (key: string) => ({ buckets: `buckets: [{ name: example-market-data, kmsKey: "${key}" }]` });
const encryption = (stack: ReturnType<typeof synthesize>) =>
  stack.only('aws_s3_bucket_server_side_encryption_configuration').rule;

const ofTheAccount = {
  Sid: 'IamOfTheAccount',
  Effect: 'Allow',
  Principal: { AWS: `arn:${partition}:iam::${account}:root` },
  Action: 'kms:*',
  Resource: '*',
};

describe("a bucket's own key", () => {
  const stack = synthesize(migrationOf(withKey('create')));
  const key = stack.only('aws_kms_key');

  test('encrypts the bucket, with a bucket key', () => {
    expect(encryption(stack)).toEqual([
      {
        apply_server_side_encryption_by_default: {
          sse_algorithm: 'aws:kms',
          kms_master_key_id: '${aws_kms_key.bucket_example-market-data_key.arn}',
        },
        bucket_key_enabled: true,
      },
    ]);
  });

  test('is rotated, and kept as the file system is', () => {
    expect(key).toMatchObject({
      enable_key_rotation: true,
      deletion_window_in_days: 30,
      lifecycle: { prevent_destroy: true },
    });
  });

  test("lets in the account's IAM and the role of FSx, action by action, on conditions", () => {
    const role = 'aws-service-role/s3.data-source.lustre.fsx.amazonaws.com/AWSServiceRoleForFSxS3Access_';
    const bucket = '${aws_s3_bucket.bucket_example-market-data.arn}';
    expect(JSON.parse(key.policy).Statement).toEqual([
      ofTheAccount,
      {
        Sid: 'FsxThroughS3',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        Resource: '*',
        Condition: {
          StringEquals: {
            'kms:CallerAccount': account,
            'kms:ViaService': 's3.us-east-1.${data.aws_partition.account_partition.dns_suffix}',
          },
          ArnLike: { 'aws:PrincipalArn': `arn:${partition}:iam::${account}:role/${role}fs-*` },
          StringLike: { 'kms:EncryptionContext:aws:s3:arn': [bucket, `${bucket}/*`] },
        },
      },
    ]);
  });

  test('is there before the bucket is linked', () => {
    expect(stack.only('aws_fsx_data_repository_association').depends_on).toContain(
      'aws_kms_key.bucket_example-market-data_key',
    );
  });
});

test('a key of yours encrypts the bucket, and none is created', () => {
  const stack = synthesize(migrationOf(withKey(arn)));
  expect(encryption(stack)[0].apply_server_side_encryption_by_default).toEqual({
    sse_algorithm: 'aws:kms',
    kms_master_key_id: arn,
  });
  expect(stack.resources('aws_kms_key')).toEqual({});
});

test('the file system has a key of its own by choice', () => {
  const stack = synthesize(migrationOf(fileSystem('kmsKey: create', 'preventDestroy: false')));
  expect(stack.only('aws_fsx_lustre_file_system').kms_key_id).toBe('${aws_kms_key.file_system_key.arn}');
  expect(JSON.parse(stack.only('aws_kms_key').policy).Statement).toEqual([ofTheAccount]);
  expect(stack.only('aws_kms_key').lifecycle).toEqual({ prevent_destroy: false });
  expect(synthesize().only('aws_fsx_lustre_file_system')).not.toHaveProperty('kms_key_id');
});

describe('a bucket of another region', () => {
  const stack = synthesize(
    migrationOf({
      ...associations(
        '{ path: /here, dataRepository: s3://here-bucket }',
        '{ path: /there, dataRepository: s3://there-bucket, autoImport: [] }',
      ),
      buckets: 'buckets: [{ name: there-bucket, region: eu-west-1, kmsKey: create, versioning: true }]',
    }),
  );

  test('is created there, with all that belongs to it', () => {
    expect(stack.json.provider.aws).toEqual([
      expect.objectContaining({ region: 'us-east-1' }),
      expect.objectContaining({ region: 'eu-west-1', alias: 'eu-west-1', default_tags: expect.any(Array) }),
    ]);
    const ofBucket = Object.entries<Record<string, { provider?: string }>>(stack.json.resource).flatMap(
      ([type, named]) =>
        Object.entries(named)
          .filter(([name]) => name.startsWith('bucket_'))
          .map(([name, { provider }]) => [name.split('_')[1], type, provider] as const),
    );
    expect(ofBucket.filter(([bucket]) => bucket === 'there-bucket').length).toBeGreaterThan(7);
    for (const [bucket, , provider] of ofBucket)
      expect(provider).toBe(bucket === 'there-bucket' ? 'aws.eu-west-1' : undefined);
  });

  test('its key lets FSx in through the S3 of that region', () => {
    const [, fsx] = JSON.parse(stack.only('aws_kms_key').policy).Statement;
    expect(fsx.Condition.StringEquals['kms:ViaService']).toMatch(/^s3\.eu-west-1\./);
  });
});
