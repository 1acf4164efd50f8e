import { network } from '../../helpers/config-text';
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
