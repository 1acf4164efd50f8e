import { type Protection, takenAway, weakened } from '../protections';
import type { Rule } from '../rule';

export const instanceCredentialsLost: Rule = {
  id: 'instance-credentials-lost',
  severity: 'warning',
  title: 'An instance has no credentials for AWS any more',
  explanation:
    "The pull reads the source's credentials with those of the instance's role, and sends its events and metrics with them: without them it fails from the next run on.",
  check: (view) =>
    weakened(view, protections, 'keep the instance profile, and the metadata that hands its credentials out'),
};

const protections: readonly Protection[] = [
  {
    types: ['aws_instance'],
    path: ['iam_instance_profile'],
    isWeaker: takenAway,
    loss: 'the instance has no role any more',
  },
  {
    types: ['aws_instance'],
    path: ['metadata_options', 0, 'http_endpoint'],
    isWeaker: (before, after) => before === 'enabled' && after === 'disabled',
    loss: 'instance metadata, which hands out the credentials of its role, is turned off',
  },
];
