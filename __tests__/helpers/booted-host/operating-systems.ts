/** What tells one system from the other, as a program on the host sees it. */

import type { Migration } from '../../../config/schema';

export type HostOs = Migration['host']['os'];

export interface OperatingSystem {
  /** The folder of stand-ins laid over those that every system has. */
  readonly standIns: 'amazon-linux-2' | 'amazon-linux-2023' | 'ubuntu' | 'enterprise-linux';
  /** os-release(5) */
  readonly release: string;
  /** `uname -r`: one that the default Lustre client of this system is built for. */
  readonly kernel: string;
  readonly glibc: string;
}

export const operatingSystems: Readonly<Record<HostOs, OperatingSystem>> = {
  'amazon-linux-2': {
    standIns: 'amazon-linux-2',
    release: `NAME="Amazon Linux"
VERSION="2"
ID="amzn"
ID_LIKE="centos rhel fedora"
VERSION_ID="2"
PRETTY_NAME="Amazon Linux 2"
CPE_NAME="cpe:2.3:o:amazon:amazon_linux:2"
`,
    kernel: '4.14.281-212.502.amzn2.x86_64',
    glibc: '2.26',
  },
  'amazon-linux-2023': {
    standIns: 'amazon-linux-2023',
    release: `NAME="Amazon Linux"
VERSION="2023"
ID="amzn"
ID_LIKE="fedora"
VERSION_ID="2023"
PLATFORM_ID="platform:al2023"
PRETTY_NAME="Amazon Linux 2023"
CPE_NAME="cpe:2.3:o:amazon:amazon_linux:2023"
`,
    kernel: '6.1.102-111.187.amzn2023.x86_64',
    glibc: '2.34',
  },
  'ubuntu-22.04': ubuntu('22.04', '6.8.0-1029-aws', '2.35'),
  'ubuntu-24.04': ubuntu('24.04', '6.14.0-1016-aws', '2.39'),
  'rhel-8': enterpriseLinux('rhel', '8.10', '4.18.0-553.27.1.el8_10.x86_64'),
  'rhel-9': enterpriseLinux('rhel', '9.6', '5.14.0-570.24.1.el9_6.x86_64'),
  'rocky-8': enterpriseLinux('rocky', '8.9', '4.18.0-513.24.1.el8_9.x86_64'),
  'rocky-9': enterpriseLinux('rocky', '9.4', '5.14.0-427.16.1.el9_4.x86_64'),
};

function ubuntu(version: string, kernel: string, glibc: string): OperatingSystem {
  const release = `PRETTY_NAME="Ubuntu ${version} LTS"
NAME="Ubuntu"
VERSION_ID="${version}"
ID=ubuntu
ID_LIKE=debian
`;
  return { standIns: 'ubuntu', release, kernel, glibc };
}

function enterpriseLinux(id: 'rhel' | 'rocky', version: string, kernel: string): OperatingSystem {
  const name = id === 'rhel' ? 'Red Hat Enterprise Linux' : 'Rocky Linux';
  const release = `NAME="${name}"
ID="${id}"
ID_LIKE="fedora"
VERSION_ID="${version}"
PLATFORM_ID="platform:el${version.slice(0, 1)}"
PRETTY_NAME="${name} ${version}"
`;
  return { standIns: 'enterprise-linux', release, kernel, glibc: version.startsWith('8') ? '2.28' : '2.34' };
}
