import type { ResourceChange, Side } from '../plan-json';
import type { PlanView } from '../plan-view';
import type { Rule } from '../rule';
import { differs, isUnknown, listAt, stringAt } from '../values';

const tableTypes: readonly string[] = ['aws_route_table', 'aws_default_route_table'];

export const defaultRouteRemoved: Rule = {
  id: 'default-route-removed',
  severity: 'warning',
  title: 'A route table has no way to the internet any more',
  explanation:
    'Hosts in its subnets reach neither the source of a pull nor the APIs of AWS that have no endpoint in the VPC: a run waits, and fails at its deadlines.',
  check: (view) => {
    const left = defaultRoutes(view, 'after');
    return defaultRoutes(view, 'before')
      .filter((route) => !left.some((other) => other.table === route.table && other.block === route.block))
      .filter(({ table }) => !isEnded(view, table))
      .map(({ change, table, block }) => ({
        address: change.address,
        message: `${table} leads nowhere for ${block} any more`,
        fix: 'keep the route, or give the table another one to an internet or NAT gateway',
      }));
  },
};

interface DefaultRoute {
  readonly change: ResourceChange;
  /** Address of the route table, its id where it is not of this plan. */
  readonly table: string;
  readonly block: string;
}

function defaultRoutes(view: PlanView, side: Side): readonly DefaultRoute[] {
  const isDefault = (block: string | undefined) => block === '0.0.0.0/0' || block === '::/0';
  const blocksIn = (route: unknown, names: readonly string[]) =>
    names.flatMap((name) => stringAt(route, name) ?? []).filter(isDefault);
  const written = view
    .ofType(...tableTypes)
    .filter((change) => isWritten(view, change))
    .flatMap((change) =>
      listAt(change[side], 'route').flatMap((route) =>
        blocksIn(route, ['cidr_block', 'ipv6_cidr_block']).map((block) => ({ change, table: change.address, block })),
      ),
    );
  const apart = view.ofType('aws_route').flatMap((change) => {
    const blocks = blocksIn(change[side], ['destination_cidr_block', 'destination_ipv6_cidr_block']);
    return blocks.map((block) => ({ change, table: tableOf(view, change), block }));
  });
  return [...written, ...apart];
}

/** A list that the configuration leaves to AWS holds the routes that are resources of their own. */
function isWritten(view: PlanView, change: ResourceChange): boolean {
  return view.isSet(change, 'route') || (!isUnknown(change, ['route']) && differs(change, ['route']));
}

function tableOf(view: PlanView, route: ResourceChange): string {
  const table = view.usedBy(route, 'route_table_id').find(({ type }) => tableTypes.includes(type));
  return table?.address ?? stringAt(route.before ?? route.after, 'route_table_id') ?? 'the route table';
}

function isEnded(view: PlanView, table: string): boolean {
  return view.ofType(...tableTypes).some(({ address, action }) => address === table && action === 'delete');
}
