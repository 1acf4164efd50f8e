/** Work on the items of a stream, several at a time, with the results in the order of the items. */

/** What is in flight is bounded by `atOnce`; a slow consumer slows the work. The first failure ends the stream. */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const inFlight: Promise<Result>[] = [];
  for await (const item of items) {
    const result = work(item);
    // Awaited in its turn; until then its failure must not count as unhandled.
    result.catch(() => undefined);
    inFlight.push(result);
    if (inFlight.length >= atOnce) yield (await inFlight.shift()) as Result;
  }
  for (const result of inFlight) yield await result;
}
