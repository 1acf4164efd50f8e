import { volumeShrinks } from '../../../../../scripts/plan-review/rules/volume-shrinks';
import { check, found, replace, update } from '../plan-builder';

const root = (size: number) => ({ root_block_device: [{ volume_size: size }] });

test('finds volumes that are to shrink in place', () => {
  expect(check(volumeShrinks, [update('aws_instance.i', root(40), root(20))])).toMatchObject([
    { address: 'aws_instance.i', message: 'the instance goes from 40 to 20 GiB' },
  ]);
  expect(found(volumeShrinks, [update('aws_ebs_volume.v', { size: 40 }, { size: 20 })])).toEqual(['aws_ebs_volume.v']);
});

test('not those that grow, stay or are made anew', () => {
  const changes = [
    update('aws_instance.i', root(20), root(40)),
    update('aws_instance.j', root(20), { instance_type: 'c5.large' }),
    replace('aws_instance.k', root(40), { changes: root(20) }),
    update('aws_ebs_volume.v', { size: 20 }, { size: 20, tags: {} }),
  ];
  expect(found(volumeShrinks, changes)).toEqual([]);
});
