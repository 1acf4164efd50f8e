import { generateKeyPairSync } from 'node:crypto';
import { configText, describeRight, describeWrong, load, type Sections } from '../../../helpers/config-text';

const ed25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH275TSQfO1Z2ZxMY8NLD1wENoGHG25Ph72twZQFncZ8';

function key(value: string, ...lines: readonly string[]): Sections {
  return { host: ['host:', '  os: amazon-linux-2023', '  ssh:', `    publicKey: ${value}`, ...lines].join('\n') };
}

/** RFC 4253 section 6.6: string "ssh-rsa", mpint e, mpint n. */
function rsaKey(modulusLength: number): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const mpint = (base64: string) => Buffer.concat([Buffer.from([0]), Buffer.from(base64, 'base64url')]);
  const parts = [Buffer.from('ssh-rsa'), Buffer.from(e, 'base64url'), mpint(n)].flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return `ssh-rsa ${Buffer.concat(parts).toString('base64')}`;
}

describeWrong('operator keys', [
  {
    why: 'a private key',
    given: key('»"-----BEGIN OPENSSH PRIVATE KEY-----"'),
    path: 'host.ssh.publicKey',
    message: /is a PRIVATE key \(not shown\)/,
    fix: /ssh-keygen -y/,
  },
  {
    why: "PuTTY's private key",
    given: key('»"PuTTY-User-Key-File-3: ssh-ed25519"'),
    path: 'host.ssh.publicKey',
    message: /PRIVATE/,
    fix: /ssh-keygen -y/,
  },
  {
    why: 'an SSH2 public key',
    given: key('»"---- BEGIN SSH2 PUBLIC KEY ----"'),
    path: 'host.ssh.publicKey',
    message: /SSH2 format/,
    fix: /ssh-keygen -i -f/,
  },
  {
    why: 'two lines',
    given: key(`»"${ed25519}\\n${ed25519}"`),
    path: 'host.ssh.publicKey',
    message: /more than one line/,
    fix: /one line/,
  },
  {
    why: 'the path of a key',
    given: key('»~/.ssh/id_ed25519.pub'),
    path: 'host.ssh.publicKey',
    message: /not an OpenSSH public key/,
    fix: /the line of your .pub file/,
  },
  {
    why: 'a key that EC2 does not take',
    given: key('»ecdsa-sha2-nistp256 AAAA'),
    path: 'host.ssh.publicKey',
    message: /ecdsa-sha2-nistp256 key: EC2 takes ssh-ed25519 and ssh-rsa/,
    fix: /ssh-keygen -t ed25519/,
  },
  {
    why: 'a key cut short',
    given: key(`»${ed25519.slice(0, -8)}`),
    path: 'host.ssh.publicKey',
    message: /not a whole ssh-ed25519 key/,
    fix: /\.pub file/,
  },
  {
    why: 'a key of another type than it says',
    given: key(`»${ed25519.replace('ssh-ed25519', 'ssh-rsa')}`),
    path: 'host.ssh.publicKey',
    message: /not a whole ssh-rsa key/,
    fix: /\.pub file/,
  },
  {
    why: 'an RSA key of 1024 bits',
    given: key(`»${rsaKey(1024)}`),
    path: 'host.ssh.publicKey',
    message: /RSA key of 1024 bits, at least 2048/,
    fix: /ed25519/,
  },
  {
    why: "the example's key",
    given: key(`»${ed25519} replace-me`),
    path: 'host.ssh.publicKey',
    message: /nobody can log in with it/,
    fix: /\.pub file/,
    severity: 'warning',
  },
  {
    why: 'the public half as identity file',
    given: key(ed25519, '    identityFile: »~/.ssh/id_ed25519.pub'),
    path: 'host.ssh.identityFile',
    message: /public half/,
    fix: /^write ~\/.ssh\/id_ed25519$/,
  },
]);

describeRight('operator keys', [
  ['ed25519 without a comment', key(ed25519)],
  ['ed25519 with a comment of several words', key(`${ed25519} an operator's key`)],
  ['RSA of 2048 bits', key(`${rsaKey(2048)} operator`)],
  ['an identity file', key(ed25519, '    identityFile: ~/.ssh/id_ed25519')],
]);

test.each([
  ['a line end behind it', `|\n      ${ed25519}\n`, ed25519],
  ['tabs between its parts', `"${ed25519.replace(' ', '\\t')}\\toperator"`, `${ed25519} operator`],
  ['several blanks', `"  ${ed25519.replace(' ', '   ')}   an  operator "`, `${ed25519} an  operator`],
])('%s: EC2 is given the key as ssh-keygen prints it', (_, value, expected) => {
  expect(load(configText(key(value))).migration?.host.ssh.publicKey).toBe(expected);
});

test('a missing key says what to add, at the mapping it is missing from', () => {
  const { problems } = load(configText({ host: 'host:\n  os: amazon-linux-2023\n  ssh: {}' }));
  expect(problems).toEqual([
    expect.objectContaining({
      path: 'host.ssh.publicKey',
      message: '"publicKey" is missing',
      fix: expect.stringContaining('ssh-ed25519'),
    }),
  ]);
});
