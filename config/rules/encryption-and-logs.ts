/** The KMS key and the log group of the file system. */
import { show } from '../secrecy';
import { field, type Rule } from './rule';

const keyId = '(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})';
const keyArn = new RegExp(`^arn:aws[a-z-]*:kms:([a-z0-9-]+):\\d{12}:key/${keyId}$`);

/**
 * The provider's aws_fsx_lustre_file_system.kms_key_id takes an ARN only. An alias's ARN passes a plan, but FSx answers
 * with the key's, and the difference replaces the file system on the next apply.
 */
const kmsKey = field('kms-key', 'fileSystem.kmsKey', (value, { region }) => {
  const arn = keyArn.exec(value);
  if (arn !== null) {
    if (arn[1] === region) return undefined;
    return { message: `the key is in ${arn[1]}, the file system in ${region}`, fix: `use a key of ${region}` };
  }
  const lookUp = (id: string) => `aws kms describe-key --key-id ${id} --query KeyMetadata.Arn --output text`;
  if (/(?:^|:)alias\//.test(value)) {
    return {
      message: `${show(value)} is an alias: FSx answers with the key's own ARN, which plans as a replacement of the file system`,
      fix: `write the key's ARN: ${lookUp(value)}`,
    };
  }
  if (new RegExp(`^${keyId}$`).test(value)) {
    return { message: `${show(value)} is a key's id; the provider takes its ARN only`, fix: `write ${lookUp(value)}` };
  }
  return {
    message: `${show(value)} is not the ARN of a KMS key`,
    fix: `write arn:aws:kms:${region}:ACCOUNT:key/KEY-ID`,
  };
});

/** CloudWatch Logs API, LogGroupName; the prefix from CreateDataRepositoryAssociation's logging. */
const logGroup = field('log-group', 'fileSystem.logGroup', (value) => {
  if (/^\/aws\/fsx[\w/.#-]*$/.test(value) && value.length <= 512) return undefined;
  const name = /^(?:arn:.*:log-group:)?(.*?)(?::\*)?$/s.exec(value)?.[1] ?? '';
  const tail = name.replace(/^\/?(?:aws\/)?(?:fsx\/)?/, '').replaceAll(/[^\w/.#-]+/g, '-');
  return {
    message: `${show(value)} is not a log group that FSx may write to: its name must start with /aws/fsx`,
    fix: name.startsWith('/aws/fsx') && name !== value ? `write ${name}` : `write /aws/fsx/${tail}`,
  };
});

export const encryptionAndLogRules: readonly Rule[] = [kmsKey, logGroup];
