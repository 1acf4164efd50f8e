import { type Protection, removed, turnedOff, weakened } from '../protections';
import type { Rule } from '../rule';

const types = ['aws_s3_bucket_public_access_block', 'aws_s3_account_public_access_block'];

export const publicAccessBlockWeakened: Rule = {
  id: 'public-access-block-weakened',
  severity: 'blocked',
  title: 'The block of public access to a bucket is removed or weakened',
  explanation: 'From then on a policy or an ACL can make objects public.',
  check: (view) => [
    ...weakened(view, protections, fix),
    ...removed(view, types, 'bucket').map(({ address }) => ({ address, message: 'the block is taken away', fix })),
  ],
};

const fix = 'keep all four settings true';

const protections: readonly Protection[] = [
  'block_public_acls',
  'block_public_policy',
  'ignore_public_acls',
  'restrict_public_buckets',
].map((name) => ({ types, path: [name], isWeaker: turnedOff, loss: `${name} is turned off` }));
