/** The repository that FSx for Lustre publishes its clients in (user guide, "Installing the Lustre client"), and the key it is signed with. */
import { runningKernel } from '../facts/kernel';
import { textFileState } from '../facts/path';
import { file } from '../resources/file';
import { perHost } from '../resources/per-host';
import type { Resource } from '../resources/resource';
import { signingKey } from '../resources/signing-key';
import { clientFor } from './client-kernel';
import type { ClientChoice, LustreHost } from './lustre-clients';

const packages = 'https://fsx-lustre-client-repo.s3.amazonaws.com';
const keys = 'https://fsx-lustre-client-repo-public-keys.s3.amazonaws.com';
const rootFile = { mode: '0644', owner: 'root:root' } as const;

/** Nothing for a system whose own repositories have the client. */
export function clientRepository(host: LustreHost, choice: ClientChoice): readonly Resource[] {
  if (host.repository === null) return [];
  if (host.repository.kind === 'apt') {
    const key = '/usr/share/keyrings/fsx-ubuntu-public-key.asc';
    const line = `deb [signed-by=${key}] ${packages}/ubuntu ${host.repository.suite} main\n`;
    return [
      signingKey({ path: key, url: `${keys}/fsx-ubuntu-public-key.asc` }),
      file({ path: '/etc/apt/sources.list.d/fsxlustreclientrepo.list', content: line, ...rootFile }),
    ];
  }
  const key = '/etc/pki/rpm-gpg/RPM-GPG-KEY-aws-fsx';
  const path = '/etc/yum.repos.d/aws-fsx.repo';
  return [
    signingKey({ path: key, url: `${keys}/fsx-rpm-public-key.asc` }),
    perHost({
      name: `file ${path}`,
      fact: runningKernel,
      ahead: [textFileState(path)],
      make: ({ release }) => {
        const client = clientFor(release, host.clients, choice);
        if (client?.release === undefined) return null;
        return file({ path, content: yumRepository(`${packages}/el/${client.release}/$basearch`, key), ...rootFile });
      },
    }),
  ];
}

function yumRepository(url: string, key: string): string {
  return `[aws-fsx]
name=AWS FSx Packages - $basearch
baseurl=${url}
enabled=1
gpgcheck=1
gpgkey=file://${key}
`;
}
