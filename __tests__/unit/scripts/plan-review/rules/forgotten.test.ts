import { forgotten } from '../../../../../scripts/plan-review/rules/forgotten';
import { change, check, destroy, found, lustre } from '../plan-builder';

test('names what goes on existing', () => {
  expect(found(forgotten, [change('aws_s3_bucket.a', ['forget'], { before: {} }), destroy('aws_s3_bucket.b')])).toEqual(
    ['aws_s3_bucket.a'],
  );
});

test.each([
  ['Terraform', ['create', 'forget']],
  ['OpenTofu', ['forget', 'create']],
])('says where another takes its place, as %s writes it', (_, actions) => {
  const swapped = change('aws_fsx_lustre_file_system.f', actions, { before: lustre, after: lustre });
  expect(check(forgotten, [swapped]).map(({ message }) => message)).toEqual([
    'the file system aws_fsx_lustre_file_system.f stays in AWS, and Terraform no longer knows it; another is created in its place',
  ]);
});
