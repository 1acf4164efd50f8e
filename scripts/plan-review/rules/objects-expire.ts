import { areOfOneBucket, lastingAssociations, repositoryOf } from '../lustre';
import type { Attributes, ResourceChange } from '../plan-json';
import type { PlanView } from '../plan-view';
import type { Rule } from '../rule';
import { listAt, numberAt, stringAt, valueAt } from '../values';

/**
 * Of a whole bucket, or of all that an association exports. Another prefix, tags or sizes are about some objects only, and a bucket that
 * the plan makes has none yet.
 */
export const objectsExpire: Rule = {
  id: 'objects-expire',
  severity: 'blocked',
  title: 'Every object of a bucket or of an association expires, or does so sooner',
  explanation: 'S3 deletes what is older within a day, what was exported from the file system as well.',
  check: (view) =>
    view
      .ofType('aws_s3_bucket_lifecycle_configuration', 'aws_s3_bucket')
      .filter((change) => ![change, ...view.usedBy(change, 'bucket')].some(isNewBucket))
      .flatMap((change) => {
        const { address, before, after } = change;
        const sooner = ['', ...exportedPrefixes(view, change)].flatMap((prefix) => {
          const [known, next] = [lifetimeDays(before, prefix), lifetimeDays(after, prefix)];
          return next === undefined || next >= (known ?? Number.POSITIVE_INFINITY) ? [] : [{ prefix, known, next }];
        });
        // What holds for the whole bucket holds for each of its prefixes.
        return (sooner[0]?.prefix === '' ? sooner.slice(0, 1) : sooner).map(({ prefix, known, next }) => ({
          address,
          message: `every object${prefix === '' ? '' : ` of an association, below ${prefix},`} is deleted ${next === 0 ? 'on a set date' : `${next} day(s) after it was written`}${known === undefined ? '' : `, before after ${known}`}`,
          fix: 'give the rule a filter of what may be lost, or leave out its expiration',
        }));
      }),
};

function isNewBucket({ type, action }: ResourceChange): boolean {
  return type === 'aws_s3_bucket' && action === 'create';
}

function exportedPrefixes(view: PlanView, lifecycle: ResourceChange): readonly string[] {
  const linked = lastingAssociations(view).filter((association) => areOfOneBucket(view, lifecycle, association));
  return linked
    .map((association) => repositoryOf(association)?.prefix ?? '')
    .flatMap((prefix) => (prefix === '' ? [] : [`${prefix}/`]));
}

/** Of an object below the prefix that no filter spares; 0 where a date is set, undefined where it stays. */
function lifetimeDays(configuration: Attributes | undefined, prefix: string): number | undefined {
  const days = [...listAt(configuration, 'rule'), ...listAt(configuration, 'lifecycle_rule').map(ofToday)]
    .filter((rule) => stringAt(rule, 'status') === 'Enabled' && isForAll(rule, prefix))
    .flatMap((rule) => {
      const date = stringAt(rule, 'expiration', 0, 'date');
      return date === undefined ? numberAt(rule, 'expiration', 0, 'days') || [] : [0];
    });
  return days.length === 0 ? undefined : Math.min(...days);
}

/** A rule of the bucket's own argument of old, which the provider takes still, as that of the resource for rules. */
function ofToday(rule: unknown): Attributes {
  const { enabled, tags, ...others } = rule as Attributes;
  return { ...others, status: enabled === true ? 'Enabled' : 'Disabled', filter: [{ tags }] };
}

/** With tags or sizes besides, a prefix stands within `and`. */
function isForAll(rule: unknown, prefix: string): boolean {
  const { prefix: within = '', ...others } = (valueAt(rule, ['filter', 0]) ?? {}) as Attributes;
  const starts = [stringAt(rule, 'prefix'), within || undefined].filter((start) => start !== undefined);
  return isEmpty(others) && starts.every((start) => prefix.startsWith(String(start)));
}

/** Blocks that are not written are empty lists, or hold nothing but null and ''. */
function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === undefined || value === null || value === '';
  return Object.values(value).every(isEmpty);
}
