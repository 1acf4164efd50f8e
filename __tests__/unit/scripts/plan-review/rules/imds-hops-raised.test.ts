import { imdsHopsRaised } from '../../../../../scripts/plan-review/rules/imds-hops-raised';
import { check, create, found, update } from '../plan-builder';

const hops = (limit?: number | null) => ({ metadata_options: [{ http_put_response_hop_limit: limit }] });

test.each([
  ['aws_instance.a', 1],
  // A launch template that says nothing leaves it to EC2.
  ['aws_launch_template.a', null],
  ['aws_launch_template.a', 0],
])('finds hops that are added to %s, which had %j', (address, before) => {
  expect(check(imdsHopsRaised, [update(address, hops(before), hops(3))])).toMatchObject([
    { address, message: 'a token of instance metadata goes over more hops (1 -> 3)' },
  ]);
});

test('is silent where they are fewer, the same, or left to EC2, and on an instance that is new', () => {
  for (const change of [
    update('aws_instance.a', hops(3), hops(2)),
    update('aws_instance.a', hops(2), hops(2)),
    update('aws_instance.a', hops(2), hops()),
    update('aws_launch_template.a', hops(null), hops(1)),
    create('aws_instance.a', hops(2)),
  ])
    expect(found(imdsHopsRaised, [change])).toEqual([]);
});
