import { ended } from '../data-stores';
import { type Protection, turnedOff, weakened } from '../protections';
import type { Rule } from '../rule';

export const kmsKeyDeleted: Rule = {
  id: 'kms-key-deleted',
  severity: 'blocked',
  title: 'A KMS key is disabled, or scheduled for deletion: what it encrypts becomes unreadable',
  explanation:
    'While it is disabled, files and objects under it can be neither read nor written, and nothing is exported. Once the waiting period of 7 to 30 days is over nothing brings the key back, nor the data under it.',
  check: (view) => [
    ...ended(view, ['aws_kms_key', 'aws_kms_replica_key', 'aws_kms_external_key']).map((change) => ({
      address: change.address,
      message: `${view.name(change)} is ${change.action}d: data encrypted with it becomes unreadable`,
      fix: 'keep the key; re-encrypt everything under it before letting it go',
      chains: view.chainsTo(change, 'what it encrypts becomes unreadable'),
    })),
    ...weakened(view, protections, 'keep the key enabled for as long as anything is encrypted with it'),
  ],
};

const disabled = 'the key is disabled: what is encrypted with it can be neither read nor written';

const protections: readonly Protection[] = [
  { types: ['aws_kms_key'], path: ['is_enabled'], isWeaker: turnedOff, loss: disabled },
  { types: ['aws_kms_replica_key', 'aws_kms_external_key'], path: ['enabled'], isWeaker: turnedOff, loss: disabled },
];
