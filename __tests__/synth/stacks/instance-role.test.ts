import { host, validSections } from '../../helpers/config-text';
import { migrationOf, synthesize } from '../../helpers/synth';

const arnPrefix = (service: string) =>
  `arn:\${data.aws_partition.account_partition.partition}:${service}:us-east-1:\${data.aws_caller_identity.account_identity.account_id}`;

/** The valid source with these credentials. */
const withCredentials = (credentials: string) => ({
  source: validSections.source.replace(/credentials:\n.*/, `credentials: ${credentials}`),
});

function statementsFor(credentials: string) {
  const stack = synthesize(migrationOf(withCredentials(credentials)));
  const policies = Object.values(stack.resources('aws_iam_role_policy'));
  return policies.flatMap(({ policy }) => JSON.parse(policy).Statement);
}

test.each([
  ['us-east-1', 'ec2.amazonaws.com'],
  ['us-gov-west-1', 'ec2.amazonaws.com'],
  ['cn-north-1', 'ec2.amazonaws.com.cn'],
])('in %s only EC2 may take the role', (region, service) => {
  const { assume_role_policy: policy } = synthesize({ ...migrationOf(), region }).only('aws_iam_role');
  expect(JSON.parse(policy).Statement).toEqual([
    { Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' },
  ]);
});

test('the role may do nothing where no credential lies in AWS', () => {
  const stack = synthesize(migrationOf(withCredentials('{ privateKey: { file: /etc/sluice/key } }')));
  expect(stack.resources('aws_iam_role_policy')).toEqual({});
  expect(stack.resources('aws_iam_role_policy_attachment')).toEqual({});
  expect(stack.data('aws_caller_identity')).toEqual({});
});

/** Any key of the account, for that secret alone. */
const decryptOf = (service: string, context: string, arn: string) => {
  const [, partition, , region, account] = arn.split(':');
  return {
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource: [`arn:${partition}:kms:${region}:${account}:key/*`],
    Condition: {
      StringEquals: { 'kms:ViaService': `${service}.${region}.amazonaws.com` },
      StringLike: { [`kms:EncryptionContext:${context}`]: arn },
    },
  };
};

test('it may read just the secrets and parameters that are named, action by action', () => {
  expect(
    statementsFor('{ privateKey: { secretsManager: vendor/key }, passphrase: { ssmParameter: /vendor/passphrase } }'),
  ).toEqual([
    {
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: [`${arnPrefix('secretsmanager')}:secret:vendor/key-??????`],
    },
    {
      Effect: 'Allow',
      Action: 'ssm:GetParameter',
      Resource: [`${arnPrefix('ssm')}:parameter/vendor/passphrase`],
    },
    decryptOf('secretsmanager', 'SecretARN', `${arnPrefix('secretsmanager')}:secret:vendor/key-??????`),
    decryptOf('ssm', 'PARAMETER_ARN', `${arnPrefix('ssm')}:parameter/vendor/passphrase`),
  ]);
});

test('an ARN is taken as it is', () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:vendor/key-AbCdEf';
  expect(statementsFor(`{ privateKey: { secretsManager: "${arn}" } }`)).toEqual([
    { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: [arn] },
    decryptOf('secretsmanager', 'SecretARN', arn),
  ]);
});

test('a wildcard is refused, whoever lets it through', () => {
  const migration = migrationOf();
  const credentials = { password: { ssmParameter: '/vendor/*' } };
  expect(() => synthesize({ ...migration, source: { ...migration.source, credentials } })).toThrow(
    'the host reads named secrets only, not /vendor/*',
  );
});

test('Session Manager needs five actions, and the host gets no more', () => {
  const stack = synthesize(
    migrationOf({ ...withCredentials('{ privateKey: { file: /etc/sluice/key } }'), ...host('sessionManager: true') }),
  );
  expect(JSON.parse(stack.only('aws_iam_role_policy').policy).Statement).toEqual([
    {
      Effect: 'Allow',
      Action: [
        'ssm:UpdateInstanceInformation',
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
        'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
      ],
      Resource: '*',
    },
  ]);
});

test('where an alarm waits for failed pulls the host may put metrics, into one namespace', () => {
  const stack = synthesize(
    migrationOf({
      ...withCredentials('{ privateKey: { file: /etc/sluice/key } }'),
      alarms: 'alarms: { emails: [op@example.com] }',
    }),
  );
  expect(JSON.parse(stack.only('aws_iam_role_policy').policy).Statement).toEqual([
    {
      Effect: 'Allow',
      Action: 'cloudwatch:PutMetricData',
      Resource: '*',
      Condition: { StringEquals: { 'cloudwatch:namespace': 'sluice' } },
    },
  ]);
});
