import { instanceStopped } from '../../../../../scripts/plan-review/rules/instance-stopped';
import { check, found, keep, replace, update } from '../plan-builder';

const host = { instance_type: 'c6in.xlarge', user_data: null, ebs_optimized: true };

test('finds what is changed of a stopped instance only', () => {
  const larger = update('aws_instance.h', host, { instance_type: 'c6in.2xlarge' });
  expect(check(instanceStopped, [larger]).map(({ message }) => message)).toEqual([
    'the instance is stopped for its instance_type ("c6in.xlarge" -> "c6in.2xlarge")',
  ]);
  expect(found(instanceStopped, [update('aws_instance.h', host, { user_data: 'x' })])).toEqual(['aws_instance.h']);
});

test('is silent on other changes, on replacements, and on spot instances, which EC2 refuses to stop for it', () => {
  const spot = { ...host, instance_market_options: [{ market_type: 'spot' }] };
  const plan = [
    update('aws_instance.a', host, { tags: { a: 'b' } }),
    replace('aws_instance.b', host, { changes: { instance_type: 'c7gn.xlarge' } }),
    update('aws_instance.c', spot, { instance_type: 'c6in.2xlarge' }),
    keep('aws_instance.d', host),
  ];
  expect(found(instanceStopped, plan)).toEqual([]);
});
