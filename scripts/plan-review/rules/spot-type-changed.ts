import type { Rule } from '../rule';
import { isSpot, stringAt } from '../values';

/** EC2 User Guide, "Behavior of Spot Instance interruptions": the type of a spot instance cannot be modified. */
export const spotTypeChanged: Rule = {
  id: 'spot-type-changed',
  severity: 'blocked',
  title: 'EC2 refuses to change the type of a spot instance',
  explanation: 'Terraform plans it as a change in place, and the apply stops half way, with the instance stopped.',
  check: (view) =>
    view
      .ofType('aws_instance')
      .filter(({ action, before }) => action === 'update' && isSpot(before))
      .flatMap((change) => {
        const [before, after] = [stringAt(change.before, 'instance_type'), stringAt(change.after, 'instance_type')];
        if (before === undefined || after === undefined || after === before) return [];
        return [
          {
            address: change.address,
            message: `${view.name(change)} goes from ${before} to ${after} in place`,
            fix: `keep ${before}, or have the instance replaced: terraform plan -replace=${change.address}`,
          },
        ];
      }),
};
