/**
 * Reads the JSON of `terraform show -json PLANFILE` (HashiCorp, "JSON Output Format", format_version 1.x; OpenTofu
 * writes the same) into the shape that the review works on. Unknown properties are ignored, as the format asks; another
 * major version is refused.
 */
import { z } from 'zod';
import { SluiceError } from '../../provision/core/errors';

export type Action = 'no-op' | 'create' | 'read' | 'update' | 'replace' | 'delete' | 'forget';

/** True where nothing becomes of it in AWS. */
export function isLeftAsItIs({ action }: ResourceChange): boolean {
  return action === 'no-op' || action === 'forget';
}

/** Which of a resource's attributes are meant: those of the state, or those that the plan leads to. */
export type Side = 'before' | 'after';

/** Attribute names and list indexes from a resource's root. */
export type Path = readonly (string | number)[];

/** Attributes of a resource as the plan gives them; null where the resource has none. */
export type Attributes = Readonly<Record<string, unknown>>;

export interface ResourceChange {
  readonly address: string;
  readonly mode: 'managed' | 'data' | 'ephemeral';
  readonly type: string;
  /** Of a resource with count or for_each. */
  readonly index: string | number | undefined;
  readonly action: Action;
  /** It is there and comes into the state, by an `import` block; the action is what becomes of it then. */
  readonly isImported: boolean;
  /** It is in the state under another address, which a `moved` block changes. */
  readonly isMoved: boolean;
  /** Undefined where the resource does not exist before, or after; what is forgotten goes on existing as it was. */
  readonly before: Attributes | undefined;
  readonly after: Attributes | undefined;
  /** `true`, or an object of the same shape, wherever a value is known after apply only. */
  readonly afterUnknown: unknown;
  /** `true`, or an object of the same shape, wherever a value must not be shown. */
  readonly sensitive: readonly unknown[];
  /** Attributes that force the replacement. */
  readonly replacePaths: readonly Path[];
  /** Terraform's own word on why: `replace_because_tainted`, `delete_because_no_resource_config`... */
  readonly reason: string | undefined;
}

/** Expressions of one resource, output or module call: `{references: [...]}` at any depth. */
export interface ModuleConfiguration {
  readonly resources: readonly {
    readonly address: string;
    readonly expressions: Attributes;
    readonly for_each_expression?: unknown;
    readonly count_expression?: unknown;
    readonly depends_on: readonly string[];
  }[];
  readonly outputs: Readonly<Record<string, { readonly expression?: unknown }>>;
  readonly module_calls: Readonly<
    Record<
      string,
      { readonly module: ModuleConfiguration; readonly expressions: Attributes; readonly depends_on: readonly string[] }
    >
  >;
}

export interface Plan {
  readonly terraformVersion: string;
  readonly changes: readonly ResourceChange[];
  /** What the refresh found changed outside Terraform. */
  readonly drift: readonly ResourceChange[];
  /** Names of outputs that change. */
  readonly outputs: readonly string[];
  readonly root: ModuleConfiguration;
  /** Settings of providers, by key (`aws`, `module.a:aws`). */
  readonly providers: Readonly<Record<string, { readonly name: string; readonly expressions: Attributes }>>;
  readonly variables: Attributes;
  /** For every resource in the state, the resources it was created after. */
  readonly stateDependencies: ReadonlyMap<string, readonly string[]>;
  /** Checks (`check`, preconditions, postconditions) that do not pass. */
  readonly failedChecks: readonly { readonly address: string; readonly messages: readonly string[] }[];
  /** True where Terraform could not finish the plan; it cannot be applied then. */
  readonly errored: boolean;
  /** Terraform's own word on whether an apply does anything, be it to the state alone; undefined before Terraform 1.8. */
  readonly applyable: boolean | undefined;
  /** False where more is to do after an apply: a plan of some resources only (`-target`), or one that puts changes off. True before Terraform 1.8. */
  readonly complete: boolean;
  /** Addresses of resources whose changes are put off. */
  readonly deferred: readonly string[];
}

