import { defaultRouteRemoved } from '../../../../../scripts/plan-review/rules/default-route-removed';
import { type BuiltChange, check, create, destroy, keep, replace, update } from '../plan-builder';

const table = keep('aws_route_table.t', { id: 'rtb-1' });
const route = (rest: object = {}) => ({
  route_table_id: 'rtb-1',
  destination_cidr_block: '0.0.0.0/0',
  destination_ipv6_cidr_block: '',
  gateway_id: 'igw-1',
  ...rest,
});
const gone = destroy('aws_route.r', route());
const messages = (...changes: readonly BuiltChange[]) =>
  check(defaultRouteRemoved, changes).map(({ address, message }) => `${address}: ${message}`);

test('finds a default route that is gone, of a table of the plan and of another one', () => {
  expect(messages(table, gone)).toEqual(['aws_route.r: aws_route_table.t leads nowhere for 0.0.0.0/0 any more']);
  expect(messages(gone)).toEqual(['aws_route.r: rtb-1 leads nowhere for 0.0.0.0/0 any more']);
  const ipv6 = route({ destination_cidr_block: '', destination_ipv6_cidr_block: '::/0' });
  expect(messages(table, keep('aws_route.r4', route()), destroy('aws_route.r6', ipv6))).toEqual([
    'aws_route.r6: aws_route_table.t leads nowhere for ::/0 any more',
  ]);
});

test("finds one that stood in the table's own list, and takes no list of AWS's for the table's own", () => {
  const listed = { id: 'rtb-1', route: [{ cidr_block: '0.0.0.0/0', gateway_id: 'igw-1' }] };
  expect(messages(update(table.address, listed, { route: [] }))).toEqual([
    'aws_route_table.t: aws_route_table.t leads nowhere for 0.0.0.0/0 any more',
  ]);
  expect(messages(keep(table.address, listed), gone)).toHaveLength(1);
});

test('is silent where another gateway takes over, on other routes, and where the table goes as well', () => {
  expect(messages(table, gone, create('aws_route.nat', route({ gateway_id: '', nat_gateway_id: 'nat-1' })))).toEqual(
    [],
  );
  expect(messages(table, update('aws_route.r', route(), { gateway_id: 'igw-2' }))).toEqual([]);
  expect(messages(table, replace('aws_route.r', route(), { changes: { gateway_id: 'igw-2' } }))).toEqual([]);
  expect(messages(table, destroy('aws_route.r', route({ destination_cidr_block: '10.1.0.0/16' })))).toEqual([]);
  expect(messages(destroy(table.address, { id: 'rtb-1' }), gone)).toEqual([]);
});
