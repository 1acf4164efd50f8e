/** Changes of a stack with the default configuration, and what a review has to say of each. */
import { reviewPlan } from '../../../scripts/plan-review/review';
import { fileSystem, host, network, type Sections } from '../../helpers/config-text';
import type { Stack } from './driven-stack';

/** The valid file system, linked to a bucket of the migration's own name. */
export function fileSystemOf(name: string, ...lines: readonly string[]): Sections {
  const { fileSystem: section = '' } = fileSystem(...lines);
  return { name: `name: ${name}`, fileSystem: section.replace('example-market-data', `${name}-bucket`) };
}

/** The change, what becomes of the file system and what stands or falls with it, and what blocks it. */
export const reviewed: readonly (readonly [what: string, change: Sections, expected: Reviewed])[] = [
  ['more capacity', lines('storageCapacityGiB: 2400'), { verdict: 'changes', fileSystem: 'update', blocked: [] }],
  ['more throughput', lines('throughputMBpsPerTiB: 250'), { verdict: 'changes', fileSystem: 'update', blocked: [] }],
  ['compression', lines('dataCompression: LZ4'), { verdict: 'changes', fileSystem: 'update', blocked: [] }],
  [
    'root squash and a window',
    lines('weeklyMaintenanceStart: "7:02:00"', 'rootSquash: { uidGid: "1:1", noSquashNids: [10.20.0.6@tcp] }'),
    { verdict: 'changes', fileSystem: 'update', blocked: [] },
  ],
  ['another host', host('count: 2'), { verdict: 'changes', fileSystem: 'no-op', blocked: [] }],
  [
    'alarms',
    { alarms: 'alarms: { emails: [op@example.com] }' },
    { verdict: 'changes', fileSystem: 'no-op', blocked: [] },
  ],
  [
    'a private network',
    { network: 'network: { mode: create, access: private }' },
    { verdict: 'changes', fileSystem: 'no-op', blocked: [] },
  ],
  [
    'another Lustre version',
    lines('lustreVersion: "2.15"'),
    { verdict: 'blocked', fileSystem: 'delete create', blocked: ['file-system-replaced'] },
  ],
  [
    'a key of its own',
    lines('kmsKey: create'),
    { verdict: 'blocked', fileSystem: 'delete create', blocked: ['file-system-replaced'] },
  ],
  [
    'another zone of the network',
    network('availabilityZone: us-east-1d'),
    { verdict: 'blocked', fileSystem: 'delete create', blocked: ['file-system-replaced'] },
  ],
  [
    'another folder of the bucket',
    { fileSystem: lines().fileSystem?.replace('-bucket/nasdaq', '-bucket/nyse') ?? '' },
    { verdict: 'blocked', fileSystem: 'no-op', blocked: ['association-replaced'] },
  ],
  [
    'SSH from anywhere',
    network('operatorCidrs: [0.0.0.0/0]', 'allowSshFromAnywhere: true'),
    { verdict: 'blocked', fileSystem: 'no-op', blocked: ['public-ingress'] },
  ],
];

export interface Reviewed {
  readonly verdict: 'clean' | 'changes' | 'blocked';
  /** Planned actions of the file system. */
  readonly fileSystem: string;
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
    results.push({
      verdict: summary.verdict,
      fileSystem: found?.change.actions.join(' ') ?? '',
      blocked: [...new Set(findings.filter(({ severity }) => severity === 'blocked').map(({ rule }) => rule))],
    });
  }
  return results;
}
