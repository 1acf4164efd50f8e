import { alarmRemoved } from '../../../../../scripts/plan-review/rules/alarm-removed';
import { check, create, destroy, found, keep, update } from '../plan-builder';

const host = { id: 'i-1' };
const alarm = {
  namespace: 'AWS/EC2',
  metric_name: 'StatusCheckFailed',
  dimensions: { InstanceId: 'i-1' },
  actions_enabled: true,
  alarm_actions: ['arn:aws:sns:us-east-1:1:a'],
};
const address = 'aws_cloudwatch_metric_alarm.a';
const messages = (plan: Parameters<typeof check>[1]) => check(alarmRemoved, plan).map(({ message }) => message);

test('finds an alarm that is deleted, and one that tells nobody any more', () => {
  expect(messages([destroy(address, alarm), keep('aws_instance.h', host)])).toEqual(['the alarm is deleted']);
  expect(messages([update(address, alarm, { actions_enabled: false })])).toEqual([
    'the alarm goes on watching and tells nobody',
  ]);
  expect(messages([update(address, alarm, { alarm_actions: [] })])).toEqual(['the alarm tells nobody any more']);
});

test('is silent where another watches the same, where what is watched ends too, and where whom it tells changes', () => {
  const other = { ...alarm, metric_name: 'CPUUtilization' };
  expect(messages([destroy(address, alarm), create('aws_cloudwatch_metric_alarm.b', alarm)])).toEqual([]);
  expect(messages([destroy(address, alarm), create('aws_cloudwatch_metric_alarm.b', other)])).toHaveLength(1);
  expect(messages([destroy(address, alarm), destroy('aws_instance.h', host)])).toEqual([]);
  expect(messages([update(address, alarm, { alarm_actions: ['arn:aws:sns:us-east-1:1:b'] })])).toEqual([]);
});

test('finds a subscriber who is told no more, where there is a topic still', () => {
  const topic = { id: 'arn:aws:sns:us-east-1:1:a', arn: 'arn:aws:sns:us-east-1:1:a' };
  const subscription = { topic_arn: topic.arn, protocol: 'email', endpoint: 'ops@example.com' };
  const gone = destroy('aws_sns_topic_subscription.s', subscription);
  expect(messages([gone, keep('aws_sns_topic.t', topic)])).toEqual(['ops@example.com is told of no alarm any more']);
  expect(found(alarmRemoved, [gone, destroy('aws_sns_topic.t', topic)])).toEqual([]);
});
