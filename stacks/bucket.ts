/**
 * A bucket of an association. A created one is private, encrypted, without ACLs, reachable over TLS only, and never
 * emptied by Terraform (`force_destroy` is off). Its policy names no VPC on purpose: FSx exports from a network of
 * its own, so a policy that demands aws:SourceVpc or aws:SourceVpce breaks the export.
 */
import { DataAwsS3Bucket } from '@cdktf/provider-aws/lib/data-aws-s3-bucket';
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { expression } from './expression';

export interface BucketProps {
  readonly name: string;
  /** True: the bucket is used as it is. False: it is created. */
  readonly existing: boolean;
  readonly versioning: boolean;
  readonly preventDestroy: boolean;
  /** Region that an existing bucket must be in; undefined where any will do. */
  readonly requiredRegion: string | undefined;
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

/** Fails the plan where the bucket is missing or in a region that auto-import cannot use. */
function findBucket(scope: Construct, { name, requiredRegion }: BucketProps): Handle {
  const bucket = new DataAwsS3Bucket(scope, 'Default', { bucket: name });
  if (requiredRegion !== undefined)
    bucket.lifecycle = {
      postcondition: [
        {
          condition: expression(`self.region == "${requiredRegion}"`),
          errorMessage: `s3://${name} must be in ${requiredRegion}, the file system's region: auto-import works within one region only. Use a bucket there, or set autoImport: [].`,
        },
      ],
    };
  return { bucketName: bucket.bucket, ready: [bucket] };
}

function createBucket(scope: Construct, { name, versioning, preventDestroy }: BucketProps): Handle {
  const bucket = new S3Bucket(scope, 'Default', {
    bucket: name,
    forceDestroy: false,
    tags: { Name: name },
    lifecycle: { preventDestroy },
  });
  const access = new S3BucketPublicAccessBlock(scope, 'public_access_block', {
    bucket: bucket.id,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  const ownership = new S3BucketOwnershipControls(scope, 'ownership', {
    bucket: bucket.id,
    rule: { objectOwnership: 'BucketOwnerEnforced' },
    // S3 refuses concurrent changes of one bucket's access settings.
    dependsOn: [access],
  });
  const encryption = new S3BucketServerSideEncryptionConfigurationA(scope, 'encryption', {
    bucket: bucket.id,
    rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
  });
  const policy = new S3BucketPolicy(scope, 'policy', {
    bucket: bucket.id,
    policy: JSON.stringify(tlsOnly(bucket.arn)),
    dependsOn: [ownership],
  });
  const ready: ITerraformDependable[] = [encryption, policy];
  if (versioning)
    ready.push(
      new S3BucketVersioningA(scope, 'versioning', {
        bucket: bucket.id,
        versioningConfiguration: { status: 'Enabled' },
      }),
    );
  return { bucketName: bucket.bucket, ready };
}

function tlsOnly(bucketArn: string) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [bucketArn, `${bucketArn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
}
