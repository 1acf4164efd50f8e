/** What ends a connection, or does not, and what is told of one that never came to be. */
import { type AddressInfo, createServer } from 'node:net';
import type { AuthContext, ServerChannel, ServerConfig } from 'ssh2';
import { useLoginServer } from '../../helpers/login-server';

const { serve, connectTo } = useLoginServer();
const letIn = (context: AuthContext) => context.accept();

test('an answer to a keepalive that does not come ends no connection: on a slow line it comes minutes later', async () => {
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'clearImmediate',
      'clearTimeout',
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'setTimeout',
    ],
  });
  try {
    const config = { keepaliveCountMax: 1e6 } as Partial<ServerConfig>;
    const session = await connectTo(await serve(letIn, { config }));
    // In one turn: no answer comes in between.
    jest.advanceTimersByTime(600_000);
    expect(await session.stat('/anything')).toMatchObject({ sizeBytes: 42 });
    const lost = new Promise<void>((resolve) => session.onLost(resolve));
    session.fail('done');
    await lost;
  } finally {
    jest.useRealTimers();
  }
});

describe('what the other end says in words', () => {
  const refusalOf = (port: number) => connectTo(port).catch((error: unknown) => error);

  test('before it hangs up is told', async () => {
    const listener = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('Not allowed at this time\r\n');
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', () => resolve()));
    const error = await refusalOf((listener.address() as AddressInfo).port);
    listener.close();
    expect(error).toMatchObject({
      code: 'CONNECT_FAILED',
      message: expect.stringMatching(/before handshake; it says "Not allowed at this time"$/),
    });
  });

  test.each<[string, (channel: ServerChannel) => void, RegExp]>([
    [
      'in place of SFTP',
      (channel) => channel.write('Welcome to our server, have fun\n'),
      /^vendor@127\.0\.0\.1:\d+ lets us in and opens no SFTP session: .*It begins as "Welcome to our server, have fun/,
    ],
    [
      'beside it',
      (channel) => {
        channel.stderr.write('This account is over its quota.\n');
        channel.end();
      },
      /opens no SFTP session: the server closed the SFTP channel; it says "This account is over its quota\."$/,
    ],
  ])('after the login, %s, is told', async (_where, answer, message) => {
    const port = await serve(letIn, {
      onClient: (client) => client.once('session', (accept) => accept().on('subsystem', (open) => answer(open()))),
    });
    expect(await refusalOf(port)).toMatchObject({
      code: 'CONNECT_FAILED',
      kind: 'unreachable',
      message: expect.stringMatching(message),
      hint: expect.stringContaining('Ask the owner of the server to let this account use SFTP'),
    });
  });
});

test('a server that ends a login after the tries it grants refuses it: trying again would lock the account', async () => {
  const noMoreTries = 2;
  let hangUp = () => undefined as unknown;
  const port = await serve(() => hangUp(), {
    onClient: (client) => {
      const { _protocol: protocol } = client as unknown as { _protocol: { disconnect(reason: number): void } };
      hangUp = () => protocol.disconnect(noMoreTries);
    },
  });
  expect(await connectTo(port).catch((error: unknown) => error)).toMatchObject({
    code: 'AUTHENTICATION_FAILED',
    retryable: false,
    message: expect.stringMatching(/^vendor@.* refuses to log in: PROTOCOL_ERROR$/),
    hint: expect.stringContaining('grants few tries'),
  });
});
