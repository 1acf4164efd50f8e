/** `state`: the bucket that holds it. Source: Terraform's documentation of the S3 backend. */
import { parseDataRepository } from '../data-repository';
import { show } from '../secrecy';
import { badBucketName } from './buckets';
import { field, type Rule } from './rule';

const bucket = field('state-bucket', 'state.s3.bucket', (value, { fileSystem }) => {
  const bad = badBucketName(value);
  if (bad !== undefined) return bad;
  const linked = fileSystem.associations.some((item) => parseDataRepository(item.dataRepository)?.bucket === value);
  if (!linked) return undefined;
  return {
    message: `${show(value)} is a bucket of an association: the stack cannot keep its state in what it manages`,
    fix: 'use another bucket',
  };
});

const key = field('state-key', 'state.s3.key', (value) => {
  const segments = value.split('/');
  const clean = segments.every((segment) => /^[\w.!*'()=+@ -]+$/.test(segment) && segment !== '.' && segment !== '..');
  if (clean && value.length <= 1000) return undefined;
  const tidy = segments.filter((segment) => /^[\w.!*'()=+@ -]+$/.test(segment) && !/^\.{1,2}$/.test(segment));
  return {
    message: `${show(value)} is not the key of an object: names of letters and digits with / between them`,
    fix: `write ${tidy.length === 0 ? 'sluice/market-data/terraform.tfstate' : tidy.join('/')}`,
  };
});

const lock = field('state-lock', 'state.s3.useLockfile', (value) =>
  value
    ? undefined
    : {
        severity: 'warning',
        message: 'without a lock two applies at one time can lose the state',
        fix: 'remove the key',
      },
);

export const stateRules: readonly Rule[] = [bucket, key, lock];
