/**
 * Why a resource is replaced or deleted, as chains from a first cause to the resource.
 *
 *   chains(resource):
 *     deleted, tainted, asked for          -> Terraform's own word on it, a chain of one
 *     for each attribute forcing the replacement:
 *       fed by resources that are themselves replaced, created, read or changed
 *                                          -> the chains of those, then this resource
 *       else                               -> "its <attribute> changes", then this resource
 */
import type { Path, ResourceChange } from './plan-json';
import { differs, isUnknown, showChange, stringAt } from './values';

/** Sentences from the first cause to the last effect: what the arrows of a report connect. */
export type Chain = readonly string[];

/** What chains are read from. */
export interface Uses {
  /** Resources whose id, name or ARN an attribute holds or will hold, by reference or else by value. */
  usedBy(change: ResourceChange, attribute: string): readonly ResourceChange[];
  /** `the file system`, with its address where the plan has several of its type. */
  name(change: ResourceChange): string;
}

/** More tell a reader nothing. */
const maxChains = 5;

/**
 * Longest first: an attribute that changes by itself tells less than one that other changes lead to.
 * @param consequence What follows for the data, at the end of every chain.
 */
export function chainsTo(uses: Uses, change: ResourceChange, consequence?: string): readonly Chain[] {
  const all = unique(chains(uses, change, [])).toSorted((a, b) => b.length - a.length);
  const ending = consequence === undefined ? '' : `: ${consequence}`;
  return all.slice(0, maxChains).map((chain) => [...chain.slice(0, -1), `${chain.at(-1)}${ending}`]);
}

function chains(uses: Uses, change: ResourceChange, above: readonly ResourceChange[]): readonly Chain[] {
  const effect = `${uses.name(change)} is ${effects[change.action]}`;
  const stated = statedReason(uses, change);
  if (stated !== undefined) return [[stated, effect]];
  const path = [...above, change];
  const found = forcingPaths(change).flatMap((attribute) => {
    const upstream = feeding(uses, change, attribute).filter((other) => !path.includes(other));
    if (upstream.length === 0) return [[`${possessive(uses.name(change))} ${sentenceOf(change, attribute)}`, effect]];
    return upstream.flatMap((other) => upstreamChains(uses, other, path).map((chain) => [...chain, effect]));
  });
  return found.length > 0 ? found : [[effect]];
}

const effects: Readonly<Record<ResourceChange['action'], string>> = {
  'no-op': 'unchanged',
  create: 'created',
  read: 'read anew',
  update: 'changed in place',
  replace: 'replaced',
  delete: 'deleted',
  forget: 'removed from the state',
};

/** What is replaced has causes of its own; a data source has those of what it reads; the rest is a first cause. */
function upstreamChains(uses: Uses, change: ResourceChange, path: readonly ResourceChange[]): readonly Chain[] {
  if (change.action === 'replace' || change.action === 'delete') return chains(uses, change, path);
  return [[`${uses.name(change)} is ${effects[change.action]}`]];
}

/** Strongest first: where something is replaced, what is merely created beside it is not the cause. */
const strength: readonly ResourceChange['action'][] = ['replace', 'delete', 'create', 'read', 'update'];

function feeding(uses: Uses, change: ResourceChange, path: Path): readonly ResourceChange[] {
  const moving = uses.usedBy(change, String(path[0])).filter(({ action }) => strength.includes(action));
  // A value known already comes from a literal, or from a resource that is replaced for the same new value.
  const candidates = isUnknown(change, path) ? moving : moving.filter(({ action }) => action === 'replace');
  const [strongest] = strength.filter((action) => candidates.some((other) => other.action === action));
  return candidates.filter(({ action }) => action === strongest);
}

/** Paths that differ; a provider may name one that does not. */
function forcingPaths(change: ResourceChange): readonly Path[] {
  const differing = change.replacePaths.filter((path) => differs(change, path));
  return differing.length > 0 ? differing : change.replacePaths;
}

function sentenceOf(change: ResourceChange, path: Path): string {
  const name = path.filter((key) => typeof key === 'string').join('.');
  return `${name} changes (${showChange(change, path)})`;
}

function possessive(name: string): string {
  return `${name}'s`;
}

function statedReason(uses: Uses, change: ResourceChange): string | undefined {
  const name = uses.name(change);
  switch (change.reason) {
    case 'replace_because_tainted':
      return `${name} is tainted: an earlier apply left it half made`;
    case 'replace_by_request':
      return `-replace=${change.address} was asked for`;
    case 'replace_by_triggers':
      return `something that ${possessive(name)} replace_triggered_by names changes`;
    case 'delete_because_no_resource_config':
      return `${name} is no longer in the configuration`;
    case 'delete_because_no_module':
      return `${possessive(name)} module is no longer in the configuration`;
    case 'delete_because_wrong_repetition':
      return `${possessive(name)} count or for_each was added or removed`;
    case 'delete_because_count_index':
      return `${possessive(name)} count is lower`;
    case 'delete_because_each_key':
      return `${possessive(name)} key is no longer in for_each`;
    case 'delete_because_no_move_target':
      return `${name} was moved to an address that is not in the configuration`;
    default:
      if (change.action === 'delete') return 'the plan destroys it';
      return change.action === 'replace' &&
        stringAt(change.before, 'id') !== undefined &&
        change.replacePaths.length === 0
        ? 'the plan does not say why'
        : undefined;
  }
}

function unique(all: readonly Chain[]): readonly Chain[] {
  return [...new Map(all.map((chain) => [chain.join('\n'), chain])).values()];
}
