/**
 * A bucket of an association. A created one is private, encrypted, without ACLs, reachable over TLS only, and never
 * emptied by Terraform (`force_destroy` is off). Its policy names no VPC on purpose: FSx exports from a network of
 * its own, so a policy that demands aws:SourceVpc or aws:SourceVpce breaks the export.
 *
 * A key of its own lets in, beside the account's IAM, the one role that FSx reads and writes the bucket with. That role
 * comes with the first association, after the key, and KMS refuses a principal that does not exist: so the statement admits
 * anybody of the account on condition of being that role, through S3, for this bucket.
 */
import { DataAwsS3Bucket } from '@cdktf/provider-aws/lib/data-aws-s3-bucket';
import type { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { Account } from './account';
import { expression } from './expression';
import { Key, type KeyStatement } from './key';
import { policyDocument } from './policy-document';

export interface BucketProps {
  readonly name: string;
  readonly region: string;
  /** True: the bucket is used as it is. False: it is created. */
  readonly existing: boolean;
  readonly versioning: boolean;
  readonly preventDestroy: boolean;
  /** `create`, the ARN of a key whose policy lets FSx in, or undefined for S3's own keys. */
  readonly kmsKey?: string | undefined;
  /** True where the file system imports from it by itself. */
  readonly isImported: boolean;
  /** Of the bucket's region, where that is not the stack's. */
  readonly provider: AwsProvider | undefined;
  readonly account: Account;
}

/** The construct's id, with which the addresses of everything that belongs to the bucket begin. */
export function bucketScope(name: string): string {
  return `bucket_${name}`;
}

export class Bucket extends Construct {
  /** The bucket's name, as a reference to the resource. */
  readonly bucketName: string;
  /** What must be in place before FSx uses the bucket. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: BucketProps) {
    super(scope, id);
    const { bucketName, ready } = props.existing ? findBucket(this, props) : createBucket(this, props);
    this.bucketName = bucketName;
    this.ready = ready;
  }
}

type Handle = Pick<Bucket, 'bucketName' | 'ready'>;

/** Fails the plan where the bucket is missing, or not in the region that was said or that auto-import needs. */
function findBucket(scope: Construct, { name, region, isImported, provider }: BucketProps): Handle {
  const bucket = new DataAwsS3Bucket(scope, 'Default', { bucket: name, ...(provider !== undefined && { provider }) });
  if (isImported || provider !== undefined)
    bucket.lifecycle = {
      postcondition: [
        {
          condition: expression(`self.region == "${region}"`),
          errorMessage: isImported
            ? `s3://${name} must be in ${region}, the file system's region: auto-import works within one region only. Use a bucket there, or set autoImport: [].`
            : `s3://${name} is not in ${region}: correct its region under buckets.`,
        },
      ],
    };
  return { bucketName: bucket.bucket, ready: [bucket] };
}

function createBucket(scope: Construct, props: BucketProps): Handle {
  const { name, versioning, preventDestroy } = props;
  const provider = props.provider === undefined ? {} : { provider: props.provider };
  const bucket = new S3Bucket(scope, 'Default', {
    bucket: name,
    forceDestroy: false,
    tags: { Name: name },
    lifecycle: { preventDestroy },
    ...provider,
  });
  const access = new S3BucketPublicAccessBlock(scope, 'public_access_block', {
    bucket: bucket.id,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
    ...provider,
  });
  const ownership = new S3BucketOwnershipControls(scope, 'ownership', {
    bucket: bucket.id,
    rule: { objectOwnership: 'BucketOwnerEnforced' },
    // S3 refuses concurrent changes of one bucket's access settings.
    dependsOn: [access],
    ...provider,
  });
  const key = keyOf(scope, props, bucket.arn);
  const encryption = new S3BucketServerSideEncryptionConfigurationA(scope, 'encryption', {
    bucket: bucket.id,
    rule: [key.rule],
    ...provider,
  });
  const policy = new S3BucketPolicy(scope, 'policy', {
    bucket: bucket.id,
    policy: policyDocument([tlsOnly(bucket.arn)]),
    dependsOn: [ownership],
    ...provider,
  });
  const ready: ITerraformDependable[] = [encryption, policy, ...key.ready];
  if (versioning)
    ready.push(
      new S3BucketVersioningA(scope, 'versioning', {
        bucket: bucket.id,
        versioningConfiguration: { status: 'Enabled' },
        ...provider,
      }),
    );
  return { bucketName: bucket.bucket, ready };
}

/** A bucket key spares a request to KMS for every object. */
function keyOf(scope: Construct, props: BucketProps, bucketArn: string) {
  const { kmsKey, name, account, preventDestroy, provider } = props;
  if (kmsKey === undefined)
    return { ready: [], rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } } };
  const own =
    kmsKey === 'create'
      ? new Key(scope, 'key', {
          alias: `sluice/bucket/${name.replaceAll('.', '_')}`,
          description: `Objects of s3://${name}`,
          account,
          preventDestroy,
          provider,
          statements: [fsxThroughS3(props, bucketArn)],
        })
      : undefined;
  return {
    ready: own === undefined ? [] : [own.ready],
    rule: {
      applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: own?.arn ?? kmsKey },
      bucketKeyEnabled: true,
    },
  };
}

/**
 * FSx for Lustre user guide, "Working with server-side encrypted Amazon S3 buckets". The encryption context is the bucket with a
 * bucket key, the object without one. FSx has a role for each file system; bucket and key outlive theirs, so any of this account is let in.
 */
function fsxThroughS3({ account, region }: BucketProps, bucketArn: string): KeyStatement {
  const role = 'role/aws-service-role/s3.data-source.lustre.fsx.amazonaws.com/AWSServiceRoleForFSxS3Access_fs-*';
  return {
    Sid: 'FsxThroughS3',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
    Resource: '*',
    Condition: {
      StringEquals: { 'kms:CallerAccount': account.accountId, 'kms:ViaService': `s3.${region}.${account.dnsSuffix}` },
      ArnLike: { 'aws:PrincipalArn': account.iamArn(role) },
      StringLike: { 'kms:EncryptionContext:aws:s3:arn': [bucketArn, `${bucketArn}/*`] },
    },
  };
}

function tlsOnly(bucketArn: string) {
  return {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}
