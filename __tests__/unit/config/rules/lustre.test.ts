import { defaultLustreClient, loginOf } from '../../../../config/lustre';
import {
  configText,
  describeRight,
  describeWrong,
  fileSystem,
  host,
  load,
  type Sections,
} from '../../../helpers/config-text';

const version = (value: string) => fileSystem(`lustreVersion: "${value}"`);
const pinned = 'image: { amiId: ami-0a1b2c3d4e5f60718 }';
const amazonLinux2 = (...lines: readonly string[]) => host('os: amazon-linux-2', pinned, ...lines);

describeWrong('Lustre versions and clients that do not go together', [
  {
    why: 'PERSISTENT_2 with 2.10',
    given: fileSystem('lustreVersion: »"2.10"'),
    path: 'fileSystem.lustreVersion',
    message: /PERSISTENT_2 cannot be Lustre 2.10/,
    fix: /"2.12" or "2.15"/,
  },
  {
    why: 'an association with 2.10',
    given: {
      ...fileSystem('deploymentType: SCRATCH_2', 'lustreVersion: »"2.10"'),
      ...amazonLinux2(),
    },
    path: 'fileSystem.lustreVersion',
    message: /linked to S3 cannot be Lustre 2.10/,
    fix: /"2.12" or "2.15"/,
  },
  {
    why: 'metadata configuration with 2.12',
    given: fileSystem('metadataIops: AUTOMATIC', 'lustreVersion: »"2.12"'),
    path: 'fileSystem.lustreVersion',
    message: /metadata configuration needs Lustre 2.15/,
    fix: /"2.15", or remove metadataIops/,
  },
  {
    why: 'a version without quotes, which YAML reads as 2.1',
    given: fileSystem('lustreVersion: »2.10'),
    path: 'fileSystem.lustreVersion',
    message: /2.10 without quotes is a number/,
    fix: /write "2.10", in quotes/,
  },
  {
    why: 'the 2.10 client for a 2.15 file system',
    given: { ...version('2.15'), ...amazonLinux2('lustreClient: »lustre2.10') },
    path: 'host.lustreClient',
    message: /lustre2.10 is a 2.10 client: it mounts Lustre 2.10 or 2.12, not 2.15/,
    fix: /lustreClient: lustre or os: amazon-linux-2023 with lustre-client/,
  },
  {
    why: 'the default client for a 2.15 file system, pointing at the host',
    given: { ...version('2.15'), host: amazonLinux2().host?.replace('host:', '»host:') ?? '' },
    path: 'host.lustreClient',
    message: /not 2.15/,
    fix: /lustreClient: lustre/,
  },
  {
    why: 'a client of Amazon Linux 2 on 2023',
    given: host('lustreClient: »lustre2.10'),
    path: 'host.lustreClient',
    message: /not a package of amazon-linux-2023/,
    fix: /use lustre-client, or remove/,
  },
  {
    why: 'the 2.12 client on 2023',
    given: host('lustreClient: »lustre'),
    path: 'host.lustreClient',
    message: /lustre is not a package of amazon-linux-2023/,
    fix: /use lustre-client/,
  },
  {
    why: 'a client of Amazon Linux 2023 on 2',
    given: amazonLinux2('lustreClient: »lustre-client'),
    path: 'host.lustreClient',
    message: /not a package of amazon-linux-2$/,
    fix: /use lustre2.10 or lustre,/,
  },
  {
    why: 'a client of Amazon Linux 2 on Ubuntu',
    given: host('os: ubuntu-24.04', 'lustreClient: »lustre'),
    path: 'host.lustreClient',
    message: /lustre is not a package of ubuntu-24.04/,
    fix: /use lustre-client/,
  },
  {
    why: 'the newest Amazon Linux 2 kernel under the 2.10 client',
    given: host('os: amazon-linux-2', 'image: »latest'),
    path: 'host.image',
    message: /5.10.144-127.601, 5.4.214-120.368 and 4.14.294-220.533/,
    fix: /lustreClient: lustre, or pin/,
    severity: 'warning',
  },
  {
    why: 'Amazon Linux 2 the day after its support',
    given: host('os: »amazon-linux-2', pinned),
    path: 'host.os',
    message: /left support on 2026-06-30/,
    fix: /amazon-linux-2023 with lustreClient: lustre-client/,
    severity: 'warning',
    today: '2026-07-01',
  },
]);

const right: readonly (readonly [string, Sections])[] = [
  ['2.15 with the 2.15 client', version('2.15')],
  ['2.15 with the 2.12 client', { ...version('2.15'), ...amazonLinux2('lustreClient: lustre') }],
  ['2.12 with the 2.10 client', amazonLinux2('lustreClient: lustre2.10')],
  ['the 2.12 client with the latest image', host('os: amazon-linux-2', 'lustreClient: lustre')],
  ['the newest Ubuntu', { ...version('2.15'), ...host('os: ubuntu-24.04') }],
  ['Ubuntu 22.04, whose client follows the kernel', { ...version('2.15'), ...host('os: ubuntu-22.04') }],
  ['an image of Rocky Linux', host('os: rocky-9', pinned)],
];
describeRight('Lustre versions and clients that go together', right);

test('Amazon Linux 2 is supported on the last day of its support', () => {
  expect(load(configText(amazonLinux2()), '2026-06-30').problems).toEqual([]);
});

test('the client follows from the OS', () => {
  expect(defaultLustreClient('amazon-linux-2')).toBe('lustre2.10');
  expect(defaultLustreClient('amazon-linux-2023')).toBe('lustre-client');
  expect(defaultLustreClient('ubuntu-24.04')).toBe('lustre-client');
});

test('the login follows from the OS', () => {
  expect((['amazon-linux-2023', 'ubuntu-24.04', 'rhel-9', 'rocky-9'] as const).map(loginOf)).toEqual([
    'ec2-user',
    'ubuntu',
    'ec2-user',
    'rocky',
  ]);
});
