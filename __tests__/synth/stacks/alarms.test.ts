import { failureMetric, metricNamespace } from '../../../provision/pull/metrics/emf';
import { associations, fileSystem, host } from '../../helpers/config-text';
import { migrationOf, synthesize } from '../../helpers/synth';

const alarms = { alarms: 'alarms: { emails: [op@example.com, on-call@example.com], exportQueueAgeMinutes: 30 }' };
const stack = synthesize(migrationOf(alarms));
const alarm = (name: string) => stack.resources('aws_cloudwatch_metric_alarm')[`alarms_${name}`];

test('nothing watches unless asked to', () => {
  for (const type of ['aws_cloudwatch_metric_alarm', 'aws_sns_topic', 'aws_cloudwatch_log_metric_filter'])
    expect(synthesize().resources(type)).toEqual({});
});

test('the export queue is watched where something is exported', () => {
  expect(alarm('export_queue_age')).toMatchObject({
    namespace: 'AWS/FSx',
    metric_name: 'AgeOfOldestQueuedMessage',
    dimensions: { FileSystemId: '${aws_fsx_lustre_file_system.file_system.id}', Publisher: 'AutoExport' },
    comparison_operator: 'GreaterThanThreshold',
    threshold: 1800,
    treat_missing_data: 'notBreaching',
  });
  const importOnly = associations('{ path: /a, dataRepository: s3://one-bucket, autoExport: [] }');
  expect(
    synthesize(migrationOf({ ...alarms, ...importOnly })).resources('aws_cloudwatch_metric_alarm'),
  ).not.toHaveProperty('alarms_export_queue_age');
});

test('free space is a share of the capacity, summed over the targets of one minute', () => {
  expect(alarm('free_space')).toMatchObject({
    metric_name: 'FreeDataStorageCapacity',
    statistic: 'Sum',
    period: 60,
    comparison_operator: 'LessThanThreshold',
    threshold: 120 * 2 ** 30,
  });
  const larger = synthesize(migrationOf({ ...alarms, ...fileSystem('storageCapacityGiB: 4800') }));
  expect(larger.resources('aws_cloudwatch_metric_alarm').alarms_free_space.threshold).toBe(480 * 2 ** 30);
});

test('what FSx logs is counted, and the count is watched', () => {
  const filter = stack.only('aws_cloudwatch_log_metric_filter');
  expect(filter).toMatchObject({ log_group_name: '${aws_cloudwatch_log_group.log_group.name}', pattern: '' });
  const { name, namespace } = filter.metric_transformation;
  expect(alarm('repository_events')).toMatchObject({ metric_name: name, namespace, threshold: 0, statistic: 'Sum' });
});

test('a failed pull is watched by the very metric that the host puts', () => {
  expect(alarm('pull_failed')).toMatchObject({
    namespace: metricNamespace,
    metric_name: failureMetric,
    dimensions: { Migration: 'market-data' },
    statistic: 'Sum',
    threshold: 0,
    treat_missing_data: 'notBreaching',
  });
});

test('every host is watched', () => {
  const three = synthesize(migrationOf({ ...alarms, ...host('count: 3') }));
  const watched = Object.values(three.resources('aws_cloudwatch_metric_alarm'))
    .filter(({ metric_name: name }) => name === 'StatusCheckFailed')
    .map(({ dimensions }) => dimensions.InstanceId);
  expect(watched).toEqual([1, 2, 3].map((number) => `\${aws_instance.host_${number}.id}`));
});

test('every alarm tells the topic, and the topic the people', () => {
  const topic = '${aws_sns_topic.alarms_topic.arn}';
  for (const given of Object.values(stack.resources('aws_cloudwatch_metric_alarm')))
    expect([given.alarm_actions, given.ok_actions]).toEqual([[topic], [topic]]);
  const subscriptions = Object.values(stack.resources('aws_sns_topic_subscription'));
  expect(subscriptions.map(({ protocol, endpoint, topic_arn: arn }) => [protocol, endpoint, arn])).toEqual([
    ['email', 'on-call@example.com', topic],
    ['email', 'op@example.com', topic],
  ]);
});

test('addresses that differ in a sign only are subscribed each', () => {
  const emails = ['a.b@example.com', 'a_b@example.com', 'a+b@example.com', 'a_2e_b@example.com'];
  const { resources } = synthesize(migrationOf({ alarms: `alarms: { emails: [${emails.join(', ')}] }` }));
  const subscriptions = Object.entries(resources('aws_sns_topic_subscription'));
  expect(subscriptions.map(([, { endpoint }]) => endpoint).sort()).toEqual([...emails].sort());
  expect(subscriptions.map(([name]) => name)).toContain('alarms_mail_a_2e_b_40_example_2e_com');
});

test('only alarms of this migration and account may publish', () => {
  const { Statement: statements } = JSON.parse(stack.only('aws_sns_topic_policy').policy);
  expect(statements).toEqual([
    {
      Sid: expect.any(String),
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: '${aws_sns_topic.alarms_topic.arn}',
      Condition: {
        StringEquals: { 'aws:SourceAccount': '${data.aws_caller_identity.account_identity.account_id}' },
        ArnLike: { 'aws:SourceArn': expect.stringMatching(/:cloudwatch:us-east-1:.*:alarm:sluice-market-data-\*$/) },
      },
    },
  ]);
});
