/** The other end of a channel, without SSH. */
import { EventEmitter } from 'node:events';
import type { ByteChannel } from '../../provision/pull/sftp/byte-channel';
import { PacketReader } from '../../provision/pull/sftp/packet-reader';
import { packet, string, uint32 } from './sftp-bytes';

export interface SftpRequest {
  readonly type: number;
  readonly id: number;
  readonly body: Buffer;
}

const servers: FakeServer[] = [];
/** Sessions wait for their replies otherwise, and keep the process. */
afterEach(() => {
  for (const server of servers.splice(0)) server.emit('close');
});

/** The other end of a channel: answers the handshake, then hands every request to `onRequest`. */
export class FakeServer extends EventEmitter implements ByteChannel {
  isDestroyed = false;
  onRequest: (request: SftpRequest) => void = () => undefined;
  readonly #reader = new PacketReader((type, body) => {
    if (type === 1) this.send(packet(2, uint32(this.version), ...this.extensions.map(string)));
    else this.onRequest({ type, id: body.readUInt32BE(0), body: body.subarray(4) });
  });

  constructor(
    readonly version = 3,
    readonly extensions: readonly string[] = [],
  ) {
    super();
    servers.push(this);
  }

  write(bytes: Buffer): void {
    this.#reader.push(bytes);
  }

  send(bytes: Buffer): void {
    setImmediate(() => this.emit('data', bytes));
  }

  destroy(): void {
    this.isDestroyed = true;
  }
}
