/**
 * CloudWatch alarms on an SNS topic with mail subscriptions. AWS itself feeds their metrics, but for the one of failed pulls, which the host
 * puts. Sources: "Amazon FSx for Lustre metrics and dimensions", "Data repository event logs" (FSx for Lustre user guide), "Status
 * checks" (EC2 user guide).
 */
import { CloudwatchLogMetricFilter } from '@cdktf/provider-aws/lib/cloudwatch-log-metric-filter';
import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { Construct } from 'constructs';
import type { Migration } from '../config/schema';
import type { Account } from './account';
import { policyDocument } from './policy-document';

export interface AlarmsProps {
  /** Prefix of the alarms' names; the topic's is the prefix and `-alarms`. */
  readonly prefix: string;
  /** The migration's name: the dimension of what its hosts put. */
  readonly migration: string;
  readonly settings: NonNullable<Migration['alarms']>;
  readonly account: Account;
  readonly fileSystemId: string;
  readonly storageCapacityGiB: number;
  /** False: the alarm on the export queue is left out. */
  readonly isExported: boolean;
  readonly logGroupName: string;
  readonly hosts: readonly { readonly hostName: string; readonly instanceId: string }[];
}

export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const topicArn = createTopic(this, props);
    const alarm = (name: string, watched: Watched) =>
      new CloudwatchMetricAlarm(this, name, {
        alarmName: `${props.prefix}-${name.replaceAll('_', '-')}`,
        alarmActions: [topicArn],
        okActions: [topicArn],
        ...watched,
      });
    if (props.isExported) alarm('export_queue_age', exportQueueAge(props));
    alarm('free_space', freeSpace(props));
    alarm('repository_events', repositoryEvents(this, props));
    alarm('pull_failed', pullFailed(props));
    for (const [index, host] of props.hosts.entries()) alarm(`host_${index + 1}_status`, hostStatus(host));
  }
}

type Watched = Pick<
  ConstructorParameters<typeof CloudwatchMetricAlarm>[2],
  | 'namespace'
  | 'metricName'
  | 'dimensions'
  | 'statistic'
  | 'period'
  | 'evaluationPeriods'
  | 'comparisonOperator'
  | 'threshold'
  | 'treatMissingData'
  | 'alarmDescription'
>;

/**
 * Only CloudWatch's alarms of this account may publish. The topic is not encrypted with a key: the AWS-managed one does not
 * let CloudWatch in, and a message holds names and numbers only.
 */
function createTopic(scope: Construct, { prefix, settings, account }: AlarmsProps): string {
  const name = `${prefix}-alarms`;
  const topic = new SnsTopic(scope, 'topic', { name, tags: { Name: name } });
  new SnsTopicPolicy(scope, 'topic_policy', {
    arn: topic.arn,
    policy: policyDocument([
      {
        Sid: 'AlarmsOfTheAccount',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: topic.arn,
        Condition: {
          StringEquals: { 'aws:SourceAccount': account.accountId },
          ArnLike: { 'aws:SourceArn': account.arn('cloudwatch', `alarm:${prefix}-*`) },
        },
      },
    ]),
  });
  for (const email of settings.emails)
    new SnsTopicSubscription(scope, `mail_${emailId(email)}`, {
      topicArn: topic.arn,
      protocol: 'email',
      endpoint: email,
    });
  return topic.arn;
}

/** `op@example.com` -> `op_40_example_2e_com`: two addresses never share a name. */
function emailId(email: string): string {
  return email.replaceAll(/[^a-zA-Z\d-]/gu, (character) => `_${character.codePointAt(0)?.toString(16)}_`);
}

/** Seconds, for each file system; an empty queue sends nothing. */
function exportQueueAge({ fileSystemId, settings }: AlarmsProps): Watched {
  return {
    alarmDescription: `Changes wait longer than ${settings.exportQueueAgeMinutes} minutes for their export to S3.`,
    namespace: 'AWS/FSx',
    metricName: 'AgeOfOldestQueuedMessage',
    dimensions: { FileSystemId: fileSystemId, Publisher: 'AutoExport' },
    statistic: 'Maximum',
    period: 60,
    evaluationPeriods: 5,
    comparisonOperator: 'GreaterThanThreshold',
    threshold: settings.exportQueueAgeMinutes * 60,
    treatMissingData: 'notBreaching',
  };
}

/** Each storage target reports once a minute: only over one minute is their sum what is free. */
function freeSpace({ fileSystemId, storageCapacityGiB, settings }: AlarmsProps): Watched {
  return {
    alarmDescription: `Less than ${settings.freeSpacePercent}% of the file system is free.`,
    namespace: 'AWS/FSx',
    metricName: 'FreeDataStorageCapacity',
    dimensions: { FileSystemId: fileSystemId },
    statistic: 'Sum',
    period: 60,
    evaluationPeriods: 5,
    comparisonOperator: 'LessThanThreshold',
    threshold: Math.round((storageCapacityGiB * 2 ** 30 * settings.freeSpacePercent) / 100),
    treatMissingData: 'missing',
  };
}

/** Of what is counted as it happens: once is enough. */
const anyAtAll = {
  statistic: 'Sum',
  period: 300,
  evaluationPeriods: 1,
  comparisonOperator: 'GreaterThanThreshold',
  threshold: 0,
  treatMissingData: 'notBreaching',
} as const;

/** FSx logs warnings and failures only, so every event of the group counts. */
function repositoryEvents(scope: Construct, { prefix, logGroupName }: AlarmsProps): Watched {
  const metric = { namespace: metricNamespace, name: `${prefix}-repository-events` };
  new CloudwatchLogMetricFilter(scope, 'repository_events_filter', {
    name: metric.name,
    logGroupName,
    pattern: '',
    metricTransformation: { ...metric, value: '1' },
  });
  return {
    alarmDescription: `An import or export failed, or was warned of: see the log group ${logGroupName}.`,
    namespace: metric.namespace,
    metricName: metric.name,
    ...anyAtAll,
  };
}

/** The namespace that hosts may put metrics into, and no other. */
export const metricNamespace = 'sluice';

/** Put by sluice-pull-failed.service on a host, once for each run that failed. */
function pullFailed({ migration }: AlarmsProps): Watched {
  return {
    alarmDescription: 'A pull failed: see sluice pull status and sluice pull logs.',
    namespace: metricNamespace,
    metricName: 'PullFailed',
    dimensions: { Migration: migration },
    ...anyAtAll,
  };
}

/** A stopped host reports nothing, and is no alarm. */
function hostStatus({ hostName, instanceId }: AlarmsProps['hosts'][number]): Watched {
  return {
    alarmDescription: `${hostName} fails EC2's status checks.`,
    namespace: 'AWS/EC2',
    metricName: 'StatusCheckFailed',
    dimensions: { InstanceId: instanceId },
    statistic: 'Maximum',
    period: 60,
    evaluationPeriods: 3,
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 0,
    treatMissingData: 'missing',
  };
}
