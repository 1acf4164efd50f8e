/** What can be done about a connection that does not come about, by what ssh2 and the other end say. */
import { type AddressInfo, createServer } from 'node:net';
import { Secret } from '../../../provision/core/secret';
import { connectSession } from '../../../provision/pull/sftp/connect';
import { describeWith } from '../../helpers/needs';
import { pull, pullJob } from '../../helpers/pull';
import { type SshdOptions, sshdNeeds, startSshd } from '../../helpers/sshd';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();

describeWith(sshdNeeds, 'no algorithm in common', () => {
  test.each<[string, SshdOptions, RegExp]>([
    [
      'key exchange',
      { config: { KexAlgorithms: 'sntrup761x25519-sha512@openssh.com' } },
      /^Set legacyAlgorithms .*SHA-1 key exchange.* let in curve25519-sha256,/,
    ],
    [
      'host key',
      { config: { HostKeyAlgorithms: 'ssh-rsa' }, hostKeyTypes: ['rsa'] },
      /^Set legacyAlgorithms .*ssh-rsa host keys.* let in a host key of ed25519,/,
    ],
    [
      'cipher',
      { config: { Ciphers: 'aes128-cbc' } },
      /^Set legacyAlgorithms .*CBC ciphers.* let in AES-GCM, AES-CTR or ChaCha20/,
    ],
    // Which legacyAlgorithms brings none of.
    [
      'MAC',
      { config: { Ciphers: 'aes128-ctr', MACs: 'umac-128@openssh.com' } },
      /^Ask the owner of the server to let in hmac-sha2-256 or hmac-sha2-512\.$/,
    ],
  ])('%s: the hint names what would be one', async (what, options, hint) => {
    const server = await startSshd(options);
    try {
      const { report } = await pull(pullJob(server, folder(), folder()));
      expect(report.error).toMatchObject({
        code: 'SSH_HANDSHAKE_FAILED',
        message: expect.stringMatching(new RegExp(`no matching .*${what}`)),
        hint: expect.stringMatching(hint),
      });
    } finally {
      await server.stop();
    }
  });
});

test.each([
  ['another service', 'HTTP/1.1 400 Bad Request\r\n\r\n', /HTTP\/1\.1 400/, /another service .*correct the port/],
  [
    'a server with words for it',
    'Exceeded MaxStartups\r\n',
    /it says "Exceeded/,
    /too many logins .*use fewer connections/,
  ],
  [
    'a server without a word',
    '',
    /lost before handshake$/,
    /^Check the address.*too many logins .*use fewer connections/,
  ],
])('turned away by %s', async (_, words, message, hint) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(words);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  const endpoint = { host: '127.0.0.1', port, username: 'vendor', hostKeys: [] };
  const attempt = connectSession(endpoint, { password: new Secret('x') }, { requestTimeoutMs: 5000, now: Date.now });
  await expect(attempt).rejects.toMatchObject({
    code: 'CONNECT_FAILED',
    retryable: true,
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });
  server.close();
});
