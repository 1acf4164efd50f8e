import { lustreType } from '../data-stores';
import type { ResourceChange } from '../plan-json';
import type { Hit, Rule } from '../rule';
import { isUnknown, stringAt, stringsAt } from '../values';

const block = 'root_squash_configuration';

export const rootSquashed: Rule = {
  id: 'root-squashed',
  severity: 'warning',
  title: 'Root of clients is squashed, and was not before',
  explanation:
    'A pull sets owners and modes as root, and the state of an export is read as root: on a host that is not exempt both fail.',
  check: (view) => view.ofType(lustreType).flatMap(squashedClients),
};

function squashedClients(change: ResourceChange): readonly Hit[] {
  if (change.action !== 'update' || isUnknown(change, [block])) return [];
  const [was, squash] = [squashOf(change.before), squashOf(change.after)];
  if (squash === undefined) return [];
  const exempt = exemptOf(change.after);
  const lost = exemptOf(change.before).filter((nid) => !exempt.includes(nid));
  if (was !== undefined && lost.length === 0) return [];
  const whose =
    was === undefined ? `every client${exempt.length === 0 ? '' : ` but ${exempt.join(', ')}`}` : lost.join(', ');
  return [
    {
      address: change.address,
      message: `root of ${whose} becomes ${squash}`,
      fix: 'exempt the hosts that pull and verify: no_squash_nids (in a migration.yaml, fileSystem.rootSquash.noSquashNids)',
    },
  ];
}

/** Undefined where root stays root. */
function squashOf(attributes: unknown): string | undefined {
  const squash = stringAt(attributes, block, 0, 'root_squash');
  return squash === '0:0' ? undefined : squash;
}

function exemptOf(attributes: unknown): readonly string[] {
  return stringsAt(attributes, block, 0, 'no_squash_nids');
}
