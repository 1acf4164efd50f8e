/**
 * The review of a plan: what every rule finds, what Terraform will do and for how long, and what it costs. Pure: the
 * JSON of any plan in, data out; renderers print it.
 */
import { SluiceError } from '../../provision/core/errors';
import { type Cost, costOf } from './cost';
import { type Operations, operationsOf } from './operations';
import { type Action, type Plan, readPlan } from './plan-json';
import { viewOf } from './plan-view';
import { defaultPrices, type Prices } from './prices';
import type { Hit, Rule, Severity } from './rule';
import { rules } from './rules';

export interface ReviewOptions {
  /** Ids of rules that do not block. */
  readonly allow?: readonly string[];
  /** True for what a rule finds at an address and the command has dealt with already: it is allowed there, and nowhere else. */
  readonly isAnswered?: (rule: string, address: string) => boolean;
  readonly prices?: Prices;
  /** Makes the commands in a fix those for the configuration in use. */
  readonly forConfig?: (fix: string) => string;
  /** What the plan is called in messages. */
  readonly source?: string;
}

export interface Finding extends Hit {
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  /** True for one that would block, were its rule not allowed by name, or the finding not answered. */
  readonly allowed: boolean;
}

export interface Summary {
  /** `blocked`: must not be applied. `changes`: may be. `clean`: there is nothing to apply, and the plan is a whole one. */
  readonly verdict: 'clean' | 'changes' | 'blocked';
  readonly actions: Readonly<Record<Exclude<Action, 'no-op' | 'read'>, number>>;
  /** Resources that come into the state, or go to another address in it; most are changed in no other way. */
  readonly imported: number;
  readonly moved: number;
  /** Outputs that change. */
  readonly outputs: number;
  /** False where the plan is of a part of what there is to do. */
  readonly complete: boolean;
  /** Findings; `allowed` ones are not among the blocked. */
  readonly blocked: number;
  readonly allowed: number;
  readonly warnings: number;
  readonly infos: number;
  readonly region: string | undefined;
  readonly terraformVersion: string;
}

export interface Review {
  readonly summary: Summary;
  /** Blocked ones first, then warnings, then the rest; by rule in the order of `rules`. */
  readonly findings: readonly Finding[];
  readonly operations: Operations;
  readonly cost: Cost;
}

/**
 * @param planJson The parsed output of `terraform show -json PLANFILE`.
 * @throws SluiceError PLAN_INVALID, or UNKNOWN_RULE where `allow` names none.
 */
export function reviewPlan(planJson: unknown, options: ReviewOptions = {}): Review {
  assertKnown(options.allow ?? []);
  const plan = readPlan(planJson, options.source);
  const view = viewOf(plan);
  const findings = severities.flatMap((severity) =>
    rules
      .filter((rule) => rule.severity === severity)
      .flatMap((rule) => rule.check(view).map((hit) => toFinding(rule, hit, options))),
  );
  return {
    summary: summarize(plan, findings, view.region),
    findings,
    operations: operationsOf(view),
    cost: costOf(view, options.prices ?? defaultPrices()),
  };
}

const severities: readonly Severity[] = ['blocked', 'warning', 'info'];

/** What Terraform cannot apply is not made right by allowing it. */
export const neverAllowed = 'plan-errored';

/** @throws SluiceError UNKNOWN_RULE: a misspelt name, or one that cannot be allowed, must not pass for one that allows something. */
export function assertKnown(allow: readonly string[]): void {
  if (allow.includes(neverAllowed))
    throw new SluiceError(`${neverAllowed} cannot be allowed: Terraform applies no part of such a plan`, {
      code: 'UNKNOWN_RULE',
      kind: 'config',
      hint: 'mend what Terraform says, then plan again',
    });
  const unknown = allow.filter((id) => !rules.some((rule) => rule.id === id));
  if (unknown.length === 0) return;
  const blocking = rules.filter(({ id, severity }) => severity === 'blocked' && id !== neverAllowed);
  throw new SluiceError(`no rule is called ${unknown.join(', ')}`, {
    code: 'UNKNOWN_RULE',
    kind: 'config',
    hint: `rules that block: ${blocking.map(({ id }) => id).join(', ')}`,
  });
}

function toFinding({ id, severity, title }: Rule, hit: Hit, options: ReviewOptions): Finding {
  const { allow = [], isAnswered, forConfig = (fix: string) => fix } = options;
  const isAllowed = allow.includes(id) || isAnswered?.(id, hit.address) === true;
  return { ...hit, fix: forConfig(hit.fix), rule: id, severity, title, allowed: severity === 'blocked' && isAllowed };
}

function summarize(plan: Plan, findings: readonly Finding[], region: string | undefined): Summary {
  const managed = plan.changes.filter(({ mode }) => mode === 'managed');
  const count = (wanted: Action) => managed.filter(({ action }) => action === wanted).length;
  const actions = {
    create: count('create'),
    update: count('update'),
    replace: count('replace'),
    delete: count('delete'),
    forget: count('forget'),
  };
  const of = (severity: Severity) =>
    findings.filter((finding) => finding.severity === severity && !finding.allowed).length;
  const imported = managed.filter(({ isImported }) => isImported).length;
  const moved = managed.filter(({ isMoved }) => isMoved).length;
  const counts = [...Object.values(actions), imported, moved, plan.outputs.length];
  const changes = plan.applyable === true || !plan.complete || counts.some((number) => number > 0);
  return {
    verdict: of('blocked') > 0 ? 'blocked' : changes ? 'changes' : 'clean',
    actions,
    imported,
    moved,
    outputs: plan.outputs.length,
    complete: plan.complete,
    blocked: of('blocked'),
    allowed: findings.filter(({ allowed }) => allowed).length,
    warnings: of('warning'),
    infos: of('info'),
    region,
    terraformVersion: plan.terraformVersion,
  };
}
