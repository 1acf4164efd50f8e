/** The stream over a program's standard input and output, as ssh2 uses it. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinnedHostKeys } from '../../../../provision/connection/host-key-policy';
import { programSocket, ssmTunnel } from '../../../../provision/connection/program-socket';
import { sshTransport } from '../../../../provision/connection/ssh';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const folder = useTemporaryFolder();

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

test('an SSM tunnel that AWS refuses to who it does not know is no host to wait for: log in, it says', async () => {
  const said = (code: string) => `An error occurred (${code}) when calling the StartSession operation: no`;
  const refusedWith = (code: string) => {
    writeFileSync(join(folder(), 'aws'), `#!/bin/sh\necho '${said(code)}' >&2\nexit 254\n`, { mode: 0o755 });
    const env = { PATH: `${folder()}:${process.env.PATH}` };
    const socket = () => programSocket(ssmTunnel({ id: 'i-1', region: 'us-east-1', port: 22 }, env));
    const hostKey = pinnedHostKeys('host-1', []);
    return sshTransport({
      name: 'host-1',
      address: '127.0.0.1',
      port: 22,
      username: 'x',
      identities: [],
      hostKey,
      socket,
    });
  };
  await expect(refusedWith('ExpiredTokenException')).rejects.toMatchObject({
    exitCode: 3,
    message: `the SSM tunnel to i-1 ended with 254: ${said('ExpiredTokenException')}`,
    hint: expect.stringContaining('aws sso login'),
  });
  await expect(refusedWith('TargetNotConnected')).rejects.toMatchObject({ exitCode: 4, retryable: true });
});
