import { spotTypeChanged } from '../../../../../scripts/plan-review/rules/spot-type-changed';
import { check, found, replace, update } from '../plan-builder';

const spot = { instance_type: 'c6in.large', instance_market_options: [{ market_type: 'spot' }] };

test('finds spot instances whose type is to change in place', () => {
  expect(check(spotTypeChanged, [update('aws_instance.i', spot, { instance_type: 'c6in.xlarge' })])).toMatchObject([
    { address: 'aws_instance.i', message: 'the instance goes from c6in.large to c6in.xlarge in place' },
  ]);
});

test('not those on demand, that keep their type, or are made anew', () => {
  const changes = [
    update('aws_instance.i', { instance_type: 'c6in.large' }, { instance_type: 'c6in.xlarge' }),
    update('aws_instance.j', spot, { tags: {} }),
    replace('aws_instance.k', spot, { changes: { instance_type: 'c6in.xlarge' } }),
  ];
  expect(found(spotTypeChanged, changes)).toEqual([]);
});
