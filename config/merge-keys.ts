/**
 * Merge keys (`<<: *defaults`, yaml.org/type/merge.html): no part of YAML 1.2, but what users of Compose and Ansible write. A mapping's own
 * keys win, then those of the first mapping that is merged.
 *
 * They are merged in the values that the document gives, in which an alias is the very object of its anchor: merging in the nodes
 * would write out mappings within mappings, and a few lines could grow without end.
 */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, visit, type YAMLMap } from 'yaml';
import type { Finding } from './problem';

export const mergeKey = '<<';

type Mapping = Readonly<Record<string, unknown>>;

/** The value with every mapping in it merged; one whose merge keys all hold mappings. It may refer to itself. */
export function withMerges(value: unknown, known = new Map<unknown, object>()): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const done = known.get(value);
  if (done !== undefined) return done;
  const merged = Array.isArray(value) ? [] : {};
  known.set(value, merged);
  const { [mergeKey]: sources = [], ...own } = value as Mapping;
  // The last one that defines a key wins.
  for (const mapping of [own, ...[sources].flat()].reverse()) {
    const entries = mapping === own ? Object.entries(own) : Object.entries(withMerges(mapping, known) as Mapping);
    for (const [key, item] of entries)
      Object.defineProperty(merged, key, {
        configurable: true,
        enumerable: true,
        writable: true,
        value: withMerges(item, known),
      });
  }
  return merged;
}

/** What a mapping has under a key, be it its own or merged; of a document whose aliases do not multiply. */
export function pairOf(map: YAMLMap, key: string | number, document: Document): Pair | undefined {
  // Of a key that is given twice the last one is read.
  const own = map.items.findLast((item) => keyOf(item) === key);
  if (own !== undefined) return own;
  const merging = map.items.filter((item) => keyOf(item) === mergeKey);
  const sources = merging.flatMap((item) => sourcesOf(item, document)).filter(isMap);
  for (const source of sources) {
    const found = pairOf(source, key, document);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Merge keys that cannot be followed, and where they stand. An alias to nothing is a problem of its own. */
export function mergeProblems(document: Document): readonly { readonly offset: number; readonly finding: Finding }[] {
  const problems: { offset: number; finding: Finding }[] = [];
  visit(document, {
    Pair(_, pair, ancestors) {
      if (keyOf(pair) !== mergeKey) return;
      const sources = sourcesOf(pair, document);
      const isCircular = sources.some((source) => ancestors.some((ancestor) => ancestor === source));
      if (sources.includes(undefined) || (sources.every(isMap) && !isCircular)) return;
      const message = isCircular
        ? 'the merge key << takes in the mapping that it stands in'
        : 'the merge key << takes a mapping, or a list of mappings';
      const fix = 'write <<: *name, and &name behind the key of a mapping above; or write the keys out';
      problems.push({ offset: (pair.key as Node).range?.[0] ?? 0, finding: { path: [], message, fix } });
    },
  });
  return problems;
}

function sourcesOf({ value }: Pair, document: Document): readonly unknown[] {
  const resolve = (node: unknown) => (isAlias(node) ? node.resolve(document) : node);
  const source = resolve(value);
  return isSeq(source) ? source.items.map(resolve) : [source];
}

function keyOf({ key }: Pair): unknown {
  return isScalar(key) ? key.value : undefined;
}
