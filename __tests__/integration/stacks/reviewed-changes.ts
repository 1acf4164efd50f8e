/** Changes of a stack with the default configuration, and what a review has to say of each. */
import { isDeepStrictEqual } from 'node:util';
import { reviewPlan } from '../../../scripts/plan-review/review';
import { fileSystem, host, network, type Sections } from '../../helpers/config-text';
import type { PlannedChange, Stack } from './driven-stack';

/** The valid file system, linked to a bucket of the migration's own name. */
export function fileSystemOf(name: string, ...lines: readonly string[]): Sections {
  const { fileSystem: section = '' } = fileSystem(...lines);
  return { name: `name: ${name}`, fileSystem: section.replace('example-market-data', `${name}-bucket`) };
}

/**
 * The change, what becomes of the file system and what stands or falls with it, and what blocks it. What ends alike is planned at once, and
 * the plan names each part of it.
 */
export const reviewed: readonly (readonly [what: string, change: Sections, expected: Reviewed])[] = [
  [
    'more capacity and throughput, compression, root squash and a window: all in place',
    lines(
      'storageCapacityGiB: 2400',
      'throughputMBpsPerTiB: 250',
      'dataCompression: LZ4',
      'weeklyMaintenanceStart: "1:23:30"',
      'rootSquash: { uidGid: "1:1", noSquashNids: [10.20.0.6@tcp] }',
    ),
    {
      verdict: 'changes',
      fileSystem: 'update',
      attributes: [
        'data_compression_type',
        'per_unit_storage_throughput',
        'root_squash_configuration',
        'storage_capacity',
        'weekly_maintenance_start_time',
      ],
      created: [],
      blocked: [],
    },
  ],
  [
    'another host, alarms and a private network: beside the file system',
    {
      ...host('count: 2'),
      alarms: 'alarms: { emails: [op@example.com] }',
      network: 'network: { mode: create, access: private, availabilityZone: us-east-1a }',
    },
    {
      verdict: 'changes',
      fileSystem: 'no-op',
      attributes: [],
      created: ['aws_instance', 'aws_nat_gateway', 'aws_sns_topic'],
      blocked: [],
    },
  ],
  [
    'another Lustre version, a key of its own and another zone of the network: each replaces the file system',
    { ...lines('lustreVersion: "2.15"', 'kmsKey: create'), ...network('availabilityZone: us-east-1d') },
    {
      verdict: 'blocked',
      fileSystem: 'delete create',
      attributes: ['file_system_type_version', 'kms_key_id', 'subnet_ids'],
      created: ['aws_kms_key'],
      blocked: ['file-system-replaced'],
    },
  ],
  [
    'another folder of the bucket, and SSH from anywhere',
    {
      fileSystem: lines().fileSystem?.replace('-bucket/nasdaq', '-bucket/nyse') ?? '',
      ...network('operatorCidrs: [0.0.0.0/0]', 'allowSshFromAnywhere: true', 'availabilityZone: us-east-1a'),
    },
    {
      verdict: 'blocked',
      fileSystem: 'no-op',
      attributes: [],
      created: [],
      blocked: ['association-replaced', 'public-ingress'],
    },
  ],
];

export interface Reviewed {
  readonly verdict: 'clean' | 'changes' | 'blocked';
  /** Planned actions of the file system. */
  readonly fileSystem: string;
  /** Its attributes that change in place, or that force the replacement. */
  readonly attributes: readonly string[];
  /** Types of what is created; those of its parts may come with them. */
  readonly created: readonly string[];
  /** Rules that block and that the change is about; those of its consequences may come with them. */
  readonly blocked: readonly string[];
}

/** The file system of the life that changes are reviewed on. */
function lines(...own: readonly string[]): Sections {
  return fileSystemOf('created', 'preventDestroy: false', ...own);
}

export async function reviewChanges(stack: Stack, sections: Sections): Promise<readonly Reviewed[]> {
  const results: Reviewed[] = [];
  for (const [, change] of reviewed) {
    stack.synth({ ...sections, ...change });
    const plan = await stack.planJson();
    const { summary, findings } = reviewPlan(plan);
    const found = plan.resource_changes.find(({ address }) => address === 'aws_fsx_lustre_file_system.file_system');
    const created = plan.resource_changes.filter(({ change: { actions } }) => actions.join() === 'create');
    results.push({
      verdict: summary.verdict,
      fileSystem: found?.change.actions.join(' ') ?? '',
      attributes: found === undefined ? [] : attributesOf(found.change),
      created: created.map(({ type }) => type),
      blocked: [...new Set(findings.filter(({ severity }) => severity === 'blocked').map(({ rule }) => rule))],
    });
  }
  return results;
}

function attributesOf({ actions, before, after, replace_paths: forcing = [] }: PlannedChange): readonly string[] {
  if (actions.includes('create')) return forcing.map(([name]) => String(name)).sort();
  const values = Object.entries(after ?? {});
  return values.flatMap(([name, value]) => (isDeepStrictEqual(value, before?.[name]) ? [] : [name])).sort();
}
