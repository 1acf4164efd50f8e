/**
 * How far a server may run ahead of us (RFC 4254 section 5.2). ssh2 grants 2 MiB a channel and tops that up, which is 2 MiB a round trip:
 * 20 MiB/s at 100 ms, whatever the line. One adjustment after the channel is open adds to what the server holds; ssh2's own count stays
 * what it was, goes on topping up from there, and never sees the window spent (it would drop data then).
 *
 * That is safe as long as whatever comes is taken at once, which a session does. It uses what ssh2 does not export: the version is
 * pinned, a contract test holds it in place, and where it is not there the window stays as it is.
 */
import type { ByteChannel } from './byte-channel';

/** ssh2's own (`MAX_WINDOW` in its lib/Channel.js). */
export const stockWindowBytes = 2 * 1024 * 1024;

/** What a line is expected to bring on one connection: about what OpenSSH and one thread here manage. */
const bytesPerMs = 320 * 1024;
const leastWindowBytes = 4 * 1024 * 1024;
const mostWindowBytes = 32 * 1024 * 1024;

/** Bytes to have on the way on one connection: what it brings in a round trip. */
export function windowFor(roundTripMs: number): number {
  return Math.max(leastWindowBytes, Math.min(mostWindowBytes, Math.ceil(roundTripMs * bytesPerMs)));
}

interface Ssh2Channel {
  readonly outgoing?: { readonly id?: number };
  readonly _client?: { readonly _protocol?: { channelWindowAdjust?(id: number, bytes: number): void } };
}

/** Lets the server send up to `windowBytes` ahead. False where this is no channel of ssh2 as we know it; nothing is changed then. */
export function raiseWindow(channel: ByteChannel, windowBytes: number): boolean {
  const { outgoing, _client } = channel as Ssh2Channel;
  const protocol = _client?._protocol;
  if (outgoing?.id === undefined || protocol?.channelWindowAdjust === undefined) return false;
  if (windowBytes > stockWindowBytes) protocol.channelWindowAdjust(outgoing.id, windowBytes - stockWindowBytes);
  return true;
}
