import { fileSystem, network, source } from '../../helpers/config-text';
import { migrationOf, synthesize } from '../../helpers/synth';

const lustre = '${aws_security_group.security_groups_lustre.id}';
const host = '${aws_security_group.security_groups_host.id}';

type Stack = ReturnType<typeof synthesize>;

function rules(stack: Stack, direction: 'ingress' | 'egress', group: string) {
  return Object.values(stack.resources(`aws_vpc_security_group_${direction}_rule`))
    .filter((rule) => rule.security_group_id === group)
    .map((rule) => ({
      ports: `${rule.ip_protocol} ${rule.from_port}-${rule.to_port}`,
      peer: rule.referenced_security_group_id ?? rule.cidr_ipv4 ?? rule.cidr_ipv6,
    }));
}

describe('the Lustre group', () => {
  const stack = synthesize();
  const lustreRules = [
    { ports: 'tcp 988-988', peer: lustre },
    { ports: 'tcp 1018-1023', peer: lustre },
  ];

  test('opens the Lustre ports within itself, both ways, and nothing else', () => {
    expect(rules(stack, 'ingress', lustre)).toEqual(lustreRules);
    expect(rules(stack, 'egress', lustre)).toEqual(lustreRules);
  });

  test('is open before FSx looks at it', () => {
    const address = (direction: string, name: string) =>
      `aws_vpc_security_group_${direction}_rule.security_groups_${name}`;
    expect(stack.only('aws_fsx_lustre_file_system').depends_on.sort()).toEqual([
      address('egress', 'lnet_out'),
      address('egress', 'lnet_peers_out'),
      address('ingress', 'lnet_in'),
      address('ingress', 'lnet_peers_in'),
    ]);
  });

  test('is open to everything within itself for EFA, which has no ports', () => {
    const lines = ['efa: true', 'lustreVersion: "2.15"', 'metadataIops: AUTOMATIC', 'storageCapacityGiB: 38400'];
    const efa = synthesize(migrationOf(fileSystem(...lines)));
    const all = { ports: '-1 undefined-undefined', peer: lustre };
    for (const direction of ['ingress', 'egress'] as const)
      expect(rules(efa, direction, lustre)).toEqual([all, ...lustreRules]);
  });

  test('holds the file system and the host', () => {
    expect(stack.only('aws_fsx_lustre_file_system').security_group_ids).toEqual([lustre]);
    expect(stack.only('aws_instance').vpc_security_group_ids).toEqual([host, lustre]);
  });
});

describe('the host group', () => {
  test('lets operators in over SSH, and nobody else', () => {
    const stack = synthesize(migrationOf(network('operatorCidrs: [203.0.113.7/32, 198.51.100.0/24]')));
    expect(rules(stack, 'ingress', host)).toEqual([
      { ports: 'tcp 22-22', peer: '198.51.100.0/24' },
      { ports: 'tcp 22-22', peer: '203.0.113.7/32' },
    ]);
  });

  test('lets nobody in where no operator is named', () => {
    expect(rules(synthesize(migrationOf(network('operatorCidrs: []'))), 'ingress', host)).toEqual([]);
  });

  test('is open to the world only where the configuration says so twice', () => {
    const open = migrationOf(network('operatorCidrs: [0.0.0.0/0]', 'allowSshFromAnywhere: true'));
    expect(rules(synthesize(open), 'ingress', host)).toEqual([{ ports: 'tcp 22-22', peer: '0.0.0.0/0' }]);
    // What config/ refuses, the construct refuses too.
    const unsaid = { ...open, network: { ...open.network, allowSshFromAnywhere: false } };
    expect(() => synthesize(unsaid)).toThrow('SSH from 0.0.0.0/0 needs network.allowSshFromAnywhere: true');
    const ipv6 = { ...unsaid, network: { ...unsaid.network, operatorCidrs: ['::/0'] } };
    expect(() => synthesize(ipv6)).toThrow('SSH from ::/0 needs network.allowSshFromAnywhere: true');
  });

  const packages = [
    { ports: 'tcp 80-80', peer: '0.0.0.0/0' },
    { ports: 'tcp 443-443', peer: '0.0.0.0/0' },
  ];

  test.each([
    [
      'a name, at a port of its own',
      ['host: sftp.vendor.example', 'port: 2222'],
      { ports: 'tcp 2222-2222', peer: '0.0.0.0/0' },
    ],
    ['an address', ['host: 192.0.2.10', 'port: 22'], { ports: 'tcp 22-22', peer: '192.0.2.10/32' }],
  ])('reaches a source with %s', (_, lines, rule) => {
    const stack = synthesize(migrationOf(source(...lines)));
    expect(rules(stack, 'egress', host)).toEqual(expect.arrayContaining([...packages, rule]));
    expect(rules(stack, 'egress', host)).toHaveLength(3);
  });

  test('reaches a source with an IPv6 address, which only an existing network may have', () => {
    const existing = { network: 'network: { mode: existing, vpcId: vpc-0a1b2c3d, subnetId: subnet-0a1b2c3d }' };
    const stack = synthesize(migrationOf({ ...existing, ...source('host: "2001:DB8:0::5"') }));
    expect(rules(stack, 'egress', host)).toEqual(
      expect.arrayContaining([...packages, { ports: 'tcp 22-22', peer: '2001:db8::5/128' }]),
    );
    expect(stack.resources('aws_vpc_security_group_egress_rule').security_groups_sftp_out.cidr_ipv4).toBeUndefined();
  });

  test.each([443, 80])('has one rule for a source behind a port that is open already: %i', (port) => {
    expect(rules(synthesize(migrationOf(source(`port: ${port}`))), 'egress', host)).toEqual(packages);
  });
});
