import { volumeDestroyed } from '../../../../../scripts/plan-review/rules/volume-destroyed';
import { destroy, found, keep, replace } from '../plan-builder';

test('finds volumes, and instances that go for good', () => {
  expect(
    found(volumeDestroyed, [
      replace('aws_ebs_volume.a', { availability_zone: 'a' }, { changes: { availability_zone: 'b' } }),
      destroy('aws_instance.b'),
      replace('aws_instance.c', { ami: 'a' }, { changes: { ami: 'b' } }),
      keep('aws_ebs_volume.d', {}),
    ]),
  ).toEqual(['aws_ebs_volume.a', 'aws_instance.b']);
});
