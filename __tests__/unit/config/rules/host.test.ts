import { architectureOf } from '../../../../config/instance-type';
import { ec2Layout } from '../../../../provision/roles/layout';
import { configText, describeRight, describeWrong, host, load } from '../../../helpers/config-text';

describeWrong('hosts', [
  {
    why: 'a mount point in the home directory',
    given: host('mountPoint: »~/fsx'),
    path: 'host.mountPoint',
    message: /not a plain absolute path/,
    fix: /^write \/fsx$/,
  },
  {
    why: 'the newest image of a system whose images no parameter names',
    given: host('os: rhel-9', 'image: »latest'),
    path: 'host.image',
    message: /no public parameter that names the newest image of rhel-9/,
    fix: /image: \{ amiId:/,
  },
  {
    why: 'an instance type without a size',
    given: host('instanceType: »c6in'),
    path: 'host.instanceType',
    message: /"c6in" is not an instance type/,
    fix: /family.size/,
  },
  {
    why: 'a size that does not exist',
    given: host('instanceType: »c6in.huge'),
    path: 'host.instanceType',
    message: /not an instance type/,
    fix: /c6in.xlarge/,
  },
  {
    why: 'no host at all',
    given: host('count: »0'),
    path: 'host.count',
    message: /from 1 to 64, not 0/,
    fix: /./,
  },
  {
    why: 'more hosts than addresses by default',
    given: host('count: »6'),
    path: 'host.count',
    message: /6 hosts need 6 Elastic IPs; the default quota is 5/,
    fix: /access: private/,
    severity: 'warning',
  },
  {
    why: 'a way to buy that does not exist',
    given: host('purchase: »reserved'),
    path: 'host.purchase',
    message: /on-demand or spot/,
    fix: /./,
  },
  {
    why: 'a public address in a private network',
    given: { ...host('elasticIp: »true'), network: 'network: { mode: create, access: private }' },
    path: 'host.elasticIp',
    message: /no public address/,
    fix: /NAT gateway/,
  },
  {
    why: 'a Mac',
    given: host('instanceType: »mac2.metal'),
    path: 'host.instanceType',
    message: /macOS only/,
    fix: /Linux type/,
  },
  {
    why: 'an image that is a name',
    given: host('image: »newest'),
    path: 'host.image',
    message: /latest, \{ ssmParameter: ... \} or \{ amiId: ... \}, not "newest"/,
    fix: /write latest/,
  },
  {
    why: 'an image that is no AMI id',
    given: host('image: »{ amiId: my-image }'),
    path: 'host.image',
    message: /"my-image" is not an AMI id/,
    fix: /ami-/,
  },
  {
    why: 'an image parameter with a space',
    given: host('image: »{ ssmParameter: "/a b" }'),
    path: 'host.image',
    message: /not the name or ARN of an SSM parameter/,
    fix: /\/aws\/service\/ami-amazon-linux-latest/,
  },
  {
    why: 'a root volume too small for the system',
    given: host('rootVolumeGiB: »4'),
    path: 'host.rootVolumeGiB',
    message: /from 8 to 16384, not 4/,
    fix: /write 8/,
  },
  {
    why: "YAML 1.1's yes",
    given: host('elasticIp: »yes'),
    path: 'host.elasticIp',
    message: /true or false, not "yes"/,
    fix: /write true or false/,
  },
  {
    why: 'a mount point that is relative',
    given: host('mountPoint: »fsx'),
    path: 'host.mountPoint',
    message: /not a plain absolute path/,
    fix: /^write \/fsx$/,
  },
  {
    why: 'a mount point with a space, which fstab would split',
    given: host('mountPoint: »/my fsx'),
    path: 'host.mountPoint',
    message: /not a plain absolute path/,
    fix: /^write \/my-fsx$/,
  },
  {
    why: 'the root as mount point',
    given: host('mountPoint: »/'),
    path: 'host.mountPoint',
    message: /is the root of the host's own system/,
    fix: /^write \/fsx$/,
  },
  {
    why: 'a mount point within the system',
    given: host('mountPoint: »/etc/fsx'),
    path: 'host.mountPoint',
    message: /over the system's \/etc/,
    fix: /^write \/fsx$/,
  },
  {
    why: 'a mount point on a folder of the system that may hold one',
    given: host('mountPoint: »/opt'),
    path: 'host.mountPoint',
    message: /over the system's \/opt/,
    fix: /\/opt\/fsx or \/fsx/,
  },
  {
    why: 'a mount point on the state of the system',
    given: host('mountPoint: »/var/lib'),
    path: 'host.mountPoint',
    message: /over the system's \/var\/lib/,
    fix: /\/var\/lib\/fsx or \/fsx/,
  },
  {
    why: "a mount point within the homes, which the pull's unit does not see",
    given: host('mountPoint: »/home/fsx'),
    path: 'host.mountPoint',
    message: /out of the pull's sight: it sees no \/home/,
    fix: /^write \/fsx$/,
  },
  {
    why: "a mount point within the temporary files, of which the pull's unit has its own",
    given: host('mountPoint: »/var/tmp/fsx'),
    path: 'host.mountPoint',
    message: /out of the pull's sight: it sees no \/var\/tmp/,
    fix: /^write \/fsx$/,
  },
  {
    why: 'two mount options in one item',
    given: host('mountOptions: [»"noatime,flock"]'),
    path: 'host.mountOptions[0]',
    message: /not one mount option/,
    fix: /\[noatime, flock\]/,
  },
  {
    why: 'a mount option with a space',
    given: host('mountOptions: [noatime, »"fl ock"]'),
    path: 'host.mountOptions[1]',
    message: /not one mount option/,
    fix: /one option an item/,
  },
  {
    why: 'a mount option that is added anyway',
    given: host('mountOptions: [noatime, »_netdev]'),
    path: 'host.mountOptions[1]',
    message: /_netdev is added where it is needed/,
    fix: /remove it/,
    severity: 'warning',
  },
  {
    why: 'an automount option that is added anyway',
    given: host('mountOptions: [»x-systemd.automount]'),
    path: 'host.mountOptions[0]',
    message: /is added where it is needed/,
    fix: /remove it/,
    severity: 'warning',
  },
  {
    why: 'a slip in a mount option',
    given: host('mountOptions: [»notaime]'),
    path: 'host.mountOptions[0]',
    message: /not a mount option known for Lustre/,
    fix: /did you mean noatime\?/,
    severity: 'warning',
  },
  {
    why: 'a read-only mount',
    given: host('mountOptions: [»ro]'),
    path: 'host.mountOptions[0]',
    message: /a pull writes to it/,
    fix: /remove it/,
  },
]);

describeRight('hosts', [
  ['Graviton', host('instanceType: c7gn.xlarge')],
  ['bare metal', host('instanceType: c7i.metal-24xl')],
  ['an image by parameter', host('image: { ssmParameter: /team/images/al2023 }')],
  ['an image by a version of a parameter', host('image: { ssmParameter: "/my/ami:3" }')],
  ['an image by a label', host('image: { ssmParameter: "my-ami:stable" }')],
  [
    "an image by the ARN of Amazon's parameter",
    host('image: { ssmParameter: "arn:aws:ssm:us-east-1::parameter/aws/service/ami-amazon-linux-latest/al2" }'),
  ],
  ['a mount point within /mnt', host('mountPoint: /mnt/fsx')],
  ['a mount point beside the agent', host('mountPoint: /opt/sluice-fsx')],
  ['no mount options', host('mountOptions: []')],
  ['options of Lustre with a value', host('mountOptions: [relatime, localflock, retry=5]')],
]);

test.each([
  ['c6in.xlarge', 'x86_64'],
  ['m7i-flex.large', 'x86_64'],
  ['g4dn.xlarge', 'x86_64'],
  ['g6e.12xlarge', 'x86_64'],
  ['gr6.4xlarge', 'x86_64'],
  ['u-6tb1.metal', 'x86_64'],
  ['u7i-12tb.224xlarge', 'x86_64'],
  ['t2.micro', 'x86_64'],
  ['p6-b200.48xlarge', 'x86_64'],
  ['a1.metal', 'arm64'],
  ['t4g.nano', 'arm64'],
  ['m6gd.metal', 'arm64'],
  ['c7gn.16xlarge', 'arm64'],
  ['im4gn.large', 'arm64'],
  ['is4gen.8xlarge', 'arm64'],
  ['x2gd.medium', 'arm64'],
  ['g5g.xlarge', 'arm64'],
  ['hpc7g.16xlarge', 'arm64'],
  ['r8gb.48xlarge', 'arm64'],
  ['p6e-gb200.36xlarge', 'arm64'],
])('%s is %s', (instanceType, architecture) => {
  expect(architectureOf(instanceType)).toBe(architecture);
});

test.each(['', 'c6in', 'xlarge', '.xlarge', 'c6in.xlarge ', 'C6in.xlarge', 'c6in.2'])('%j is no type', (text) => {
  expect(architectureOf(text)).toBeUndefined();
});

test.each([ec2Layout.installDirectory, ec2Layout.configDirectory, ec2Layout.stateDirectory])(
  'nothing is mounted on what sluice has on a host: %s',
  (directory) => {
    for (const mountPoint of [directory, `${directory}/fsx`]) {
      const { problems } = load(configText(host(`mountPoint: ${mountPoint}`)));
      expect(problems).toMatchObject([{ severity: 'error', path: 'host.mountPoint', fix: 'write /fsx' }]);
    }
  },
);

test('options that exclude each other are refused, each naming the other', () => {
  const { problems } = load(configText(host('mountOptions: [noatime, relatime, flock, flock]')));
  expect(problems.map(({ path, message }) => `${path} ${message}`)).toEqual([
    'host.mountOptions[0] noatime and relatime exclude each other',
    'host.mountOptions[1] relatime and noatime exclude each other',
    'host.mountOptions[2] flock is given twice',
    'host.mountOptions[3] flock is given twice',
  ]);
});
