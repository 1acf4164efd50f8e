/** Bytes as lines of UTF-8, in batches as they come. */

/** The lines that became complete with each chunk, without their newline; what follows the last newline comes as a line too. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<readonly string[]> {
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(0x0a);
    if (end === -1) {
      rest.push(chunk);
      continue;
    }
    // Cut at newlines only: no character is ever split.
    const text = Buffer.concat([...rest, chunk.subarray(0, end)]).toString('utf8');
    rest = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
    yield text.split('\n');
  }
  if (rest.length > 0) yield [Buffer.concat(rest).toString('utf8')];
}
