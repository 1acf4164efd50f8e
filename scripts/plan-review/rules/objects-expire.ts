import { least, lifecycleRulesOf, lifecycleTypes, prefixOf } from '../lifecycle';
import { areOfOneBucket, lastingAssociations } from '../lustre';
import type { Attributes, ResourceChange } from '../plan-json';
import type { PlanView } from '../plan-view';
import type { Rule } from '../rule';

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
      .ofType(...lifecycleTypes)
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
  return lastingAssociations(view)
    .filter((association) => areOfOneBucket(view, lifecycle, association))
    .map(prefixOf)
    .filter((prefix) => prefix !== '');
}

/** Of an object below the prefix that no filter spares; 0 where a date is set, undefined where it stays. */
function lifetimeDays(configuration: Attributes | undefined, prefix: string): number | undefined {
  const rules = lifecycleRulesOf(configuration).filter((rule) => rule.limits === undefined);
  return least(rules.filter((rule) => prefix.startsWith(rule.prefix)).map(({ expirationDays }) => expirationDays));
}
