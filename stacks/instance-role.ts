/**
 * What a host may do in AWS: read the very secrets that the config names for the source's credentials, whichever key encrypts them, be reached by
 * Session Manager where that is on, and tell of failed pulls where an alarm waits for it; nothing else. Without any of these the role has no
 * policy at all.
 */
import { IamInstanceProfile } from '@cdktf/provider-aws/lib/iam-instance-profile';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Construct } from 'constructs';
import { partitionOf } from '../config/regions';
import type { Migration } from '../config/schema';
import type { Account } from './account';
import { metricNamespace } from './alarms';
import { assertPolicy } from './policy';
import { policyDocument } from './policy-document';

type Credentials = Migration['source']['credentials'];

export interface InstanceRoleProps {
  /** Of the role and its profile; unique in the account, IAM having no regions. */
  readonly name: string;
  readonly credentials: Credentials;
  readonly sessionManager: boolean;
  /** Whether an alarm waits for the metric of failed pulls. */
  readonly putsMetrics: boolean;
  readonly region: string;
  readonly account: Account;
}

export class InstanceRole extends Construct {
  readonly profileName: string;

  constructor(scope: Construct, id: string, props: InstanceRoleProps) {
    super(scope, id);
    const { name, credentials, sessionManager, putsMetrics, region, account } = props;
    const role = new IamRole(this, 'Default', {
      name,
      assumeRolePolicy: policyDocument([
        { Effect: 'Allow', Principal: { Service: `ec2.${partitionOf(region).dnsSuffix}` }, Action: 'sts:AssumeRole' },
      ]),
      tags: { Name: name },
    });
    const grant = (id: string, policyName: string, statements: readonly object[]) =>
      new IamRolePolicy(this, id, { name: policyName, role: role.name, policy: policyDocument(statements) });
    const reads = readStatements(credentials, account);
    if (reads.length > 0) grant('policy', 'read-source-credentials', reads);
    if (sessionManager) grant('session_manager', 'session-manager', [sessionManagerStatement]);
    if (putsMetrics) grant('metrics', 'put-metrics', [putMetricStatement]);
    const profile = new IamInstanceProfile(this, 'profile', { name, role: role.name, tags: { Name: name } });
    this.profileName = profile.name;
  }
}

interface Statement {
  readonly Effect: 'Allow';
  readonly Action: string;
  readonly Resource: readonly string[];
  readonly Condition?: object;
}

/**
 * What the SSM agent needs for sessions, and no more: AmazonSSMManagedInstanceCore would let the host read every
 * parameter of the account. None of these actions can be narrowed to a resource of the host. Source: Systems Manager user
 * guide, "Create a custom IAM role for Session Manager".
 */
const sessionManagerStatement = {
  Effect: 'Allow',
  Action: [
    'ssm:UpdateInstanceInformation',
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
  ],
  Resource: '*',
} as const;

/** PutMetricData knows no resources; its namespace narrows it (CloudWatch user guide, "Using condition keys to limit access to CloudWatch namespaces"). */
const putMetricStatement = {
  Effect: 'Allow',
  Action: 'cloudwatch:PutMetricData',
  Resource: '*',
  Condition: { StringEquals: { 'cloudwatch:namespace': metricNamespace } },
} as const;

function readStatements(credentials: Credentials, account: Account): readonly Statement[] {
  const references = Object.values(credentials).filter((reference) => reference !== undefined);
  const secrets = unique(
    references.flatMap((reference) =>
      'secretsManager' in reference ? [secretArn(reference.secretsManager, account)] : [],
    ),
  );
  const parameters = unique(
    references.flatMap((reference) =>
      'ssmParameter' in reference ? [parameterArn(reference.ssmParameter, account)] : [],
    ),
  );
  return [
    ...allow('secretsmanager:GetSecretValue', secrets),
    ...allow('ssm:GetParameter', parameters),
    ...secrets.map((arn) => decrypt(arn, 'kms:EncryptionContext:SecretARN')),
    ...parameters.map((arn) => decrypt(arn, 'kms:EncryptionContext:PARAMETER_ARN')),
  ];
}

/**
 * For a secret that is encrypted with a key of its account's own, not AWS's: which one is not known here, so any may be used, through
 * the secret's service and for that secret alone. Sources: Secrets Manager user guide, "Secret encryption and decryption"; Systems
 * Manager user guide, "How Parameter Store uses AWS KMS".
 */
function decrypt(arn: string, context: string): Statement {
  const [, partition, service, region = '', accountId] = arn.split(':');
  return {
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource: [`arn:${partition}:kms:${region}:${accountId}:key/*`],
    Condition: {
      StringEquals: { 'kms:ViaService': `${service}.${region}.${partitionOf(region).dnsSuffix}` },
      StringLike: { [context]: arn },
    },
  };
}

function allow(action: string, arns: readonly string[]): readonly Statement[] {
  return arns.length === 0 ? [] : [{ Effect: 'Allow', Action: action, Resource: arns }];
}

function unique(arns: readonly string[]): readonly string[] {
  return [...new Set(arns)];
}

/** Secrets Manager appends six random characters to a secret's name in its ARN; `??????` matches just them. */
function secretArn(reference: string, account: Account): string {
  refuseWildcards(reference);
  return reference.startsWith('arn:') ? reference : account.arn('secretsmanager', `secret:${reference}-??????`);
}

function parameterArn(reference: string, account: Account): string {
  refuseWildcards(reference);
  return reference.startsWith('arn:') ? reference : account.arn('ssm', `parameter/${reference.replace(/^\//, '')}`);
}

function refuseWildcards(reference: string): void {
  assertPolicy(!/[*?]/.test(reference), `the host reads named secrets only, not ${reference}`);
}
