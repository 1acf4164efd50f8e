/** Where things lie on a host, and what a host cannot take. */
import { posix } from 'node:path';

export interface HostLayout {
  /** The agent and its Node.js. */
  readonly installDirectory: string;
  /** The job and the credentials. */
  readonly configDirectory: string;
  /** What runs leave behind: state, events, reports. */
  readonly stateDirectory: string;
  /** Owner of everything above; null: whoever logs in. */
  readonly owner: string | null;
  /** The host's own Node.js to use; null: a pinned one is uploaded. */
  readonly node: string | null;
  /** What stands in for the Lustre mount, on a host without one; null: the mount of host.mountPoint. */
  readonly standInForMount: string | null;
  /** Parts that this host cannot have, each with the reason shown when they are skipped. */
  readonly without: Readonly<Partial<Record<'lustre' | 'systemd', string>>>;
}

/** An EC2 instance. */
export const ec2Layout: HostLayout = {
  installDirectory: '/opt/sluice',
  configDirectory: '/etc/sluice',
  stateDirectory: '/var/lib/sluice',
  owner: 'root:root',
  node: null,
  standInForMount: null,
  without: {},
};

/** The paths that follow from a layout. */
export function hostPaths(layout: HostLayout) {
  return {
    node: layout.node ?? posix.join(layout.installDirectory, 'node/bin/node'),
    agent: posix.join(layout.installDirectory, 'agent.js'),
    job: posix.join(layout.configDirectory, 'job.json'),
    credentials: posix.join(layout.configDirectory, 'credentials'),
    handedOver: '/run/sluice/credentials',
    runs: posix.join(layout.stateDirectory, 'runs'),
    metrics: posix.join(layout.stateDirectory, 'metrics'),
  };
}
