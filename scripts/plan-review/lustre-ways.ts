/** Which ways the rules of security groups leave to Lustre, inwards and outwards. */
import { isIPv6 } from 'node:net';
import { contains, parseCidr } from '../../config/cidr';
import { lustrePorts } from '../../config/lustre';
import type { ResourceChange, Side } from './plan-json';
import type { PlanView } from './plan-view';
import { securityRules } from './security-rules';

/** One port, from or to one peer. */
export interface Way {
  /** The resource that opens it. */
  readonly change: ResourceChange;
  /** Address of the security group, its id where it is not of this plan. */
  readonly group: string;
  readonly outwards: boolean;
  /** A CIDR block, a prefix list, or another group, named as `group` is. */
  readonly peer: string;
  readonly port: number;
  /** True where the rule is about these ports alone, and for nothing else. */
  readonly isForLustre: boolean;
}

const ports = lustrePorts.flatMap(({ fromPort, toPort }) =>
  Array.from({ length: toPort - fromPort + 1 }, (_, index) => fromPort + index),
);
const [firstPort, lastPort] = [Math.min(...ports), Math.max(...ports)];

/** Every way that the plan's resources leave to Lustre before it, or after. */
export function lustreWays(view: PlanView, side: Side): readonly Way[] {
  return securityRules(view, side)
    .filter(({ protocol }) => protocol === 'all' || protocol === 'tcp')
    .flatMap(({ change, group, outwards, peers, fromPort, toPort }) => {
      const isForLustre = fromPort >= firstPort && toPort <= lastPort;
      const open = ports.filter((port) => fromPort <= port && port <= toPort);
      return peers.flatMap((peer) => open.map((port) => ({ change, group, outwards, peer, port, isForLustre })));
    });
}

/** True where whoever uses the one way has the other one too. */
export function includesWay(wide: Way, narrow: Way): boolean {
  const isAlike = wide.group === narrow.group && wide.outwards === narrow.outwards && wide.port === narrow.port;
  return isAlike && (wide.peer === narrow.peer || includesPeer(wide.peer, narrow.peer));
}

/** Of a group no addresses are known: the whole of IPv4, which Lustre goes by, has it within. */
function includesPeer(wide: string, narrow: string): boolean {
  if (wide === '0.0.0.0/0') return !isIPv6(narrow.split('/')[0] ?? '');
  const [outer, inner] = [parseCidr(wide), parseCidr(narrow)];
  if (outer === undefined || inner === undefined) return false;
  return outer.prefixLength <= inner.prefixLength && contains(wide, inner.address);
}
