import { defaultPrices, overridePrices } from '../../../../scripts/plan-review/prices';
import { type ReviewOptions, reviewPlan } from '../../../../scripts/plan-review/review';
import {
  type BuiltChange,
  type Configured,
  change,
  create,
  destroy,
  keep,
  lustre,
  planJson,
  update,
} from './plan-builder';

const costOf = (changes: readonly BuiltChange[], configured: Configured = {}, options: ReviewOptions = {}) =>
  reviewPlan(planJson(changes, configured), options).cost;

test('1200 GiB of PERSISTENT_2 at 125 MB/s/TiB, twice as much after', () => {
  const cost = costOf([update('aws_fsx_lustre_file_system.f', lustre, { storage_capacity: 2400 })]);
  expect(cost.before).toBeCloseTo(1200 * 0.145);
  expect(cost.after).toBeCloseTo(2400 * 0.145);
});

test('what is created costs nothing before, what is deleted nothing after', () => {
  const { before, after } = costOf([create('aws_eip.a', {}), destroy('aws_nat_gateway.n', {})]);
  expect(after).toBeCloseTo(0.005 * 730);
  expect(before).toBeCloseTo(0.045 * 730);
});

test('an instance with its disks, and its public address where the configuration asks for one', () => {
  const attributes = {
    instance_type: 'c5.large',
    root_block_device: [{ volume_type: 'gp3', volume_size: 20 }],
    associate_public_ip_address: true,
  };
  const references = { 'aws_instance.i': { associate_public_ip_address: [] } };
  expect(costOf([keep('aws_instance.i', attributes)]).after).toBeCloseTo(0.085 * 730 + 1.6);
  expect(costOf([keep('aws_instance.i', attributes)], { references }).after).toBeCloseTo(0.085 * 730 + 1.6 + 3.65);
});

test.each([
  [{ type: 'io1', iops: 5000 }, ['5000 IOPS of io1']],
  [{ type: 'gp3', iops: 6000, throughput: 500 }, ['6000 IOPS of gp3', '500 MiB/s of gp3']],
  [{ type: 'gp3', iops: 3000, throughput: 125 }, []],
  [{ type: 'gp2', iops: 300 }, []],
])('what is provisioned of a disk beside its size has a price that is not known: %j', (disk, items) => {
  const { type: volume_type, ...rest } = disk;
  const unknownOf = (...changes: readonly BuiltChange[]) =>
    costOf(changes)
      .lines.filter(({ item, after }) => after === undefined && / of (io|gp)/.test(item))
      .map(({ item }) => item);
  expect(unknownOf(create('aws_ebs_volume.v', { size: 100, ...disk }))).toEqual(items);
  const root_block_device = [{ volume_type, volume_size: 100, ...rest }];
  expect(unknownOf(create('aws_instance.i', { instance_type: 'c5.large', root_block_device }))).toEqual(items);
});

test('an unknown price is said, not guessed', () => {
  const { lines, unknown, notes, after } = costOf([create('aws_instance.i', { instance_type: 'x99.metal' })]);
  expect(lines[0]?.after).toBeUndefined();
  expect({ unknown, after }).toEqual({ unknown: 1, after: 0 });
  expect(notes).toContainEqual(expect.stringContaining('price is not known'));
});

test('a spot instance is not priced as one on demand', () => {
  const attributes = { instance_type: 'c5.large', instance_market_options: [{ market_type: 'spot' }] };
  const { lines, unknown } = costOf([create('aws_instance.i', attributes)]);
  expect({ lines, unknown }).toMatchObject({ lines: [{ item: 'c5.large spot', after: undefined }], unknown: 1 });
});

test('the read cache of HDD storage is on the bill', () => {
  const hdd = { ...lustre, deployment_type: 'PERSISTENT_1', storage_type: 'HDD', per_unit_storage_throughput: 12 };
  const items = (driveCache: string) =>
    costOf([create('aws_fsx_lustre_file_system.f', { ...hdd, drive_cache_type: driveCache })]).lines;
  expect(items('NONE')).toHaveLength(1);
  expect(items('READ')).toMatchObject([{}, { item: 'SSD read cache', after: undefined }]);
});

test('what leaves the state only is paid as before', () => {
  const { before, after } = costOf([change('aws_kms_key.k', ['forget'], { before: { id: 'key' } })]);
  expect({ before, after }).toEqual({ before: 1, after: 1 });
});

test('another region is priced as us-east-1, and says so', () => {
  expect(costOf([], { region: 'eu-west-1' }).notes).toContain('priced as us-east-1; eu-west-1 differs');
  expect(costOf([]).notes.join()).not.toContain('priced as');
});

test('a file of prices takes the place of single entries', () => {
  const prices = overridePrices(
    { date: '2027-01-01', source: 'contract', instancePerHour: { 'c5.large': 1 } },
    'p.json',
  );
  expect(prices.instancePerHour['c5.xlarge']).toBe(defaultPrices().instancePerHour['c5.xlarge']);
  const cost = costOf([keep('aws_instance.i', { instance_type: 'c5.large' })], {}, { prices });
  expect(cost).toMatchObject({ after: 730, date: '2027-01-01', source: 'contract' });
});

test.each([
  [{ date: 'x' }, /source/],
  [{ date: 'x', source: 'y', publicIpv4PerHour: -1 }, /publicIpv4PerHour/],
  [{ date: 'x', source: 'y', instancesPerHour: {} }, /instancesPerHour/],
])('refuses %o', (json, message) => {
  expect(() => overridePrices(json, 'p.json')).toThrow(message);
});

test('what is known after apply only has no price', () => {
  const itemsOf = (change: BuiltChange) => {
    const references = { [change.address]: { subnet_ids: ['aws_subnet.s'] } };
    return costOf([change], { references }).lines.map(({ item, after }) => ({ item, after }));
  };
  const endpoint = { vpc_endpoint_type: 'Interface' };
  expect(itemsOf(create('aws_vpc_endpoint.e', endpoint, ['subnet_ids']))).toEqual([
    { item: 'interface endpoint in ? zone(s)', after: undefined },
  ]);
  expect(
    itemsOf(create('aws_vpc_endpoint.e', { ...endpoint, subnet_ids: [null, null] }, ['subnet_ids'])),
  ).toMatchObject([{ item: 'interface endpoint in 2 zone(s)', after: expect.any(Number) }]);
  const { deployment_type: _, ...untyped } = lustre;
  expect(itemsOf(create('aws_fsx_lustre_file_system.f', untyped, ['deployment_type']))).toEqual([
    { item: '1200 GiB ? SSD 125', after: undefined },
  ]);
});

test('what is billed by time and not in the table is counted among the unknown', () => {
  const types = ['aws_db_instance', 'aws_fsx_ontap_file_system', 'aws_lb'];
  expect(costOf(types.map((type) => create(`${type}.a`, {})))).toMatchObject({ unknown: 3, after: 0 });
  expect(costOf([create('aws_vpc.v', {})]).lines).toEqual([]);
});
