import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { teardownOf, writeTeardown } from '../../../../scripts/destroy/teardown';
import { builtOf } from '../../../../scripts/state/built';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const managed = (type: string, name: string) => ({
  mode: 'managed',
  type,
  name,
  instances: [{ attributes: { id: name } }],
});
const state = JSON.stringify({
  version: 4,
  serial: 3,
  lineage: 'l',
  resources: [
    { mode: 'data', type: 'aws_vpc', name: 'v', instances: [{ attributes: {} }] },
    managed('aws_fsx_lustre_file_system', 'file_system'),
    managed('aws_kms_key', 'file_system_key'),
    managed('aws_s3_bucket', 'bucket_example-market-data'),
    managed('aws_kms_key', 'bucket_example-market-data_key'),
  ],
});
const stack = {
  provider: { aws: [{ region: 'us-east-1' }] },
  terraform: { backend: { local: { path: 'x' } } },
  resource: { aws_vpc: {} },
  data: { aws_ami: {} },
  output: { name: {} },
};

test('keeps buckets and their keys, and nothing else; backend and providers stay', () => {
  const { provider, terraform } = stack;
  const removed = ['aws_s3_bucket.bucket_example-market-data', 'aws_kms_key.bucket_example-market-data_key'];
  expect(teardownOf(stack, builtOf(state))).toEqual({
    '//': expect.anything(),
    provider,
    terraform,
    removed: removed.map((from) => ({ from, lifecycle: { destroy: false } })),
  });
});

test('providers work in the account of what is built only, whichever credentials are at hand', () => {
  const attributes = { arn: 'arn:aws:fsx:us-east-1:111122223333:file-system/fs-1' };
  const built = [{ type: 'aws_fsx_lustre_file_system', name: 'file_system', attributes }];
  expect(teardownOf(stack, built)).toMatchObject({
    provider: { aws: [{ region: 'us-east-1', allowed_account_ids: ['111122223333'] }] },
  });
});

test('without a bucket there is nothing to keep', () => {
  expect(teardownOf(stack, [])).not.toHaveProperty('removed');
});

test('a bucket in a region that the configuration has left has a provider still', () => {
  const bucket = { ...managed('aws_s3_bucket', 'bucket_b'), provider: 'provider["x/hashicorp/aws"].eu-west-1' };
  expect(teardownOf(stack, builtOf(JSON.stringify({ resources: [bucket] })))).toMatchObject({
    provider: { aws: [{ region: 'us-east-1' }, { region: 'eu-west-1', alias: 'eu-west-1' }] },
    removed: [{ from: 'aws_s3_bucket.bucket_b' }],
  });
});

describe('written beside the stack', () => {
  const folder = useTemporaryFolder();

  const written = async () => {
    const teardown = await writeTeardown({ cwd: folder(), stackFolder: 'cdktf.out/stacks/market', built: [] });
    expect(teardown).toBe('cdktf.out/teardown/market');
    return join(folder(), teardown);
  };

  test('in a folder of its own; the providers that Terraform has chosen go with it, where it has', async () => {
    const from = join(folder(), 'cdktf.out/stacks/market');
    mkdirSync(from, { recursive: true });
    writeFileSync(join(from, 'cdk.tf.json'), JSON.stringify(stack));
    expect(readdirSync(await written())).toEqual(['cdk.tf.json']);
    writeFileSync(join(from, '.terraform.lock.hcl'), 'the lock');
    const to = await written();
    expect(readFileSync(join(to, '.terraform.lock.hcl'), 'utf8')).toBe('the lock');
    expect(JSON.parse(readFileSync(join(to, 'cdk.tf.json'), 'utf8'))).toEqual(teardownOf(stack, []));
  });
});
