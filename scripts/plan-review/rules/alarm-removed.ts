import type { ResourceChange } from '../plan-json';
import type { PlanView } from '../plan-view';
import { type Protection, turnedOff, weakened } from '../protections';
import type { Rule } from '../rule';
import { stringsAt, valueAt } from '../values';

const alarmType = 'aws_cloudwatch_metric_alarm';
const subscriptionType = 'aws_sns_topic_subscription';

export const alarmRemoved: Rule = {
  id: 'alarm-removed',
  severity: 'warning',
  title: 'An alarm, or whom it tells, is gone',
  explanation:
    'Exports that fail, a file system that fills up and a pull that ended are told by alarms alone: without them nobody learns of it until the files are missed.',
  check: (view) => [
    ...weakened(view, protections, fix),
    ...view
      .ofType(alarmType)
      .filter((alarm) => alarm.action === 'delete' && !isMovedOrIdle(view, alarm))
      .map((alarm) => ({ address: alarm.address, message: `${view.name(alarm)} is deleted`, fix })),
    ...view
      .ofType(subscriptionType)
      .filter((subscription) => subscription.action === 'delete' && hasLastingTopic(view, subscription))
      .map(({ address, before }) => ({
        address,
        message: `${String(valueAt(before, ['endpoint']) ?? 'a subscriber')} is told of no alarm any more`,
        fix: 'keep somebody who is told',
      })),
  ],
};

const fix = 'keep the alarm as it was';

const protections: readonly Protection[] = [
  {
    types: [alarmType],
    path: ['actions_enabled'],
    isWeaker: turnedOff,
    loss: 'the alarm goes on watching and tells nobody',
  },
  {
    types: [alarmType],
    path: ['alarm_actions'],
    isWeaker: (before, after) => stringsAt(before).length > 0 && stringsAt(after).length === 0,
    loss: 'the alarm tells nobody any more',
  },
];

/** Another one watches the same from now on, or what it watches ends with it. */
function isMovedOrIdle(view: PlanView, alarm: ResourceChange): boolean {
  const watched = (side: unknown) => JSON.stringify([valueAt(side, ['namespace']), valueAt(side, ['metric_name'])]);
  const isMoved = view
    .ofType(alarmType)
    .some(({ action, after }) => action === 'create' && watched(after) === watched(alarm.before));
  const dimensions = Object.values(valueAt(alarm.before, ['dimensions']) ?? {});
  const isIdle = dimensions.some((id) => view.named(String(id)).some(({ action }) => action === 'delete'));
  return isMoved || isIdle;
}

function hasLastingTopic(view: PlanView, subscription: ResourceChange): boolean {
  return !view.usedBy(subscription, 'topic_arn').some(({ action }) => action === 'delete');
}
