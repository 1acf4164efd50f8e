/** How much is asked for at one time on one connection: what the line brings in a round trip, or the round trip is what limits it. */

/** What a line is expected to bring on one connection: about what OpenSSH and one thread here manage. */
const bytesPerMs = 320 * 1024;
const leastWindowBytes = 4 * 1024 * 1024;
const mostWindowBytes = 32 * 1024 * 1024;

/** Bytes to have on the way on one connection: what it brings in a round trip. */
export function windowFor(roundTripMs: number): number {
  return Math.max(leastWindowBytes, Math.min(mostWindowBytes, Math.ceil(roundTripMs * bytesPerMs)));
}
