import { imdsv2Weakened } from '../../../../../scripts/plan-review/rules/imdsv2-weakened';
import { found, update } from '../plan-builder';

const tokens = (value: string) => ({ metadata_options: [{ http_tokens: value }] });

test('finds tokens that are no longer required', () => {
  expect(
    found(imdsv2Weakened, [
      update('aws_instance.a', tokens('required'), tokens('optional')),
      update('aws_instance.b', tokens('optional'), tokens('required')),
    ]),
  ).toEqual(['aws_instance.a']);
});
