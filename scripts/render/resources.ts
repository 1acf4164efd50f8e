/** The resources of a stack as a table: one line a type, with its count and its names. */
import type { ResourceAddress } from '../synthesize';

/** Ends in the total and a newline. */
export function renderResources(resources: readonly ResourceAddress[]): string {
  const byType = new Map<string, string[]>();
  for (const { type, name } of resources) byType.set(type, [...(byType.get(type) ?? []), name]);
  const width = Math.max(...[...byType.keys()].map((type) => type.length));
  const lines = [...byType].map(
    ([type, names]) => `${type.padEnd(width)}  ${String(names.length).padStart(2)}  ${names.join(', ')}`,
  );
  return `${lines.join('\n')}\n${resources.length} resources\n`;
}
