import type { Rule } from '../rule';
import { differs, isSpot, showChange } from '../values';

/** What EC2 changes of an instance that is stopped only. Terraform (AWS provider 5.100.0) stops it, and starts it again. */
const attributes = ['instance_type', 'user_data', 'user_data_base64', 'ebs_optimized'];

export const instanceStopped: Rule = {
  id: 'instance-stopped',
  severity: 'warning',
  title: 'An instance is stopped, and started again',
  explanation:
    'A pull that runs on it is cut off, and goes on where it stopped once the instance is up. Without an Elastic IP address its public address is another one then.',
  check: (view) =>
    view
      .ofType('aws_instance')
      // Of one on spare capacity EC2 refuses it.
      .filter(({ action, before }) => action === 'update' && !isSpot(before))
      .flatMap((change) => {
        const [attribute] = attributes.filter((name) => differs(change, [name]));
        if (attribute === undefined) return [];
        return [
          {
            address: change.address,
            message: `${view.name(change)} is stopped for its ${attribute} (${showChange(change, [attribute])})`,
            fix: 'let running pulls end first',
          },
        ];
      }),
};
