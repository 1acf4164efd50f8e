import { forgotten } from '../../../../../scripts/plan-review/rules/forgotten';
import { change, destroy, found } from '../plan-builder';

test('names what goes on existing', () => {
  expect(found(forgotten, [change('aws_s3_bucket.a', ['forget'], { before: {} }), destroy('aws_s3_bucket.b')])).toEqual(
    ['aws_s3_bucket.a'],
  );
});
