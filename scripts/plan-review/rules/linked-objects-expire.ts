import { describeObjects, rulesThatReachSooner } from '../lifecycle';
import type { ResourceChange } from '../plan-json';
import type { Rule } from '../rule';
import { objectsExpire } from './objects-expire';

export const linkedObjectsExpire: Rule = {
  id: 'linked-objects-expire',
  severity: 'warning',
  title: 'Objects that an association is linked to expire, or their old versions do, or sooner',
  explanation:
    'An association that imports DELETED may take their files off the file system too; one that does not is left with files of which S3 has nothing. An old version that is gone brings nothing back.',
  check: (view) => {
    const told = objectsExpire.check(view).map(({ address }) => address);
    const isTold = ({ address }: ResourceChange, limits: unknown) => limits === undefined && told.includes(address);
    return [
      ...rulesThatReachSooner(view, ({ expirationDays }) => expirationDays)
        .filter(({ change, rule }) => !isTold(change, rule.limits))
        .map(({ change: { address }, rule, days }) => ({
          address,
          message: `${describeObjects(rule)} is deleted ${days === 0 ? 'on a set date' : `${days} day(s) after it was written`}`,
          fix: 'give the rule a filter of what may be lost, on the file system as well',
        })),
      ...rulesThatReachSooner(view, ({ noncurrentDays }) => noncurrentDays).map(
        ({ change: { address }, rule, days }) => ({
          address,
          message: `the old versions of ${describeObjects(rule)} are deleted ${days} day(s) after they were replaced or deleted`,
          fix: 'keep them for as long as an overwritten or deleted file may be wanted back',
        }),
      ),
    ];
  },
};
