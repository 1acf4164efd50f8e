import { ended } from '../data-stores';
import type { Rule } from '../rule';

export const kmsKeyDeleted: Rule = {
  id: 'kms-key-deleted',
  severity: 'blocked',
  title: 'A KMS key is scheduled for deletion: what it encrypts becomes unreadable',
  explanation: 'Once the waiting period of 7 to 30 days is over nothing brings the key back, nor the data under it.',
  check: (view) =>
    ended(view, ['aws_kms_key', 'aws_kms_replica_key', 'aws_kms_external_key']).map((change) => ({
      address: change.address,
      message: `${view.name(change)} is ${change.action}d: data encrypted with it becomes unreadable`,
      fix: 'keep the key; re-encrypt everything under it before letting it go',
      chains: view.chainsTo(change, 'what it encrypts becomes unreadable'),
    })),
};
