import { ended } from '../data-stores';
import type { ResourceChange } from '../plan-json';
import type { PlanView } from '../plan-view';
import type { Hit, Rule } from '../rule';
import { numberAt, valueAt } from '../values';

const type = 'aws_cloudwatch_log_group';
const consequence = 'its events are deleted';

export const logsDeleted: Rule = {
  id: 'logs-deleted',
  severity: 'warning',
  title: 'A log group is deleted or replaced with its events, or keeps them for a shorter time',
  explanation:
    'What FSx could not import or export stands there and nowhere else, by the names of the files. CloudWatch brings no event back.',
  check: (view) => [
    ...ended(view, [type])
      .filter(({ before }) => valueAt(before, ['skip_destroy']) !== true)
      .map((change) => ({
        address: change.address,
        message: `${view.name(change)} is ${change.action}d: ${consequence}`,
        fix: 'export what is needed of it to S3 first, or let Terraform leave it alone: skip_destroy = true',
        chains: view.chainsTo(change, consequence),
      })),
    ...view.ofType(type).flatMap((change) => shortened(view, change)),
  ],
};

/** 0 days are no end. */
function shortened(view: PlanView, change: ResourceChange): readonly Hit[] {
  const [before, after] = [change.before, change.after].map((side) => numberAt(side, 'retention_in_days') || Infinity);
  if (change.action !== 'update' || before === undefined || after === undefined || after >= before) return [];
  return [
    {
      address: change.address,
      message: `${view.name(change)} keeps its events for ${after} days, before ${before === Infinity ? 'for good' : before}`,
      fix: 'keep them as long as before, or export what is needed of them to S3 first',
    },
  ];
}
