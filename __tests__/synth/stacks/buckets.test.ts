import { associations, fileSystem } from '../../helpers/config-text';
import { migrationOf, synthesize } from '../../helpers/synth';

describe('a created bucket', () => {
  const stack = synthesize();
  const bucket = '${aws_s3_bucket.bucket_example-market-data.id}';

  test('is private and encrypted, and objects in it belong to its owner', () => {
    expect(stack.only('aws_s3_bucket_public_access_block')).toMatchObject({
      bucket,
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(stack.only('aws_s3_bucket_server_side_encryption_configuration').rule).toEqual([
      { apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } },
    ]);
    expect(stack.only('aws_s3_bucket_ownership_controls').rule).toEqual({ object_ownership: 'BucketOwnerEnforced' });
  });

  test('refuses plain HTTP, and demands nothing that FSx cannot fulfil', () => {
    const policy = JSON.parse(stack.only('aws_s3_bucket_policy').policy);
    expect(policy.Statement).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ]);
    expect(JSON.stringify(policy)).not.toMatch(/SourceVpc|vpce|SourceIp/i);
  });

  test('is never emptied by Terraform, and kept as the file system is', () => {
    expect(stack.only('aws_s3_bucket')).toMatchObject({ force_destroy: false, lifecycle: { prevent_destroy: true } });
    const loose = synthesize(migrationOf(fileSystem('preventDestroy: false')));
    expect(loose.only('aws_s3_bucket')).toMatchObject({ force_destroy: false, lifecycle: { prevent_destroy: false } });
  });

  test('keeps versions by choice', () => {
    expect(stack.resources('aws_s3_bucket_versioning')).toEqual({});
    const versioned = synthesize(
      migrationOf({ buckets: 'buckets: [{ name: example-market-data, versioning: true }]' }),
    );
    expect(versioned.only('aws_s3_bucket_versioning').versioning_configuration).toEqual({ status: 'Enabled' });
  });

  test('is ready before it is linked', () => {
    expect(stack.only('aws_fsx_data_repository_association').depends_on).toEqual([
      'aws_s3_bucket_server_side_encryption_configuration.bucket_example-market-data_encryption',
      'aws_s3_bucket_policy.bucket_example-market-data_policy',
    ]);
  });

  test('has no notification of its own: auto-import owns it', () => {
    expect(stack.resources('aws_s3_bucket_notification')).toEqual({});
  });
});

describe('an existing bucket', () => {
  const existing = { buckets: 'buckets: [{ name: example-market-data, existing: true }]' };
  const stack = synthesize(migrationOf(existing));
  const found = (of: typeof stack) => of.data('aws_s3_bucket')['bucket_example-market-data'];

  test('is read, and nothing of it is changed', () => {
    expect(Object.keys(stack.json.resource).filter((type) => type.startsWith('aws_s3_'))).toEqual([]);
    expect(found(stack)?.bucket).toBe('example-market-data');
  });

  test('must be in the region, where it is imported from', () => {
    expect(found(stack)?.lifecycle.postcondition[0].condition).toBe('${self.region == "us-east-1"}');
    const exportOnly = associations('{ path: /nasdaq, dataRepository: s3://example-market-data, autoImport: [] }');
    expect(found(synthesize(migrationOf({ ...existing, ...exportOnly })))).not.toHaveProperty('lifecycle');
    const elsewhere = { buckets: 'buckets: [{ name: example-market-data, existing: true, region: eu-west-1 }]' };
    expect(found(synthesize(migrationOf({ ...elsewhere, ...exportOnly })))).toMatchObject({
      provider: 'aws.eu-west-1',
      lifecycle: { postcondition: [expect.objectContaining({ condition: '${self.region == "eu-west-1"}' })] },
    });
  });
});

test('a bucket of several associations is created once', () => {
  const shared = associations(
    '{ path: /a, dataRepository: s3://one-bucket/a }',
    '{ path: /b, dataRepository: s3://one-bucket/b }',
    '{ path: /c, dataRepository: s3://other-bucket/c }',
  );
  const stack = synthesize(migrationOf(shared));
  expect(Object.values(stack.resources('aws_s3_bucket')).map(({ bucket }) => bucket)).toEqual([
    'one-bucket',
    'other-bucket',
  ]);
});
