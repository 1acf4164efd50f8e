/** What the lifecycle rules of a bucket do to which objects, from the two ways in which Terraform writes them; and its archive tiers. */
import { isDeepStrictEqual } from 'node:util';
import { areOfOneBucket, lastingAssociations, repositoryOf } from './lustre';
import type { Attributes, ResourceChange } from './plan-json';
import type { PlanView } from './plan-view';
import { listAt, numberAt, stringAt, valueAt } from './values';

/** Of objects whose class is INTELLIGENT_TIERING: what was not read for some days is archived. */
export const tieringType = 'aws_s3_bucket_intelligent_tiering_configuration';

export const lifecycleTypes: readonly string[] = [
  'aws_s3_bucket_lifecycle_configuration',
  'aws_s3_bucket',
  tieringType,
];

/** One rule that is enabled. */
export interface LifecycleRule {
  /** What the keys start with; '' for all of the bucket. */
  readonly prefix: string;
  /** Tags and sizes of the objects that it is about, as written; undefined where it is about any. */
  readonly limits: unknown;
  /** Days until an object is deleted; 0 on a set date. */
  readonly expirationDays: number | undefined;
  /** Days until a version is deleted that another has replaced, or that was deleted. */
  readonly noncurrentDays: number | undefined;
  /** Days until an object is moved to where it is read after a restore only; 0 at once, or on a set date. */
  readonly archivalDays: number | undefined;
}

export function lifecycleRulesOf(configuration: Attributes | undefined): readonly LifecycleRule[] {
  const tiers = listAt(configuration, 'tiering').map((tier) => ofTier(configuration, tier));
  return [...listAt(configuration, 'rule'), ...listAt(configuration, 'lifecycle_rule').map(ofToday), ...tiers]
    .filter((rule) => stringAt(rule, 'status') === 'Enabled')
    .map((rule) => {
      const { prefix, and, ...others } = (valueAt(rule, ['filter', 0]) ?? {}) as Attributes;
      // With tags or sizes besides, a prefix stands within `and`.
      const { prefix: prefixOfAnd, ...othersOfAnd } = (valueAt(and, [0]) ?? {}) as Attributes;
      const limits = [others, othersOfAnd];
      const archivals = listAt(rule, 'transition').filter((step) => archives.includes(stringAt(step, 'storage_class')));
      const old = valueAt(rule, ['noncurrent_version_expiration', 0]);
      return {
        prefix: [stringAt(rule, 'prefix'), prefix, prefixOfAnd].map((start) => start ?? '').join(''),
        limits: isEmpty(limits) ? undefined : limits,
        // A rule that takes away markers of deletions has 0 days.
        expirationDays: daysOf(valueAt(rule, ['expiration', 0]), 1),
        noncurrentDays: numberAt(old, 'noncurrent_days') ?? numberAt(old, 'days'),
        archivalDays: least(archivals.map((step) => daysOf(step, 0))),
      };
    });
}

/** S3 user guide, "Restoring an archived object": Glacier Instant Retrieval needs none. The last two are tiers of INTELLIGENT_TIERING. */
const archives: readonly (string | undefined)[] = ['GLACIER', 'DEEP_ARCHIVE', 'ARCHIVE_ACCESS', 'DEEP_ARCHIVE_ACCESS'];

function daysOf(step: unknown, fewest: number): number | undefined {
  if (stringAt(step, 'date') !== undefined) return 0;
  const days = numberAt(step, 'days');
  return days === undefined || days < fewest ? undefined : days;
}

/** A rule of the bucket's own argument of old, which the provider takes still, as that of the resource for rules. */
function ofToday(rule: unknown): Attributes {
  const { enabled, tags, ...others } = rule as Attributes;
  return { ...others, status: enabled === true ? 'Enabled' : 'Disabled', filter: [{ tags }] };
}

/** An archive tier as a rule that moves objects to it. */
function ofTier(configuration: Attributes | undefined, tier: unknown): Attributes {
  const { status, filter } = configuration ?? {};
  return {
    status,
    filter,
    transition: [{ days: numberAt(tier, 'days'), storage_class: stringAt(tier, 'access_tier') }],
  };
}

/** Blocks that are not written are empty lists, or hold nothing but null and ''. */
function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === undefined || value === null || value === '';
  return Object.values(value).every(isEmpty);
}

export function least(days: readonly (number | undefined)[]): number | undefined {
  const known = days.filter((day) => day !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

type Days = (rule: LifecycleRule) => number | undefined;

export interface LinkedRule {
  readonly change: ResourceChange;
  readonly rule: LifecycleRule;
  readonly days: number;
}

/** Rules that reach objects of an association, and did not yet, or reach them sooner: the rule is new, or the association is. */
export function rulesThatReachSooner(view: PlanView, daysOfRule: Days): readonly LinkedRule[] {
  return view.ofType(...lifecycleTypes).flatMap((change) => {
    const linked = lastingAssociations(view).filter((association) => areOfOneBucket(view, change, association));
    const before = lifecycleRulesOf(change.before);
    return lifecycleRulesOf(change.after).flatMap((rule) => {
      const days = daysOfRule(rule);
      const reached = linked.filter((association) => meet(rule.prefix, prefixOf(association)));
      if (days === undefined) return [];
      const isKnown = before.some((known) => includes(known, rule) && (daysOfRule(known) ?? days + 1) <= days);
      const isNew = reached.some(({ before: past }) => past === undefined || !isKnown);
      return isNew ? [{ change, rule, days }] : [];
    });
  });
}

/** What the keys of an association start with; '' where it has the whole bucket. */
export function prefixOf(association: ResourceChange): string {
  const prefix = repositoryOf(association)?.prefix ?? '';
  return prefix === '' ? '' : `${prefix}/`;
}

function meet(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

function includes(wide: LifecycleRule, narrow: LifecycleRule): boolean {
  const isAlike = wide.limits === undefined || isDeepStrictEqual(wide.limits, narrow.limits);
  return isAlike && narrow.prefix.startsWith(wide.prefix);
}

/** `every object below tmp/`, `the objects of some tags or sizes` */
export function describeObjects({ prefix, limits }: LifecycleRule): string {
  const which = limits === undefined ? 'every object' : 'each object of some tags or sizes';
  return prefix === '' ? which : `${which} below ${prefix}`;
}
