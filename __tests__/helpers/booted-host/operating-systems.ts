/** What tells one Amazon Linux from the other, as a program on the host sees it. */

export type HostOs = 'amazon-linux-2' | 'amazon-linux-2023';

export interface OperatingSystem {
  /** os-release(5) */
  readonly release: string;
  /** `uname -r`: one that the default Lustre client of this system is built for. */
  readonly kernel: string;
  readonly glibc: string;
}

export const operatingSystems: Readonly<Record<HostOs, OperatingSystem>> = {
  'amazon-linux-2': {
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
};
