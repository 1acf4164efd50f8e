import { EventEmitter } from 'node:events';
import type { ByteChannel } from '../../../provision/pull/sftp/byte-channel';
import { Requests } from '../../../provision/pull/sftp/requests';
import { readRequest } from '../../../provision/pull/sftp/wire';
import { packet, string, uint32 } from '../../helpers/sftp-bytes';

class SilentChannel extends EventEmitter implements ByteChannel {
  write(): void {}
  destroy(): void {}
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('of a reply that is on its way each kB that came is worth a second: several connections over a slow line bear with each other', async () => {
  let now = 0;
  const channel = new SilentChannel();
  const requests = new Requests(channel, { requestTimeoutMs: 60_000, now: () => now });
  const atMs = (moment: number) => {
    now = moment;
    jest.advanceTimersByTime(2000);
  };
  const read = requests.ask(
    (id) => readRequest(id, Buffer.from('h'), { offset: 0, length: 100_000 }),
    () => 'read at 0',
  );
  read.catch(() => undefined);
  const reply = packet(103, uint32(1), string(Buffer.alloc(100_000)));
  channel.emit('data', reply.subarray(0, 50_000));
  atMs(109_000);
  expect(requests.isLost).toBe(false);
  channel.emit('data', reply.subarray(50_000, 51_000));
  atMs(110_500);
  expect(requests.isLost).toBe(false);
  atMs(111_500);
  await expect(read).rejects.toThrow('the server did not answer "read at 0" within 60 s');
});
