/** KMS keys (of the file system, the buckets, the state) and the log group. */
import { partitionOf } from '../regions';
import { show } from '../secrecy';
import { type Complaint, field, type Rule } from './rule';

const keyId = '(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})';
const keyArn = new RegExp(`^arn:(aws[a-z-]*):kms:([a-z0-9-]+):\\d{12}:key/${keyId}$`);

interface KeyUse {
  /** What the key encrypts, in a sentence: `the file system`. */
  readonly subject: string;
  /** Where that is, and so the key. */
  readonly region: string;
  /** What becomes of an alias; an alias's ARN passes a plan. */
  readonly alias: string;
}

function badKey(value: string, { subject, region, alias }: KeyUse): Complaint | undefined {
  const [arn, ownPartition, ownRegion] = keyArn.exec(value) ?? [];
  const { partition } = partitionOf(region);
  if (arn !== undefined) {
    if (ownRegion !== region)
      return { message: `the key is in ${ownRegion}, ${subject} in ${region}`, fix: `use a key of ${region}` };
    if (ownPartition === partition) return undefined;
    return {
      message: `ARNs of ${region} begin with arn:${partition}, not arn:${ownPartition}`,
      fix: `write ${arn.replace(`arn:${ownPartition}:`, `arn:${partition}:`)}`,
    };
  }
  const lookUp = (id: string) => `aws kms describe-key --key-id ${id} --query KeyMetadata.Arn --output text`;
  if (/(?:^|:)alias\//.test(value)) {
    return { message: `${show(value)} is an alias: ${alias}`, fix: `write the key's ARN: ${lookUp(value)}` };
  }
  if (new RegExp(`^${keyId}$`).test(value)) {
    return {
      message: `${show(value)} is a key's id; the provider takes its ARN only`,
      fix: `write the key's ARN: ${lookUp(value)}`,
    };
  }
  return {
    message: `${show(value)} is not the ARN of a KMS key`,
    fix: `write arn:${partition}:kms:${region}:ACCOUNT:key/KEY-ID`,
  };
}

/** The provider's aws_fsx_lustre_file_system.kms_key_id takes an ARN only. */
const kmsKey = field('kms-key', 'fileSystem.kmsKey', (value, { region }) => {
  const alias = "FSx answers with the key's own ARN, which plans as a replacement of the file system";
  return value === 'create' ? undefined : badKey(value, { subject: 'the file system', region, alias });
});

/** FSx API reference, CreateFileSystem: KmsKeyId. */
const scratchKey = field('kms-key-of-scratch', 'fileSystem.kmsKey', (_, { fileSystem }) =>
  fileSystem.deploymentType.startsWith('SCRATCH_')
    ? {
        message: `${fileSystem.deploymentType} is encrypted with a key of FSx's own: none can be chosen`,
        fix: 'remove the key, or use PERSISTENT_2',
      }
    : undefined,
);

const movingAlias = 'what it points at may change, and no plan would show it';

/** FSx for Lustre user guide, "Working with server-side encrypted Amazon S3 buckets". */
const bucketKey: Rule = {
  id: 'kms-key',
  *check({ buckets, region }) {
    for (const [index, bucket] of buckets.entries()) {
      const { kmsKey: value, existing } = bucket;
      if (value === undefined) continue;
      const path = ['buckets', index, 'kmsKey'];
      const use = { subject: 'the bucket', region: bucket.region ?? region, alias: movingAlias };
      const complaint = value === 'create' || existing ? undefined : badKey(value, use);
      if (complaint !== undefined) yield { path, ...complaint };
      if (!existing) continue;
      yield {
        path,
        severity: 'warning',
        message: 'a key has no effect on an existing bucket: it is used as it is',
        fix: "remove the key; the policy of the bucket's own key has to let AWSServiceRoleForFSxS3Access_* use it",
      };
    }
  },
};

const stateKey = field('kms-key', 'state.s3.kmsKey', (value, { region, state }) =>
  badKey(value, { subject: 'the state', region: state?.s3.region ?? region, alias: movingAlias }),
);

/**
 * CloudWatch Logs API, LogGroupName; the prefix from CreateDataRepositoryAssociation's logging. FSx writes by its service-linked role, whose
 * policy (AmazonFSxServiceRolePolicy, PutCloudWatchLogs) names `log-group:/aws/fsx/*`.
 */
const logGroup = field('log-group', 'fileSystem.logGroup', (value, { name: migration }) => {
  if (/^\/aws\/fsx[\w/.#-]*$/.test(value) && value.length <= 512) {
    if (/^\/aws\/fsx\/./.test(value)) return undefined;
    return {
      severity: 'warning',
      message: `FSx takes ${value}, and its role may write to /aws/fsx/* only: what it could not export would be logged nowhere`,
      fix: `write /aws/fsx/${value.replace(/^\/aws\/fsx[^\da-z]*/i, '') || migration}`,
    };
  }
  const name = /^(?:arn:.*:log-group:)?(.*?)(?::\*)?$/s.exec(value)?.[1] ?? '';
  const tail = name.replace(/^\/?(?:aws\/)?(?:fsx\/)?/, '').replaceAll(/[^\w/.#-]+/g, '-');
  return {
    message: `${show(value)} is not a log group that FSx may write to: its name must start with /aws/fsx`,
    fix: name.startsWith('/aws/fsx') && name !== value ? `write ${name}` : `write /aws/fsx/${tail}`,
  };
});

const logLevel = field('log-level', 'fileSystem.logLevel', (value) =>
  value === 'WARN_ONLY'
    ? {
        severity: 'warning',
        message:
          'leaves out errors: of exports that failed neither an alarm nor sluice verify nor sluice destroy knows',
        fix: 'write WARN_ERROR, or ERROR_ONLY',
      }
    : undefined,
);

export const encryptionAndLogRules: readonly Rule[] = [kmsKey, scratchKey, bucketKey, stateKey, logGroup, logLevel];
