/** A way to a server on which its greeting comes byte by byte, each in a packet of its own. */
import { connect, createServer } from 'node:net';
import { listen } from '../../scripts/listen-on-loopback';

export interface GreetingProxy {
  readonly port: number;
  /** Takes no more connections. */
  close(): void;
}

export async function greetByteByByte(port: number): Promise<GreetingProxy> {
  const proxy = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    client.setNoDelay(true).on('close', () => upstream.destroy());
    client.on('error', () => undefined).pipe(upstream);
    const handOn = async () => {
      for await (const chunk of upstream as AsyncIterable<Buffer>) {
        const greeting = upstream.bytesRead === chunk.length ? [...chunk] : [];
        for (const byte of greeting) {
          client.write(Buffer.from([byte]));
          await new Promise((resolve) => setTimeout(resolve));
        }
        if (greeting.length === 0) client.write(chunk);
      }
    };
    handOn().catch(() => undefined);
  });
  return { port: await listen(proxy), close: () => proxy.close() };
}
