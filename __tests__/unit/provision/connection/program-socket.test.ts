/** The stream over a program's standard input and output, as ssh2 uses it. */
import { once } from 'node:events';
import { programSocket } from '../../../../provision/connection/program-socket';

const running = (script: string) =>
  programSocket({ what: 'the tunnel', program: 'sh', args: ['-c', script], env: { PATH: process.env.PATH } });

test.each(['exit 0', 'sleep 0.1'])(
  'a program that ends without a word (%s) ends the stream in both directions',
  async (script) => {
    const stream = await running(script);
    stream.resume();
    await once(stream, 'close');
    expect(stream.writable).toBe(false);
  },
);

test('what a program says on standard error is why it ended', async () => {
  const stream = await running('echo TargetNotConnected >&2; exit 254');
  const [error] = await once(stream.resume(), 'error');
  expect(error.message).toBe('the tunnel ended with 254: TargetNotConnected');
});

test('what is written goes in, and what comes out is read', async () => {
  const stream = await running('head -c 3');
  stream.write('abc');
  const [chunk] = await once(stream, 'data');
  expect(chunk.toString()).toBe('abc');
  await once(stream, 'close');
});
