import { ended } from '../data-stores';
import type { Rule } from '../rule';

export const volumeDestroyed: Rule = {
  id: 'volume-destroyed',
  severity: 'warning',
  title: 'A volume is replaced or deleted with what is on it',
  explanation: 'EBS keeps nothing of a deleted volume but its snapshots.',
  check: (view) =>
    ended(view, ['aws_ebs_volume', 'aws_instance'])
      .filter(({ type, action }) => type === 'aws_ebs_volume' || action === 'delete')
      .map((change) => ({
        address: change.address,
        message: `${view.name(change)} is ${change.action}d: what is on its disk is lost`,
        fix: 'take a snapshot first, or make sure that nothing on it is needed',
        chains: view.chainsTo(change, 'what is on its disk is lost'),
      })),
};
