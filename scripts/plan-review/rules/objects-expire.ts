import type { Attributes } from '../plan-json';
import type { Rule } from '../rule';
import { listAt, numberAt, stringAt, valueAt } from '../values';

/** One with a prefix, tags or sizes is about some objects only, and a bucket that the plan makes has none yet. */
export const objectsExpire: Rule = {
  id: 'objects-expire',
  severity: 'blocked',
  title: 'Every object of a bucket expires, or does so sooner',
  explanation: 'S3 deletes what is older within a day, what was exported from the file system as well.',
  check: (view) =>
    view
      .ofType('aws_s3_bucket_lifecycle_configuration')
      .filter((change) => !view.usedBy(change, 'bucket').some(({ action }) => action === 'create'))
      .flatMap(({ address, before, after }) => {
        const [known, next] = [lifetimeDays(before), lifetimeDays(after)];
        if (next === undefined || next >= (known ?? Number.POSITIVE_INFINITY)) return [];
        return [
          {
            address,
            message: `every object is deleted ${next === 0 ? 'on a set date' : `${next} day(s) after it was written`}${known === undefined ? '' : `, before after ${known}`}`,
            fix: 'give the rule a filter, or leave out its expiration',
          },
        ];
      }),
};

/** Of an object that no filter spares; 0 where a date is set, undefined where it stays. */
function lifetimeDays(configuration: Attributes | undefined): number | undefined {
  const days = listAt(configuration, 'rule')
    .filter((rule) => stringAt(rule, 'status') === 'Enabled' && isForAll(rule))
    .flatMap((rule) => {
      const date = stringAt(rule, 'expiration', 0, 'date');
      return date === undefined ? numberAt(rule, 'expiration', 0, 'days') || [] : [0];
    });
  return days.length === 0 ? undefined : Math.min(...days);
}

function isForAll(rule: unknown): boolean {
  return stringAt(rule, 'prefix') === undefined && isEmpty(valueAt(rule, ['filter']));
}

/** Blocks that are not written are empty lists, or hold nothing but null and ''. */
function isEmpty(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === undefined || value === null || value === '';
  return Object.values(value).every(isEmpty);
}
