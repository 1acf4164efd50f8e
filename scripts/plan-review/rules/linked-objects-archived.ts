import { describeObjects, rulesThatReachSooner, tieringType } from '../lifecycle';
import type { Rule } from '../rule';

export const linkedObjectsArchived: Rule = {
  id: 'linked-objects-archived',
  severity: 'warning',
  title: 'Objects that an association is linked to are moved where only a restore reads them',
  explanation:
    'FSx reads no object of S3 Glacier Flexible Retrieval or Deep Archive, nor of the archive tiers of S3 Intelligent-Tiering: a file whose data is not on the file system any more cannot be read until its object is restored, in hours and for a price.',
  check: (view) =>
    rulesThatReachSooner(view, ({ archivalDays }) => archivalDays).map(({ change: { address, type }, rule, days }) =>
      type === tieringType
        ? {
            address,
            message: `${describeObjects(rule)} whose class is INTELLIGENT_TIERING is archived ${days} day(s) after it was last read`,
            fix: 'leave the archive tiers out, or give them a filter of what nobody reads through the file system',
          }
        : {
            address,
            message: `${describeObjects(rule)} is archived ${days === 0 ? 'at once or on a set date' : `${days} day(s) after it was written`}`,
            fix: 'archive to GLACIER_IR, which is read at once, or give the rule a filter of what nobody reads through the file system',
          },
    ),
};
