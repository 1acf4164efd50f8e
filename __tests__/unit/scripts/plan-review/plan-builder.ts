/**
 * Plans for tests, as `terraform show -json` writes them, no larger than what a test is about: changes of resources, and
 * the references between them.
 */
import { readPlan } from '../../../../scripts/plan-review/plan-json';
import { viewOf } from '../../../../scripts/plan-review/plan-view';
import type { Hit, Rule } from '../../../../scripts/plan-review/rule';

type Attributes = Readonly<Record<string, unknown>>;

export interface BuiltChange {
  readonly address: string;
  readonly type: string;
  readonly index?: string | number;
  readonly action_reason?: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly before: Attributes | null;
    readonly after: Attributes | null;
    readonly after_unknown: Attributes;
    readonly replace_paths?: readonly (readonly (string | number)[])[];
  };
}

/** `aws_s3_bucket.a["x"]`: type and index come from the address. */
export function change(address: string, actions: readonly string[], rest: Partial<BuiltChange['change']>): BuiltChange {
  const [, type = ''] = /(?:^|\.)([a-z0-9]+_[a-z0-9_]+)\.[^.]+$/.exec(address.replace(/\[.*\]$/, '')) ?? [];
  const index = /\[(.*)\]$/.exec(address)?.[1];
  return {
    address,
    type,
    ...(index === undefined ? {} : { index: JSON.parse(index) }),
    change: { actions, before: null, after: null, after_unknown: {}, ...rest },
  };
}

/** @param unknown Attributes that are known after apply only. */
export function create(address: string, after: Attributes, unknown: readonly string[] = []): BuiltChange {
  return change(address, ['create'], { after, after_unknown: marks(unknown) });
}

export function keep(address: string, attributes: Attributes): BuiltChange {
  return change(address, ['no-op'], { before: attributes, after: attributes });
}

/** @param changes What differs after; undefined takes an attribute away. */
export function update(address: string, before: Attributes, changes: Attributes): BuiltChange {
  return change(address, ['update'], { before, after: { ...before, ...changes } });
}

export interface Replacement {
  readonly changes?: Attributes;
  readonly unknown?: readonly string[];
  /** Attributes that force it; by default all that change or become unknown. */
  readonly paths?: readonly string[];
  readonly reason?: string;
}

export function replace(address: string, before: Attributes, replacement: Replacement = {}): BuiltChange {
  const { changes = {}, unknown = [], reason = 'replace_because_cannot_update' } = replacement;
  const { paths = [...Object.keys(changes), ...unknown] } = replacement;
  const after = Object.fromEntries(
    Object.entries({ ...before, ...changes }).filter(([name]) => !unknown.includes(name)),
  );
  return {
    ...change(address, ['delete', 'create'], {
      before,
      after,
      after_unknown: marks(['id', ...unknown]),
      replace_paths: paths.map((path) => [path]),
    }),
    action_reason: reason,
  };
}

export function destroy(address: string, before: Attributes = {}): BuiltChange {
  return { ...change(address, ['delete'], { before }), action_reason: 'delete_because_no_resource_config' };
}

function marks(names: readonly string[]): Attributes {
  return Object.fromEntries(names.map((name) => [name, true]));
}

export interface Configured {
  /** By address, by attribute: what it refers to. */
  readonly references?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly dependsOn?: Readonly<Record<string, readonly string[]>>;
  readonly region?: string;
  /** Anything else of the document. */
  readonly document?: Attributes;
}

/** The document. Resources of the root module get a configuration; a document with modules brings its own. */
export function planJson(changes: readonly BuiltChange[], configured: Configured = {}): Attributes {
  const addresses = [
    ...new Set([
      ...changes.map(({ address }) => address.replace(/\[.*\]$/, '')),
      ...Object.keys(configured.references ?? {}),
    ]),
  ];
  const resources = addresses.map((address) => ({
    address,
    expressions: Object.fromEntries(
      Object.entries(configured.references?.[address] ?? {}).map(([name, references]) => [name, { references }]),
    ),
    depends_on: configured.dependsOn?.[address] ?? [],
  }));
  const aws = { name: 'aws', expressions: { region: { constant_value: configured.region ?? 'us-east-1' } } };
  return {
    format_version: '1.2',
    terraform_version: '1.11.4',
    resource_changes: changes,
    configuration: { provider_config: { aws }, root_module: { resources } },
    ...configured.document,
  };
}

/** What one rule finds in a plan. */
export function check(rule: Rule, changes: readonly BuiltChange[], configured: Configured = {}): readonly Hit[] {
  return rule.check(viewOf(readPlan(planJson(changes, configured))));
}

/** Addresses of what one rule finds. */
export function found(rule: Rule, changes: readonly BuiltChange[], configured: Configured = {}): readonly string[] {
  return check(rule, changes, configured).map(({ address }) => address);
}

export const lustre: Attributes = {
  id: 'fs-1',
  deployment_type: 'PERSISTENT_2',
  storage_type: 'SSD',
  storage_capacity: 1200,
  per_unit_storage_throughput: 125,
  file_system_type_version: '2.12',
  security_group_ids: ['sg-1'],
  timeouts: { create: '60m' },
};

export const association: Attributes = {
  id: 'dra-1',
  file_system_id: 'fs-1',
  file_system_path: '/nasdaq',
  data_repository_path: 's3://market/nasdaq',
  delete_data_in_filesystem: false,
  s3: [{ auto_import_policy: [{ events: ['NEW'] }] }],
  timeouts: { create: '45m' },
};
