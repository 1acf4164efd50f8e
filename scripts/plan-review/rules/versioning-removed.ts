import { type Protection, removed, turnedOff, weakened } from '../protections';
import type { Rule } from '../rule';

const types = ['aws_s3_bucket_versioning'];

export const versioningRemoved: Rule = {
  id: 'versioning-removed',
  severity: 'blocked',
  title: 'Versioning of a bucket is suspended',
  explanation:
    'Objects that are overwritten or deleted from then on cannot be brought back: an export of a deleted file deletes its object.',
  check: (view) => [
    ...weakened(view, protections, fix),
    ...removed(view, types, 'bucket').map(({ address }) => ({ address, message: 'versioning is suspended', fix })),
  ],
};

const fix = 'keep versioning; a lifecycle rule on noncurrent versions keeps its cost down';

const protections: readonly Protection[] = [
  {
    types,
    path: ['versioning_configuration', 0, 'status'],
    isWeaker: (before, after) => before === 'Enabled' && after !== 'Enabled',
    loss: 'versioning is suspended',
  },
  // The bucket's own argument of old, which the provider takes still.
  {
    types: ['aws_s3_bucket'],
    path: ['versioning', 0, 'enabled'],
    isWeaker: turnedOff,
    loss: 'versioning is suspended',
  },
];
