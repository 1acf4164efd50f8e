/** The two security groups of a stack that is applied: a rule that somebody took away hangs a mount for minutes. */
import { isIP } from 'node:net';
import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';
import { contains } from '../../config/cidr';
import { lustrePorts } from '../../config/lustre';
import type { Migration } from '../../config/schema';
import { type Outcome, ok, problem } from '../../provision/diagnosis/check';
import { securityGroupNames } from '../../stacks/security-groups';
import type { Account, AwsCheck } from './check';
import { covers } from './routes';

const mend = 'npx sluice plan and apply put the rules back';

export function securityGroupChecks(migration: Migration): readonly AwsCheck[] {
  const names = securityGroupNames(`sluice-${migration.name}`);
  const look = (judge: (groups: Groups) => Outcome) => async (account: Account) => {
    const vpcId = migration.network.mode === 'existing' ? migration.network.vpcId : undefined;
    const groups = await account.ec2.securityGroups(Object.values(names), vpcId);
    const [lustre, host] = [names.lustre, names.host].map((name) => groups.find(({ GroupName }) => GroupName === name));
    return lustre === undefined || host === undefined ? ok('made by the stack; none yet') : judge({ lustre, host });
  };
  return [
    { name: 'Lustre ports', look: look(judgeLustre) },
    { name: 'port of the source', look: look((groups) => judgeSource(groups, migration.source)) },
  ];
}

interface Groups {
  readonly lustre: SecurityGroup;
  readonly host: SecurityGroup;
}

/** File system and hosts are all in this group: it has to let itself in and out. */
function judgeLustre({ lustre }: Groups): Outcome {
  const closed = (['in', 'out'] as const).flatMap((direction) => {
    const permissions = (direction === 'in' ? lustre.IpPermissions : lustre.IpPermissionsEgress) ?? [];
    const isOpen = (port: number) => permissions.some((each) => opens(each, port) && isWithin(each, lustre.GroupId));
    return lustrePorts
      .filter(({ fromPort, toPort }) => !isOpen(fromPort) || !isOpen(toPort))
      .map(({ fromPort, toPort }) => `${fromPort === toPort ? fromPort : `${fromPort}-${toPort}`} ${direction}`);
  });
  if (closed.length === 0) return ok(`open within ${lustre.GroupId}, in and out`);
  return problem(`${lustre.GroupId} does not let itself through: TCP ${closed.join(', ')}`, mend);
}

function judgeSource({ lustre, host }: Groups, { host: name, port }: Migration['source']): Outcome {
  const leadsThere = ({ IpRanges = [], Ipv6Ranges = [] }: IpPermission) =>
    [...IpRanges.map(({ CidrIp = '' }) => CidrIp), ...Ipv6Ranges.map(({ CidrIpv6 = '' }) => CidrIpv6)].some((block) =>
      isIP(name) === 0 ? block === '0.0.0.0/0' : contains(block, name),
    );
  const permissions = [...(lustre.IpPermissionsEgress ?? []), ...(host.IpPermissionsEgress ?? [])];
  if (permissions.some((each) => opens(each, port) && leadsThere(each))) return ok(`TCP ${port} is open to ${name}`);
  return problem(`${host.GroupId} lets no host out to TCP ${port} of ${name}`, mend);
}

function opens({ IpProtocol, FromPort, ToPort }: IpPermission, port: number): boolean {
  return IpProtocol === '-1' || (IpProtocol === 'tcp' && covers(FromPort, ToPort, port));
}

function isWithin({ UserIdGroupPairs = [], IpRanges = [] }: IpPermission, groupId: string | undefined): boolean {
  return (
    UserIdGroupPairs.some((pair) => pair.GroupId === groupId) || IpRanges.some(({ CidrIp }) => CidrIp === '0.0.0.0/0')
  );
}
