/** What the checks name of AWS is of the partition that the region is in. */
import { bucketChecks } from '../../../../scripts/aws-doctor/bucket-checks';
import type { Account } from '../../../../scripts/aws-doctor/check';
import { keyOutcome } from '../../../../scripts/aws-doctor/key-check';
import { vpcChecks } from '../../../../scripts/aws-doctor/network-checks';
import { configText } from '../../../helpers/config-text';
import { migrationOf } from '../../../helpers/host-plays';

const vpcOnly = JSON.stringify({
  Statement: [
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } },
    },
  ],
});

function accountIn(region: string): Account {
  return {
    region,
    ec2: { vpc: async () => ({ DhcpOptionsId: 'dopt-1' }), nameServers: async () => ['10.0.0.2'] },
    s3: { bucket: async () => ({ state: 'readable', region }), bucketPolicy: async () => vpcOnly },
    kms: { keyPolicy: async () => '{"Statement":[]}' },
  } as unknown as Account;
}

test.each([
  ['us-east-1', 'aws', 'amazonaws.com'],
  ['us-gov-west-1', 'aws-us-gov', 'amazonaws.com'],
  ['cn-north-1', 'aws-cn', 'amazonaws.com.cn'],
])('in %s roles are of %s and names end in %s', async (region, partition, suffix) => {
  const account = accountIn(region);
  const policy = bucketChecks(migrationOf(configText())).find(({ name }) => name.endsWith(' policy'));
  expect(await policy?.look(account)).toMatchObject({
    cure: expect.stringContaining(`"arn:${partition}:iam::*:role/`),
  });
  expect(await keyOutcome(account, { key: 'k', role: { fileSystemId: undefined } })).toMatchObject({
    cure: expect.stringContaining(`arn:${partition}:iam::ACCOUNT:role/`),
  });
  const servers = vpcChecks({ vpcId: 'vpc-1', subnetId: 'subnet-1' }).find(({ name }) => name === 'DNS servers');
  expect(await servers?.look(account)).toMatchObject({
    detail: expect.stringContaining(`fsx.${region}.${suffix}?`),
    cure: expect.stringContaining(`forward ${suffix} there`),
  });
});
