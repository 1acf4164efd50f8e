/**
 * The way to the file system, tried before anything is mounted: a mount that cannot work would hang for minutes and say less (FSx for
 * Lustre user guide, "Troubleshooting", file system mount fails; "File system access control with Amazon VPC").
 */
import { localPort } from '../facts/local-port';
import { mounts } from '../facts/mounts';
import { type TcpReach, tcpReach } from '../facts/tcp-reach';
import type { Plan, Resource } from './resource';

export interface MountPreflightParams {
  readonly dnsName: string;
  readonly port: number;
  /** Mount point of the file system. */
  readonly target: string;
}

interface State {
  /** A Lustre file system is mounted on the mount point: there is nothing to be found out. */
  readonly isMounted: boolean;
  readonly reach: TcpReach;
  /** Programs that hold the local port. */
  readonly holders: readonly string[];
}

export function mountPreflight(params: MountPreflightParams): Resource<State> {
  const { dnsName, port, target } = params;
  return {
    name: `way to ${dnsName}`,
    async inspect(reader) {
      const [mounted, reach, holders] = await Promise.all([
        reader.get(mounts),
        reader.get(tcpReach(dnsName, port)),
        reader.get(localPort(port)),
      ]);
      const isMounted = mounted.some((mount) => mount.target === target && mount.fsType === 'lustre');
      return { isMounted, reach, holders };
    },
    plan: (state) => plan(params, state),
    predict: () => [],
    apply: () => Promise.resolve(),
  };
}

function plan({ dnsName, port }: MountPreflightParams, { isMounted, reach, holders }: State): Plan {
  if (isMounted) return [];
  const failed = (reason: string, fix: string) => ({ kind: 'failed' as const, reason, fix });
  const server = `${dnsName}, TCP ${port}`;
  switch (reach) {
    case 'unresolved':
      return failed(
        `${dnsName} does not resolve on the host`,
        'turn on DNS support and DNS hostnames of the VPC, see /etc/resolv.conf on the host, and whether the file system still exists',
      );
    case 'silent':
      return failed(
        `no answer from ${server}: a security group or a route is missing`,
        `allow TCP ${port} and 1018-1023 between the host's security group and the file system's, both ways, and see the routes of both subnets`,
      );
    case 'refused':
      return failed(
        `${server} refuses the connection: the file system is not available, or a security group or firewall answers in its place`,
        `see the file system's lifecycle in FSx, and allow TCP ${port} and 1018-1023 on the way`,
      );
    case 'no-route':
      return failed(
        `there is no way to ${server}`,
        'put the host into a subnet that reaches the file system: see its routes and network ACLs',
      );
    case 'open':
      return holders.length === 0 ? [] : portIsHeld(port, holders);
  }
}

function portIsHeld(port: number, holders: readonly string[]): Plan {
  const nfs = `keep NFS off it: echo 'options sunrpc min_resvport=1024' >/etc/modprobe.d/sunrpc.conf, then mount the NFS file systems anew`;
  return {
    kind: 'failed',
    reason: `local TCP port ${port}, which Lustre needs for itself, is held by ${holders.join(', ')}`,
    fix: holders.includes('NFS') ? nfs : 'stop it, or give it another port',
  };
}
