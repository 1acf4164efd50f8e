import type { Path } from '../plan-json';
import type { PlanView } from '../plan-view';
import type { Hit, Rule } from '../rule';
import { numberAt } from '../values';

/** EC2 API reference, ModifyVolume (Size). */
export const volumeShrinks: Rule = {
  id: 'volume-shrinks',
  severity: 'blocked',
  title: 'EBS refuses to make a volume smaller',
  explanation: 'Terraform plans it as a change in place, and the apply stops half way. A volume only grows.',
  check: (view) => sizes.flatMap(([type, path]) => smaller(view, type, path)),
};

const sizes: readonly (readonly [type: string, path: Path])[] = [
  ['aws_ebs_volume', ['size']],
  ['aws_instance', ['root_block_device', 0, 'volume_size']],
];

function smaller(view: PlanView, type: string, path: Path): readonly Hit[] {
  return view
    .ofType(type)
    .filter(({ action }) => action === 'update')
    .flatMap((change) => {
      const [before, after] = [numberAt(change.before, ...path), numberAt(change.after, ...path)];
      if (before === undefined || after === undefined || after >= before) return [];
      return [
        {
          address: change.address,
          message: `${view.name(change)} goes from ${before} to ${after} GiB`,
          fix: `keep ${before}, or have the ${type === 'aws_instance' ? 'instance' : 'volume'} replaced: terraform plan -replace=${change.address}`,
        },
      ];
    });
}
