import { ended } from '../data-stores';
import type { ResourceChange } from '../plan-json';
import type { PlanView } from '../plan-view';
import type { Rule } from '../rule';
import { stringAt } from '../values';

/** EC2 User Guide, "Amazon EC2 key pairs and Amazon EC2 instances": the public key is placed on the instance when it is launched. */
export const keyPairReplaced: Rule = {
  id: 'key-pair-replaced',
  severity: 'warning',
  title: 'An SSH key changes, and instances that exist keep the old one',
  explanation:
    'EC2 writes the public key at the first boot only. The old key opens these instances as before, and the new one does not.',
  check: (view) =>
    ended(view, ['aws_key_pair'], ['replace']).flatMap((change) => {
      const [before, after] = [stringAt(change.before, 'public_key'), stringAt(change.after, 'public_key')];
      const lasting = lastingUsers(view, change);
      if (lasting.length === 0 || before === after) return [];
      return [
        {
          address: change.address,
          message: `${view.name(change)} is replaced: ${lasting.length} instance(s) keep the old key, and refuse the new one`,
          fix: 'put the new key into ~/.ssh/authorized_keys there in place of the old one, or replace the instances',
          chains: view.chainsTo(change, 'instances that exist keep the old key'),
        },
      ];
    }),
};

function lastingUsers(view: PlanView, keyPair: ResourceChange): readonly ResourceChange[] {
  return view
    .ofType('aws_instance', 'aws_spot_instance_request')
    .filter(({ action }) => action === 'no-op' || action === 'update')
    .filter((instance) => view.usedBy(instance, 'key_name').includes(keyPair));
}
