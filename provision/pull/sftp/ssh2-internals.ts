/**
 * All that is used of ssh2 beyond its documented interface, with `quick-login.ts`. Its version is pinned, a contract test holds each of these in place, and where one is not
 * there the pull works without it, slower.
 */
import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Client, ParsedKey } from 'ssh2';
import type { ByteChannel } from './byte-channel';

type SignRequest = (request: Buffer, done: (signature: Buffer) => void) => void;

interface Ssh2Channel {
  readonly outgoing?: { readonly id?: number };
  readonly incoming?: { window: number };
  readonly _client?: { readonly _protocol?: Ssh2Protocol };
}

export interface Ssh2Protocol {
  channelWindowAdjust?(id: number, bytes: number): void;
  authPK?(username: string, key: ParsedKey, keyAlgorithm: string | undefined, sign?: SignRequest): void;
  authPassword?(username: string, password: string, newPassword?: string): void;
  subsystem?(channelId: number, name: string, wantReply?: boolean): void;
  channelData?(channelId: number, bytes: Buffer): void;
  /** By message. */
  readonly _handlers?: {
    SERVICE_ACCEPT?(protocol: Ssh2Protocol, service: string): void;
    EXT_INFO?(protocol: Ssh2Protocol, extensions: readonly object[]): void;
    USERAUTH_FAILURE?(protocol: Ssh2Protocol, left: readonly string[], isPartial: boolean): void;
  };
  readonly _cipher?: KeyHolder;
  readonly _decipher?: KeyHolder & {
    readonly _decipherSSLName?: string;
    readonly _decipherInstance?: object;
    readonly _lenBytes?: number;
  };
}

/** With AES-GCM a key goes into node:crypto with every packet, and otherwise that of the MAC. */
type KeyHolder = { [name in (typeof keyNames)[number]]?: Buffer | KeyObject };

const keyNames = ['_encKey', '_decipherKey', '_macKey'] as const;

/** Undefined before it connects. */
export const protocolOf = (client: Client) => (client as { readonly _protocol?: Ssh2Protocol })._protocol;

/** By what the server says of itself. OpenSSH for Windows is not meant: nobody has tried it there. */
export function isOpenSsh(client: Client): boolean {
  const { _remoteVer: software = '' } = client as { readonly _remoteVer?: string };
  return /^OpenSSH_\d/.test(software);
}

/**
 * Lets the server send up to `windowBytes()` ahead (RFC 4254 section 5.2): call what this returns at first and with every chunk. ssh2 grants
 * 2 MiB a channel and tops that up at every MiB, which is 2 MiB a round trip: 20 MiB/s at 100 ms, whatever the line. Its own count is raised alike: it
 * drops what comes beyond that.
 *
 * No more than is of use: what OpenSSH may send it reads from its SFTP server at once, and with tens of MiB in hand it spends its time moving them about.
 *
 * Undefined where this is no channel of ssh2 as we know it; nothing is changed then.
 */
export function windowOpener(channel: ByteChannel, windowBytes: () => number): (() => void) | undefined {
  const { outgoing, incoming, _client } = channel as Ssh2Channel;
  const protocol = _client?._protocol;
  const id = outgoing?.id;
  if (id === undefined || incoming?.window === undefined || protocol?.channelWindowAdjust === undefined)
    return undefined;
  return () => {
    const missing = windowBytes() - incoming.window;
    if (missing < topUpBytes) return;
    incoming.window += missing;
    protocol.channelWindowAdjust?.(id, missing);
  };
}

const topUpBytes = 2 * 1024 * 1024;

/**
 * Whether what ssh2 hands out lies in memory of its own, and not in the chunk that came from the socket: so with node:crypto, whose `update`
 * answers with new memory. ssh2's native addon, where somebody built it, decrypts in place.
 */
export function decryptsIntoOwnMemory(channel: ByteChannel): boolean {
  const decipher = (channel as Ssh2Channel)._client?._protocol?._decipher;
  return decipher?._decipherSSLName !== undefined || decipher?._decipherInstance !== undefined;
}

/**
 * Whether the next byte from the socket begins a packet of AES-GCM: its length in clear, so many bytes, and a tag of 16 (RFC 5647 section 7.3). False
 * within a packet, and where ssh2 reads packets of another cipher.
 */
export function isAtGcmPacket(channel: ByteChannel): boolean {
  const decipher = (channel as Ssh2Channel)._client?._protocol?._decipher;
  return decipher?._lenBytes === 0 && decipher._decipherSSLName?.endsWith('-gcm') === true;
}

/**
 * Makes KeyObjects of the connection's keys, where they are not yet: those of the next key exchange are bytes again. Node.js 24 asks of whatever else it gets as
 * a key whether it is a KeyObject by an error that it throws and catches (24.21: 20 us of a packet's 50).
 */
export function holdKeysAsObjects(channel: ByteChannel): void {
  const protocol = (channel as Ssh2Channel)._client?._protocol;
  for (const holder of [protocol?._cipher, protocol?._decipher]) {
    if (holder === undefined) continue;
    for (const name of keyNames) {
      const key = holder[name];
      if (Buffer.isBuffer(key)) holder[name] = createSecretKey(key);
    }
  }
}
