import { lastingFileSystems } from '../lustre';
import { includesWay, lustreWays, type Way } from '../lustre-ways';
import type { Side } from '../plan-json';
import type { PlanView } from '../plan-view';
import type { Hit, Rule } from '../rule';
import { groupsNamed } from '../security-rules';
import { isUnknown } from '../values';

export const lustrePortsClosed: Rule = {
  id: 'lustre-ports-closed',
  severity: 'blocked',
  title: 'A file system and its clients are cut off from each other',
  explanation:
    'Lustre needs TCP 988 and 1018-1023 both ways, within the file system and with each client. Without one of them mounts hang, and so does everything that reads or writes on them.',
  check: (view) => {
    const own = new Set(
      lastingFileSystems(view).flatMap(({ change }) => groupsNamed(view, change, ['security_group_ids', 'before'])),
    );
    const after = lustreWays(view, 'after');
    const lost = lustreWays(view, 'before').filter(
      (way) => isNeeded(way, own) && !after.some((left) => includesWay(left, way)),
    );
    const peers = new Set([...own, ...after.filter(({ group }) => own.has(group)).map(({ peer }) => peer)]);
    return [...closed(lost), ...leavers(view, peers)];
  },
};

/** Of a client's own group only what leads to the file system's, or can be meant for Lustre alone. */
function isNeeded({ group, peer, isForLustre }: Way, own: ReadonlySet<string>): boolean {
  return own.has(group) || (own.size > 0 && (own.has(peer) || isForLustre));
}

function closed(lost: readonly Way[]): readonly Hit[] {
  const clauses = new Map<string, { readonly way: Way; readonly ports: Set<number> }>();
  for (const way of lost) {
    const key = JSON.stringify([way.change.address, way.outwards, way.peer]);
    const clause = clauses.get(key) ?? { way, ports: new Set() };
    clause.ports.add(way.port);
    clauses.set(key, clause);
  }
  return [...clauses.values()].map(({ way, ports }) => ({
    address: way.change.address,
    message: `TCP ${inRanges([...ports])} is closed ${way.outwards ? 'to' : 'for what comes from'} ${way.peer === way.group ? 'the group itself' : way.peer}, which Lustre needs`,
    fix: 'keep the rule, or open these ports to the same peers with another',
  }));
}

/** Instances that stay, and leave the last group by which the file system and they let each other in. */
function leavers(view: PlanView, peers: ReadonlySet<string>): readonly Hit[] {
  const attribute = 'vpc_security_group_ids';
  return view.ofType('aws_instance').flatMap((change) => {
    const letIn = (side: Side) => groupsNamed(view, change, [attribute, side]).filter((group) => peers.has(group));
    if (change.action !== 'update' || isUnknown(change, [attribute]) || letIn('after').length > 0) return [];
    return letIn('before').map((group) => ({
      address: change.address,
      message: `${view.name(change)} leaves ${group}, by which the file system lets it in`,
      fix: 'leave it in the group',
    }));
  });
}

/** `988, 1018-1023` */
function inRanges(ports: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const port of ports.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === port - 1) last[1] = port;
    else ranges.push([port, port]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}