const attributes = z.record(z.string(), z.unknown());

const changeSchema = z.object({
  actions: z.array(z.string()),
  before: attributes.nullish(),
  after: attributes.nullish(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).default([]),
  importing: z.unknown().optional(),
});

const resourceSchema = z.object({
  address: z.string(),
  mode: z.enum(['managed', 'data', 'ephemeral']).default('managed'),
  type: z.string(),
  index: z.union([z.string(), z.number()]).optional(),
  previous_address: z.string().optional(),
  change: changeSchema,
  action_reason: z.string().optional(),
});

const moduleSchema: z.ZodType<ModuleConfiguration> = z.object({
  resources: z
    .array(
      z.object({
        address: z.string(),
        expressions: attributes.default({}),
        for_each_expression: z.unknown().optional(),
        count_expression: z.unknown().optional(),
        depends_on: z.array(z.string()).default([]),
      }),
    )
    .default([]),
  outputs: z.record(z.string(), z.object({ expression: z.unknown().optional() })).default({}),
  module_calls: z
    .record(
      z.string(),
      z.object({
        get module() {
          return moduleSchema.default(emptyModule);
        },
        expressions: attributes.default({}),
        depends_on: z.array(z.string()).default([]),
      }),
    )
    .default({}),
});

const emptyModule: ModuleConfiguration = { resources: [], outputs: {}, module_calls: {} };

interface StateModule {
  readonly resources: readonly { readonly address: string; readonly depends_on: readonly string[] }[];
  readonly child_modules: readonly StateModule[];
}

const stateModuleSchema: z.ZodType<StateModule> = z.object({
  resources: z.array(z.object({ address: z.string(), depends_on: z.array(z.string()).default([]) })).default([]),
  get child_modules() {
    return z.array(stateModuleSchema).default([]);
  },
});

const checkSchema = z.object({
  address: z.object({ to_display: z.string() }),
  status: z.string(),
  instances: z.array(z.object({ problems: z.array(z.object({ message: z.string() })).default([]) })).default([]),
});

const planSchema = z.object({
  terraform_version: z.string().default('unknown'),
  resource_changes: z.array(resourceSchema).default([]),
  resource_drift: z.array(resourceSchema).default([]),
  output_changes: z.record(z.string(), z.object({ actions: z.array(z.string()) })).default({}),
  configuration: z
    .object({
      root_module: moduleSchema.default(emptyModule),
      provider_config: z
        .record(z.string(), z.object({ name: z.string(), expressions: attributes.default({}) }))
        .default({}),
    })
    .default({ root_module: emptyModule, provider_config: {} }),
  variables: z.record(z.string(), z.object({ value: z.unknown() })).default({}),
  prior_state: z.object({ values: z.object({ root_module: stateModuleSchema.optional() }).optional() }).optional(),
  checks: z.array(checkSchema).default([]),
  errored: z.boolean().default(false),
  applyable: z.boolean().optional(),
  complete: z.boolean().default(true),
  deferred_changes: z.array(z.object({ resource_change: z.object({ address: z.string() }) })).default([]),
});

/**
 * @param source What the document is called in messages: a file's name.
 * @throws SluiceError PLAN_INVALID: not JSON of a plan, of another major version, or of another shape.
 */
