/** The demo's EC2 host: where things lie on it, the way in, and what Terraform would have handed over about it. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Migration } from '../../config/schema';
import type { Connection } from '../../provision/connection/connection';
import { pinnedHostKeys } from '../../provision/connection/host-key-policy';
import { ShellConnection } from '../../provision/connection/shell-connection';
import { sshTransport } from '../../provision/connection/ssh';
import { Secret } from '../../provision/core/secret';
import { type HostLayout, hostPaths } from '../../provision/roles/layout';
import type { Outputs } from '../../stacks/outputs';
import { startSshHost } from './ssh-host';
import type { KeyPair } from './ssh-keys';
import type { Stage } from './stage';
import type { Workspace } from './workspace';

export const standInName = 'stand-in';
const username = 'ec2-user';

export interface StandInHost {
  readonly layout: HostLayout;
  /** Every call is a login of its own. */
  readonly connect: () => Promise<Connection>;
}

export async function startStandInHost(stage: Stage, operator: KeyPair): Promise<StandInHost> {
  const { context, workspace } = stage;
  const layout = standInLayout(workspace);
  // Among them may be the private key of a person. Last of all, when nothing writes to the host any more.
  stage.onClose(() => rm(hostPaths(layout).credentials, { recursive: true, force: true }));
  const server = await startSshHost({
    home: workspace.host,
    path: context.env.PATH ?? '/usr/bin:/bin',
    username,
    publicKey: operator.publicKey,
  });
  stage.onClose(server.close);
  const target = {
    name: standInName,
    address: '127.0.0.1',
    port: server.port,
    username,
    hostKey: pinnedHostKeys(standInName, [server.hostKeyFingerprint]),
    identities: [{ privateKey: new Secret(operator.privateKey) }],
  };
  return {
    layout,
    connect: async () => new ShellConnection(await sshTransport(target), 'login'),
  };
}

function standInLayout({ host, fsx }: Workspace): HostLayout {
  return {
    installDirectory: join(host, 'opt/sluice'),
    configDirectory: join(host, 'etc/sluice'),
    stateDirectory: join(host, 'var/lib/sluice'),
    owner: null,
    node: process.execPath,
    standInForMount: fsx,
    without: { lustre: 'needs root and an FSx for Lustre file system', systemd: 'needs root and systemd' },
  };
}

/** What `terraform output -json` would hold once the stack is applied. */
export function standInOutputs(migration: Migration): Outputs {
  const { name, region, fileSystem } = migration;
  const id = 'fs-0123456789abcdef0';
  return {
    name,
    region,
    file_system: {
      id,
      dns_name: `${id}.fsx.${region}.amazonaws.com`,
      mount_name: 'standin1',
      lustre_version: fileSystem.lustreVersion,
      port: 988,
    },
    associations: fileSystem.associations.map(({ path, dataRepository }, index) => ({
      id: `dra-0123456789abcdef${index}`,
      file_system_path: path,
      data_repository_path: dataRepository,
    })),
    buckets: ['sluice-demo-market-data'],
    log_group: `/aws/fsx/${name}`,
    hosts: [
      {
        name: standInName,
        instance_id: 'i-0123456789abcdef0',
        address: '127.0.0.1',
        private_address: '127.0.0.1',
        username,
      },
    ],
  };
}
