import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuiltResource, builtOf } from '../../../../scripts/state/built';
import { addLeftOver, digestWithLeftOver, withLeftOver } from '../../../../scripts/state/left-over';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const folder = useTemporaryFolder();

const resource = (type: string, name: string, alias?: string) => ({
  mode: 'managed',
  type,
  name,
  provider: `provider["registry.terraform.io/hashicorp/aws"]${alias === undefined ? '' : `.${alias}`}`,
  instances: [{ attributes: { id: name } }],
});

function built(...resources: readonly object[]): readonly BuiltResource[] {
  return builtOf(JSON.stringify({ version: 4, serial: 3, lineage: 'l', resources }));
}

const namesOf = (resources: readonly BuiltResource[]) => resources.map(({ type, name }) => `${type}.${name}`);

const main = { region: 'us-east-1', default_tags: [{ tags: { project: 'sluice' } }] };
const stack = {
  provider: { aws: [main] },
  resource: { aws_fsx_lustre_file_system: { file_system: {} }, aws_s3_bucket: { bucket_kept: {} } },
};
const bucket = [resource('aws_s3_bucket', 'bucket_gone'), resource('aws_kms_key', 'bucket_gone_key')];

test('what is built is what the state manages, with the region that its provider is of', () => {
  const data = { ...resource('aws_vpc', 'v'), mode: 'data' };
  const found = built(data, resource('aws_kms_key', 'k'), resource('aws_s3_bucket', 'bucket_b', 'eu-west-1'));
  expect(namesOf(found)).toEqual(['aws_kms_key.k', 'aws_s3_bucket.bucket_b']);
  expect(found.map(({ alias }) => alias)).toEqual([undefined, 'eu-west-1']);
  expect(builtOf('')).toEqual([]);
  expect(() => builtOf('{"resources": 1}')).toThrow('not a state');
});

test('a stack that has everything stays as it is', () => {
  expect(withLeftOver(stack, built(resource('aws_s3_bucket', 'bucket_kept')))).toEqual(stack);
  expect(withLeftOver(stack, [])).toEqual(stack);
});

test('on disk, it is written anew only where something is left over', async () => {
  const file = join(folder(), 'cdk.tf.json');
  const asSynthesized = JSON.stringify(stack, null, 4);
  writeFileSync(file, asSynthesized);
  await addLeftOver(file, []);
  expect(readFileSync(file, 'utf8')).toBe(asSynthesized);
  await addLeftOver(file, built(...bucket));
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(withLeftOver(stack, built(...bucket)));
});

test('a bucket that the stack has no more is forgotten with what belongs to it; anything else ends as Terraform has it', () => {
  const others = [resource('aws_instance', 'host_2'), resource('aws_s3_bucket_versioning', 'bucket_kept_versioning')];
  expect(withLeftOver(stack, built(...bucket, ...others))).toEqual({
    ...stack,
    removed: ['aws_s3_bucket.bucket_gone', 'aws_kms_key.bucket_gone_key'].map((from) => ({
      from,
      lifecycle: { destroy: false },
    })),
  });
});

test('a bucket whose name another one begins with goes without it', () => {
  const longer = ['aws_s3_bucket', 'aws_s3_bucket_policy'] as const;
  const both = { ...stack, resource: Object.fromEntries(longer.map((type) => [type, { 'bucket_gone-too': {} }])) };
  const { removed } = withLeftOver(both, built(...bucket, ...longer.map((type) => resource(type, 'bucket_gone-too'))));
  expect(removed).toHaveLength(2);
});

test('what belongs to a bucket of a longer name is not forgotten with the shorter one', () => {
  const stays = { ...stack, resource: { aws_s3_bucket: { bucket_gone_archive: {} } } };
  const archive = [
    resource('aws_s3_bucket', 'bucket_gone_archive'),
    resource('aws_s3_bucket_versioning', 'bucket_gone_archive_versioning'),
  ];
  const { removed } = withLeftOver(stays, built(...bucket, ...archive));
  expect(removed).toEqual(withLeftOver(stays, built(...bucket)).removed);
});

test('the digest is the same before and after what is left over was written into the stack, and another one of another stack', () => {
  const attributes = { arn: 'arn:aws:fsx:us-east-1:111122223333:file-system/fs-1' };
  const fileSystem = { ...resource('aws_fsx_lustre_file_system', 'file_system'), instances: [{ attributes }] };
  const left = built(fileSystem, ...bucket.map(({ type, name }) => resource(type, name, 'eu-west-1')));
  const whole = withLeftOver(stack, left);
  expect(whole).not.toEqual(stack);
  const digests = [stack, whole, { ...stack, resource: {} }].map((one) =>
    digestWithLeftOver(JSON.stringify(one, null, 2), left),
  );
  expect(digests[1]).toBe(digests[0]);
  expect(digests[2]).not.toBe(digests[0]);
});

test('what is left in another region has its provider still, once, with the tags of all', () => {
  const left = built(...bucket.map(({ type, name }) => resource(type, name, 'eu-west-1')));
  expect(withLeftOver(stack, left).provider).toEqual({
    aws: [main, { ...main, region: 'eu-west-1', alias: 'eu-west-1' }],
  });
  const own = { ...stack, provider: { aws: [main, { region: 'eu-west-1', alias: 'eu-west-1' }] } };
  expect(withLeftOver(own, left).provider).toBe(own.provider);
});

test('what is built keeps its account: with the credentials of another one neither a plan nor its apply goes on', () => {
  const attributes = { arn: 'arn:aws:fsx:us-east-1:111122223333:file-system/fs-1' };
  const fileSystem = { ...resource('aws_fsx_lustre_file_system', 'file_system'), instances: [{ attributes }] };
  expect(withLeftOver(stack, built(fileSystem)).provider).toEqual({
    aws: [{ ...main, allowed_account_ids: ['111122223333'] }],
  });
});
