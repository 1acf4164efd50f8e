import {
  configText,
  describeRight,
  describeWrong,
  fileSystem,
  host,
  load,
  network,
} from '../../../helpers/config-text';

const existing = (vpc: string, subnet: string) => ({
  network: `network: { mode: existing, vpcId: ${vpc}, subnetId: ${subnet}, operatorCidrs: [203.0.113.7/32] }`,
});

describeWrong('networks that EC2 refuses or that nobody wants', [
  {
    why: 'a VPC larger than /16',
    given: network('cidr: »10.0.0.0/8'),
    path: 'network.cidr',
    message: /\/16 to \/28, not \/8/,
    fix: /^write 10.0.0.0\/16$/,
  },
  {
    why: 'a VPC smaller than /28',
    given: network('cidr: »10.0.0.0/29'),
    path: 'network.cidr',
    message: /not \/29/,
    fix: /^write 10.0.0.0\/28$/,
  },
  {
    why: 'bits beyond the prefix',
    given: network('cidr: »10.20.30.1/16'),
    path: 'network.cidr',
    message: /beyond its prefix/,
    fix: /^write 10.20.0.0\/16$/,
  },
  {
    why: 'no block at all',
    given: network('cidr: »10.20.0.0'),
    path: 'network.cidr',
    message: /not an IPv4 block/,
    fix: /10.20.0.0\/16/,
  },
  {
    why: 'an octet over 255',
    given: network('cidr: »10.256.0.0/16'),
    path: 'network.cidr',
    message: /not an IPv4 block/,
    fix: /10.20.0.0\/16/,
  },
  {
    why: 'public addresses',
    given: network('cidr: »8.8.0.0/16'),
    path: 'network.cidr',
    message: /public address space/,
    fix: /10.0.0.0\/8/,
    severity: 'warning',
  },
  ...['0.0.0.0/16', '127.0.0.0/16', '169.254.0.0/24', '224.0.0.0/16', '255.255.0.0/16'].map((block) => ({
    why: `addresses that no VPC may have: ${block}`,
    given: network(`cidr: »${block}`),
    path: 'network.cidr',
    message: /range that no VPC may have/,
    fix: /10.0.0.0\/8/,
  })),
  {
    why: 'a zone of another region',
    given: network('availabilityZone: »us-west-2a'),
    path: 'network.availabilityZone',
    message: /not a zone of us-east-1/,
    fix: /us-east-1a/,
  },
  {
    why: 'the id of a zone',
    given: network('availabilityZone: »use1-az1'),
    path: 'network.availabilityZone',
    message: /is the id of a zone; its name is wanted/,
    fix: /describe-availability-zones --region us-east-1 --zone-ids use1-az1 /,
  },
  {
    why: 'a local zone',
    given: network('availabilityZone: »us-east-1-atl-1a'),
    path: 'network.availabilityZone',
    message: /not a zone of us-east-1/,
    fix: /us-east-1a/,
  },
  {
    why: 'a private network without room for two subnets',
    given: { network: 'network: { mode: create, access: private, cidr: »10.20.0.0/28 }' },
    path: 'network.cidr',
    message: /no room for the two subnets/,
    fix: /\/27 or larger/,
  },
  {
    why: 'more servers than addresses',
    given: { ...network('cidr: »10.20.0.0/28'), ...fileSystem('storageCapacityGiB: 24000') },
    path: 'network.cidr',
    message: /the subnet, a \/28, has 11 addresses; file system and hosts need 12/,
    fix: /larger block/,
  },
  {
    why: 'operators outside of a private network',
    given: { network: 'network: { mode: create, access: private, operatorCidrs: [»203.0.113.7/32] }' },
    path: 'network.operatorCidrs[0]',
    message: /no way into a private network/,
    fix: /Session Manager needs no port/,
    severity: 'warning',
  },
  {
    why: 'a private network that nobody reaches',
    given: {
      network: 'network: { mode: create, access: private, operatorCidrs: »[] }',
      ...host('sessionManager: false'),
    },
    path: 'network.operatorCidrs',
    message: /nobody can reach the host/,
    fix: /sessionManager: true/,
    severity: 'warning',
  },
  {
    why: 'Session Manager alone, to an image without its agent',
    given: {
      network: 'network: { mode: create, access: private }',
      ...host('os: »rocky-9', 'image: { amiId: ami-0a1b2c3d4e5f60718 }'),
    },
    path: 'host.os',
    message: /images of rocky-9 have no SSM agent/,
    fix: /amazon-ssm-agent.*network\.operatorCidrs/,
    severity: 'warning',
  },
  {
    why: 'an access that does not exist',
    given: network('access: »isolated'),
    path: 'network.access',
    message: /public or private/,
    fix: /./,
  },
  {
    why: 'a VPC that is none',
    given: existing('»my-vpc', 'subnet-0a1b2c3d4e5f60718'),
    path: 'network.vpcId',
    message: /not the id of a vpc/,
    fix: /vpc-/,
  },
  {
    why: 'a VPC where the subnet belongs',
    given: existing('vpc-0a1b2c3d', '»vpc-0a1b2c3d'),
    path: 'network.subnetId',
    message: /not the id of a subnet/,
    fix: /subnet-/,
  },
  {
    why: 'a mode that does not exist',
    given: { network: 'network: { mode: »exsting }' },
    path: 'network.mode',
    message: /create or existing, not "exsting"/,
    fix: /did you mean existing\?/,
  },
  {
    why: 'a key of the other mode',
    given: network('»subnetId: subnet-0a1b2c3d'),
    path: 'network.subnetId',
    message: /unknown key "subnetId"/,
    fix: /other mode/,
  },
]);

