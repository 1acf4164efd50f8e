/** The TCP connection beneath SSH: what is written in one turn travels in one piece, in order. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { openSocket } from '../../../provision/pull/sftp/socket';

test('writes of one turn go to the kernel in one call, of the next turn in another', async () => {
  const received: Buffer[] = [];
  const ended = new Promise<void>((resolve) => {
    const server = createServer((peer: Socket) => {
      peer.on('data', (chunk) => received.push(chunk));
      peer.on('end', () => {
        peer.end();
        server.close();
        resolve();
      });
    }).listen(0, '127.0.0.1', () => connected(server.address() as AddressInfo));
  });
  const connected = ({ port }: AddressInfo) => {
    const { socket } = openSocket({ host: '127.0.0.1', port });
    const internals = socket as unknown as Record<'_write' | '_writev', (...args: unknown[]) => unknown>;
    const together = jest.spyOn(internals, '_writev');
    const alone = jest.spyOn(internals, '_write');
    socket.once('connect', () => {
      for (const piece of ['length', 'body', 'tag']) socket.write(Buffer.from(`${piece} `));
      setImmediate(() => {
        expect([together.mock.calls.length, alone.mock.calls.length]).toEqual([1, 0]);
        socket.write(Buffer.from('next'));
        socket.end();
      });
    });
  };
  await ended;
  expect(Buffer.concat(received).toString()).toBe('length body tag next');
});
