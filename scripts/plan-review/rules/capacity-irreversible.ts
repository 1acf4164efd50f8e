import type { Rule } from '../rule';
import { numberAt } from '../values';

/** FSx user guide, "Managing storage capacity": six hours between changes, and never down. EBS and RDS grow only, too. */
export const capacityIrreversible: Rule = {
  id: 'capacity-irreversible',
  severity: 'warning',
  title: 'Storage grows, and can never shrink again',
  explanation:
    'The monthly cost stays up for as long as the resource lives: going back means a new one and a copy. FSx allows the next change six hours later.',
  check: (view) =>
    Object.entries(capacities).flatMap(([type, attribute]) =>
      view
        .ofType(type)
        .filter(({ action }) => action === 'update')
        .flatMap((change) => {
          const before = numberAt(change.before, attribute);
          const after = numberAt(change.after, attribute);
          if (before === undefined || after === undefined || after <= before) return [];
          return [
            {
              address: change.address,
              message: `${view.name(change)} grows from ${before} to ${after} GiB for good`,
              fix: 'make sure that the space is needed for longer than a fresh file system would take to fill',
            },
          ];
        }),
    ),
};

const capacities: Readonly<Record<string, string>> = {
  aws_fsx_lustre_file_system: 'storage_capacity',
  aws_fsx_windows_file_system: 'storage_capacity',
  aws_fsx_openzfs_file_system: 'storage_capacity',
  aws_ebs_volume: 'size',
  aws_db_instance: 'allocated_storage',
};