describeRight('networks', [
  ['a zone of the region', network('availabilityZone: us-east-1f')],
  ['a whole /8, as a few owners of the internet have it', network('operatorCidrs: [12.0.0.0/8]')],
  ['SSH from anywhere, said in words', network('operatorCidrs: [0.0.0.0/0, "::/0"]', 'allowSshFromAnywhere: true')],
  [
    'IPv6 operators of an existing network',
    {
      network: existing('vpc-0a1b2c3d', 'subnet-0a1b2c3d').network.replace('203.0.113.7/32', '"2001:db8::/48"'),
    },
  ],
  [
    'operators of both families',
    network('operatorCidrs: [203.0.113.7/32, "2001:db8::/48", "2001:db8:1:2:3:4:5:6/128", "2001:db8:7:8::/62"]'),
  ],
  ['a private network', { network: 'network: { mode: create, access: private }' }],
  ['the smallest private VPC', { network: 'network: { mode: create, access: private, cidr: 10.0.0.0/27 }' }],
  [
    'operators within a private network',
    { network: 'network: { mode: create, access: private, operatorCidrs: [10.0.0.0/8] }' },
  ],
  [
    'operators within a private network, whose image has no agent',
    {
      network: 'network: { mode: create, access: private, operatorCidrs: [10.0.0.0/8] }',
      ...host('os: rhel-9', 'image: { amiId: ami-0a1b2c3d4e5f60718 }'),
    },
  ],
  ['Session Manager only', { network: 'network: { mode: create }', ...host('sessionManager: true') }],
  ['the smallest VPC', network('cidr: 192.168.1.16/28')],
  ['shared address space', network('cidr: 100.64.0.0/16')],
  ['an existing subnet', existing('vpc-0a1b2c3d', 'subnet-0a1b2c3d4e5f60718')],
]);

test.each([
  ['public', { elasticIp: true, sessionManager: false }],
  ['private', { elasticIp: false, sessionManager: true }],
])('a %s network decides how its hosts are reached', (access, expected) => {
  const { migration } = load(configText({ network: `network: { mode: create, access: ${access} }` }));
  expect(migration?.host).toMatchObject(expected);
});

test('more servers than a /24 has addresses, however large the VPC', () => {
  const sections = { ...network('cidr: 10.20.0.0/16'), ...fileSystem('storageCapacityGiB: 604800') };
  expect(load(configText(sections)).problems.find(({ rule }) => rule === 'subnet-size')).toMatchObject({
    message: 'the subnet, a /24, has 251 addresses; file system and hosts need 254',
    fix: 'use a smaller file system or fewer hosts',
  });
});
