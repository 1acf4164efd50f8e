/** The items of a stream of batches, in groups of a size of one's own. */

/** Of `least` items or more, as whole batches come; the last one may have fewer. */
export async function* regrouped<Item>(
  batches: AsyncIterable<readonly Item[]>,
  least: number,
): AsyncGenerator<readonly Item[]> {
  let group: Item[] = [];
  for await (const batch of batches) {
    // Not as arguments of a call: those have to fit on the stack, and a batch may be of any length.
    group = group.concat(batch);
    if (group.length < least) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
