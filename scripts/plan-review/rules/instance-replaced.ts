import { ended } from '../data-stores';
import type { Rule } from '../rule';

export const instanceReplaced: Rule = {
  id: 'instance-replaced',
  severity: 'warning',
  title: 'An instance is replaced: its disk, private address and host keys are new',
  explanation:
    'A pull that runs on it is cut off, the root volume is lost, and the host has to be provisioned anew before anything else runs.',
  check: (view) =>
    ended(view, ['aws_instance', 'aws_spot_instance_request'], ['replace']).map((change) => ({
      address: change.address,
      message: `${view.name(change)} is replaced: its root volume is lost and it has to be provisioned anew`,
      fix: 'let running pulls end first; run `npx sluice provision` after the apply',
      chains: view.chainsTo(change, 'its root volume is lost'),
    })),
};
