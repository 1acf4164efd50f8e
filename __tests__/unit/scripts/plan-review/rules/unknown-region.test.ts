import { unknownRegion } from '../../../../../scripts/plan-review/rules/unknown-region';
import { check, create, keep, lustre } from '../plan-builder';

const fast = create('aws_fsx_lustre_file_system.a', { ...lustre, per_unit_storage_throughput: 1000 });

test('finds a slip, and a region without the tier', () => {
  expect(check(unknownRegion, [fast], { region: 'us-esat-1' })[0]?.fix).toContain('us-east-1');
  expect(check(unknownRegion, [fast], { region: 'eu-west-3' })[0]?.message).toContain('not 1000');
});

test('is silent on a region with every tier, and where nothing changes', () => {
  expect(check(unknownRegion, [fast], { region: 'eu-west-1' })).toEqual([]);
  expect(check(unknownRegion, [keep('aws_fsx_lustre_file_system.a', lustre)], { region: 'moon-1' })).toEqual([]);
});
