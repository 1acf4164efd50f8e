import { accountsOf, assertRegion } from '../../../../scripts/state/place';

const withArn = (arn?: string) => ({ type: 'aws_x', name: 'x', attributes: arn === undefined ? {} : { arn } });
const fileSystem = withArn('arn:aws:fsx:us-east-1:111122223333:file-system/fs-1');
const role = withArn('arn:aws:iam::111122223333:role/host');
const bucket = withArn('arn:aws:s3:::example');

test('the accounts are those of the ARNs that have one, once each', () => {
  expect(accountsOf([fileSystem, role, bucket, withArn()])).toEqual(['111122223333']);
  expect(accountsOf([bucket])).toEqual([]);
});

test('a region other than that of what is built is refused, with both and the fix', () => {
  expect(() => assertRegion([role, bucket, fileSystem], 'eu-west-1')).toThrow(
    expect.objectContaining({
      exitCode: 3,
      message:
        'region is eu-west-1 in the configuration, and arn:aws:fsx:us-east-1:111122223333:file-system/fs-1 is in us-east-1',
      hint: expect.stringContaining('write region: us-east-1'),
    }),
  );
  expect(() => assertRegion([role, bucket, fileSystem], 'us-east-1')).not.toThrow();
});
