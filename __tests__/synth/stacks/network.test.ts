import { host, network } from '../../helpers/config-text';
import { migrationOf, synthesize } from '../../helpers/synth';

const existing = { network: 'network: { mode: existing, vpcId: vpc-0a1b2c3d, subnetId: subnet-0a1b2c3d }' };

describe('a created network', () => {
  const stack = synthesize();

  test('resolves the DNS name of the file system', () => {
    expect(stack.only('aws_vpc')).toMatchObject({ enable_dns_support: true, enable_dns_hostnames: true });
  });

  test('has a route to the internet from its subnet', () => {
    expect(stack.only('aws_route')).toMatchObject({
      destination_cidr_block: '0.0.0.0/0',
      gateway_id: '${aws_internet_gateway.network_internet_gateway.id}',
      route_table_id: '${aws_route_table.network_route_table.id}',
    });
    expect(stack.only('aws_route_table_association')).toMatchObject({
      subnet_id: '${aws_subnet.network_subnet.id}',
      route_table_id: '${aws_route_table.network_route_table.id}',
    });
  });

  test('reaches S3 through a gateway endpoint', () => {
    expect(stack.only('aws_vpc_endpoint')).toMatchObject({
      service_name: 'com.amazonaws.us-east-1.s3',
      vpc_endpoint_type: 'Gateway',
      route_table_ids: ['${aws_route_table.network_route_table.id}'],
    });
  });

  test('gives no public address to what is not asked to have one', () => {
    expect(stack.only('aws_subnet').map_public_ip_on_launch).toBe(false);
  });

  test('leaves the default security group without a rule', () => {
    const group = stack.only('aws_default_security_group');
    expect(group).not.toHaveProperty('ingress');
    expect(group).not.toHaveProperty('egress');
  });

  test.each([
    ['10.20.0.0/16', '10.20.0.0/24'],
    ['10.20.30.0/24', '10.20.30.0/24'],
    ['10.20.30.64/26', '10.20.30.64/26'],
  ])('of %s has the subnet %s', (cidr, subnet) => {
    const sized = synthesize(migrationOf(network(`cidr: ${cidr}`)));
    expect(sized.only('aws_vpc').cidr_block).toBe(cidr);
    expect(sized.only('aws_subnet').cidr_block).toBe(subnet);
  });

  test('lies in the zone that was asked for, or where AWS puts it', () => {
    expect(stack.only('aws_subnet')).not.toHaveProperty('availability_zone');
    const zoned = synthesize(migrationOf(network('availabilityZone: us-east-1b')));
    expect(zoned.only('aws_subnet').availability_zone).toBe('us-east-1b');
  });
});

describe('an existing network', () => {
  const stack = synthesize(migrationOf(existing));

  test('is read, not created', () => {
    for (const type of ['aws_vpc', 'aws_subnet', 'aws_internet_gateway', 'aws_route_table', 'aws_vpc_endpoint'])
      expect(stack.resources(type)).toEqual({});
    expect(stack.data('aws_vpc').network_vpc?.id).toBe('vpc-0a1b2c3d');
    expect(stack.data('aws_subnet').network_subnet?.id).toBe('subnet-0a1b2c3d');
  });

  test('holds file system and host', () => {
    expect(stack.only('aws_fsx_lustre_file_system').subnet_ids).toEqual(['${data.aws_subnet.network_subnet.id}']);
    expect(stack.only('aws_instance').subnet_id).toBe('${data.aws_subnet.network_subnet.id}');
  });

  test('fails the plan where it could not work', () => {
    expect(stack.data('aws_vpc').network_vpc?.lifecycle.postcondition[0].condition).toBe(
      '${self.enable_dns_support && self.enable_dns_hostnames}',
    );
    expect(stack.data('aws_subnet').network_subnet?.lifecycle.postcondition[0].condition).toBe(
      '${self.vpc_id == "vpc-0a1b2c3d"}',
    );
  });
});

describe('a private network', () => {
  const stack = synthesize(migrationOf({ network: 'network: { mode: create, access: private }' }));

  test('leads out through a NAT gateway, whose address is fixed', () => {
    const routes = stack.resources('aws_route');
    expect(routes.network_default_route).toMatchObject({ nat_gateway_id: '${aws_nat_gateway.network_nat_gateway.id}' });
    expect(routes.network_default_route).not.toHaveProperty('gateway_id');
    expect(stack.only('aws_nat_gateway')).toMatchObject({
      allocation_id: '${aws_eip.network_nat_address.id}',
      subnet_id: '${aws_subnet.network_nat_subnet.id}',
      depends_on: ['aws_route.network_nat_default_route'],
    });
    expect(stack.output('egress_addresses')).toEqual(['${aws_nat_gateway.network_nat_gateway.public_ip}']);
  });

  test('has the gateway in the zone of its hosts', () => {
    expect(stack.resources('aws_subnet').network_nat_subnet?.availability_zone).toBe(
      '${aws_subnet.network_subnet.availability_zone}',
    );
  });

  test('gives no host a public address', () => {
    expect(Object.keys(stack.resources('aws_eip'))).toEqual(['network_nat_address']);
    expect(stack.only('aws_instance')).not.toHaveProperty('associate_public_ip_address');
    expect(stack.output('hosts')[0].address).toBe('${aws_instance.host_1.private_ip}');
  });

  test('is reached by Session Manager, without any inbound port from outside', () => {
    const ingress = Object.values(stack.resources('aws_vpc_security_group_ingress_rule'));
    expect(ingress.filter(({ referenced_security_group_id: group }) => group === undefined)).toEqual([]);
    const policies = Object.values(stack.resources('aws_iam_role_policy')).map(({ name }) => name);
    expect(policies).toContain('session-manager');
  });

  test('leaves the subnet of the file system where a public one has it', () => {
    const [own, open] = [stack, synthesize()].map((each) => each.resources('aws_subnet').network_subnet?.cidr_block);
    expect(own).toBe(open);
  });

  test('keeps its S3 endpoint', () => {
    expect(stack.only('aws_vpc_endpoint').route_table_ids).toEqual(['${aws_route_table.network_route_table.id}']);
  });
});

test('what the source sees are the Elastic IPs, or nothing fixed', () => {
  expect(synthesize().output('egress_addresses')).toEqual(['${aws_eip.host_1_address.public_ip}']);
  expect(synthesize(migrationOf(host('elasticIp: false'))).output('egress_addresses')).toEqual([]);
});
