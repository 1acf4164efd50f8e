/**
 * All that is used of ssh2 beyond its documented interface. Its version is pinned, a contract test holds each of these in place, and where one is not
 * there the pull works without it, slower.
 */
import type { ByteChannel } from './byte-channel';
import { stockWindowBytes } from './channel-window';

interface Ssh2Channel {
  readonly outgoing?: { readonly id?: number };
  readonly _client?: { readonly _protocol?: Ssh2Protocol };
}

interface Ssh2Protocol {
  channelWindowAdjust?(id: number, bytes: number): void;
  readonly _decipher?: { readonly _decipherSSLName?: string; readonly _decipherInstance?: object };
}

/**
 * Lets the server send up to `windowBytes` ahead (RFC 4254 section 5.2). ssh2 grants 2 MiB a channel and tops that up, which is 2 MiB a round
 * trip: 20 MiB/s at 100 ms, whatever the line. One adjustment after the channel is open adds to what the server holds; ssh2's own count stays
 * what it was, goes on topping up from there, and never sees the window spent (it would drop data then). That is safe as long as
 * whatever comes is taken at once, which a session does.
 *
 * False where this is no channel of ssh2 as we know it; nothing is changed then.
 */
export function raiseWindow(channel: ByteChannel, windowBytes: number): boolean {
  const { outgoing, _client } = channel as Ssh2Channel;
  const protocol = _client?._protocol;
  if (outgoing?.id === undefined || protocol?.channelWindowAdjust === undefined) return false;
  if (windowBytes > stockWindowBytes) protocol.channelWindowAdjust(outgoing.id, windowBytes - stockWindowBytes);
  return true;
}

/**
 * Whether what ssh2 hands out lies in memory of its own, and not in the chunk that came from the socket: so with node:crypto, whose `update`
 * answers with new memory. ssh2's native addon, where somebody built it, decrypts in place.
 */
export function decryptsIntoOwnMemory(channel: ByteChannel): boolean {
  const decipher = (channel as Ssh2Channel)._client?._protocol?._decipher;
  return decipher?._decipherSSLName !== undefined || decipher?._decipherInstance !== undefined;
}
