import { reviewPlan } from '../../../../../scripts/plan-review/review';
import { dataStoreGone } from '../../../../../scripts/plan-review/rules/data-store-gone';
import { check, create, destroy, keep, lustre, planJson, update } from '../plan-builder';

const arn = 'arn:aws:fsx:us-east-1:111122223333:file-system/fs-1';
const gone = { document: { resource_drift: [destroy('aws_fsx_lustre_file_system.f', { ...lustre, arn })] } };

test('a file system that is in the state and was not found blocks, and its ARN says where it was', () => {
  const again = [create('aws_fsx_lustre_file_system.f', lustre)];
  const elsewhere = { ...gone, region: 'eu-west-1' };
  expect(check(dataStoreGone, again, elsewhere)).toMatchObject([
    {
      address: 'aws_fsx_lustre_file_system.f',
      message: `the file system ${arn} was not found; the plan looked in eu-west-1`,
      fix: expect.stringContaining('AWS_ENDPOINT_URL'),
    },
  ]);
  expect(reviewPlan(planJson(again, elsewhere)).summary.verdict).toBe('blocked');
});

test('so does a plan that makes nothing of it, and a bucket that was not found', () => {
  expect(reviewPlan(planJson([], gone)).summary.verdict).toBe('blocked');
  const others = ['aws_s3_directory_bucket.d', 'aws_fsx_backup.b'];
  const document = { resource_drift: others.map((address) => destroy(address, { id: 'x' })) };
  expect(check(dataStoreGone, [], { document }).map(({ address }) => address)).toEqual(others);
  const bucket = { document: { resource_drift: [destroy('aws_s3_bucket.b', { id: 'example' })] } };
  expect(check(dataStoreGone, [], bucket)).toMatchObject([{ message: expect.stringContaining('the bucket example') }]);
});

test('what was found changed does not block, nor does what holds no data', () => {
  const resource_drift = [
    update('aws_fsx_lustre_file_system.f', lustre, { storage_capacity: 2400 }),
    destroy('aws_security_group.g', { id: 'sg-1' }),
  ];
  const kept = [keep('aws_fsx_lustre_file_system.f', lustre)];
  expect(check(dataStoreGone, kept, { document: { resource_drift } })).toEqual([]);
});
