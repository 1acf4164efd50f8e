import { ended } from '../data-stores';
import type { Rule } from '../rule';
import { stringAt } from '../values';

export const addressReleased: Rule = {
  id: 'address-released',
  severity: 'warning',
  title: 'A fixed public address is given back to AWS',
  explanation:
    'A released Elastic IP address cannot be had again. Whoever allows it through a firewall, as SFTP vendors do, has to be told the new one.',
  check: (view) =>
    ended(view, ['aws_eip']).map((change) => ({
      address: change.address,
      message: `${view.name(change)} (${stringAt(change.before, 'public_ip') ?? 'not known'}) is released for good`,
      fix: 'keep it, or have the new address allowed by the source before the apply',
      chains: view.chainsTo(change, 'it cannot be had again'),
    })),
};