export function readPlan(json: unknown, source = 'the plan'): Plan {
  assertFormat(json, source);
  const parsed = planSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(`${source} is not a plan as Terraform writes it: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const plan = parsed.data;
  const state = plan.prior_state?.values?.root_module;
  return {
    terraformVersion: plan.terraform_version,
    changes: plan.resource_changes.flatMap(toChanges),
    drift: plan.resource_drift.flatMap(toChanges),
    outputs: Object.entries(plan.output_changes)
      .filter(([, { actions }]) => actions.some((action) => action !== 'no-op'))
      .map(([name]) => name),
    root: plan.configuration.root_module,
    providers: plan.configuration.provider_config,
    variables: Object.fromEntries(Object.entries(plan.variables).map(([name, { value }]) => [name, value])),
    stateDependencies: new Map(state === undefined ? [] : dependenciesIn(state)),
    failedChecks: plan.checks
      .filter(({ status }) => status === 'fail' || status === 'error')
      .map(({ address, instances }) => ({
        address: address.to_display,
        messages: instances.flatMap(({ problems }) => problems.map(({ message }) => message)),
      })),
    errored: plan.errored,
    applyable: plan.applyable,
    complete: plan.complete,
    deferred: plan.deferred_changes.map(({ resource_change }) => resource_change.address),
  };
}

function assertFormat(json: unknown, source: string): void {
  const document = z.looseObject({ format_version: z.string() }).safeParse(json);
  if (!document.success) throw invalid(`${source} is not a Terraform plan in JSON: it has no format_version`);
  const { format_version: version } = document.data;
  if (!/^1\.\d+$/.test(version))
    throw invalid(
      `${source} has format_version ${JSON.stringify(version)}; sluice reads 1.x`,
      'use Terraform 1.1 or later, or a sluice that knows the newer format',
    );
  if (!('resource_changes' in document.data) && !('planned_values' in document.data))
    throw invalid(`${source} is a state or another document of Terraform's, not a plan`);
}

function invalid(message: string, hint = 'write it with: terraform plan -out=FILE && terraform show -json FILE') {
  return new SluiceError(message, { code: 'PLAN_INVALID', kind: 'config', hint });
}

type WrittenChange = z.output<typeof resourceSchema>;

/** One that is forgotten with another created in its place (`destroy = false` in its lifecycle) is two: both exist afterwards. */
function toChanges(written: WrittenChange): readonly ResourceChange[] {
  const { actions, before, before_sensitive } = written.change;
  if (!actions.includes('forget')) return [toChange(written)];
  const forgotten = { before, after: before, before_sensitive, actions: ['forget'], replace_paths: [] };
  const created = { ...written.change, before: null, before_sensitive: undefined, actions: ['create'] };
  const changes = actions.includes('create') ? [forgotten, created] : [forgotten];
  return changes.map((change) => toChange({ ...written, change }));
}

function toChange({
  address,
  mode,
  type,
  index,
  previous_address,
  change,
  action_reason,
}: WrittenChange): ResourceChange {
  return {
    address,
    mode,
    type,
    index,
    action: toAction(change.actions),
    isImported: (change.importing ?? null) !== null,
    isMoved: previous_address !== undefined && previous_address !== address,
    before: change.before ?? undefined,
    after: change.after ?? undefined,
    afterUnknown: change.after_unknown,
    sensitive: [change.before_sensitive, change.after_sensitive],
    replacePaths: change.replace_paths,
    reason: action_reason,
  };
}

/** `["delete", "create"]` and `["create", "delete"]` are both a replacement: they differ in order only. */
function toAction(actions: readonly string[]): Action {
  if (actions.includes('create') && actions.includes('delete')) return 'replace';
  const [action = 'no-op'] = actions;
  // An ephemeral resource is opened and closed with each run, and kept nowhere.
  if (['open', 'renew', 'close'].includes(action)) return 'read';
  const known: readonly Action[] = ['no-op', 'create', 'read', 'update', 'delete', 'forget'];
  const found = known.find((name) => name === action);
  if (found === undefined) throw invalid(`the plan has an action unknown to sluice: ${JSON.stringify(action)}`);
  return found;
}

function dependenciesIn(module: StateModule): readonly (readonly [string, readonly string[]])[] {
  return [
    ...module.resources.map(({ address, depends_on }) => [address, depends_on] as const),
    ...module.child_modules.flatMap(dependenciesIn),
  ];
}
