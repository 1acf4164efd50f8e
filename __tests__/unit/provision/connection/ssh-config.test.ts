import { expandPath, expandTokens, parseHops, resolveSshConfig } from '../../../../provision/connection/ssh-config';

const names = ['host-1', 'i-0123456789abcdef0', '203.0.113.9'];
const resolve = (text: string) =>
  resolveSshConfig({ file: '~/.ssh/config', text, included: new Map() }, { names, home: '/home/ada' });

test('without a section for the host, nothing is said', () => {
  expect(resolve('Host other\n  Port 2222\n')).toEqual({
    identityFiles: [],
    identitiesOnly: false,
    userKnownHostsFiles: [],
    globalKnownHostsFiles: [],
    proxyJump: [],
  });
});

test('a section may use any of the names, the first value wins, IdentityFile adds up', () => {
  const answer = resolve(`
Host i-*
  User admin
  Port 2222
  IdentityFile ~/.ssh/market
  IdentitiesOnly yes
Host 203.0.113.*
  HostName 10.0.0.9
  Port 22
Host *
  IdentityFile %d/.ssh/other
  UserKnownHostsFile ~/.ssh/a ~/.ssh/b
`);
  expect(answer).toMatchObject({
    user: 'admin',
    port: 2222,
    hostName: { text: '10.0.0.9', name: '203.0.113.9' },
    identityFiles: ['/home/ada/.ssh/market', '/home/ada/.ssh/other'],
    identitiesOnly: true,
    userKnownHostsFiles: ['/home/ada/.ssh/a', '/home/ada/.ssh/b'],
  });
});

test("a User for every host is not for a cloud host's system account", () => {
  expect(resolve('User bob\nHost *\n  User eve\n')).toMatchObject({ anyUser: 'bob' });
  expect(resolve('Host *\n  User eve\n').user).toBeUndefined();
});

test('a negated name excludes the section, whichever name matches', () => {
  expect(resolve('Host * !host-1\n  Port 2222\n').port).toBeUndefined();
});

test('Match knows host and all; other criteria never match, and no program is run', () => {
  expect(resolve('Match host host-1\n  Port 1\n').port).toBe(1);
  expect(resolve('Match all\n  Port 2\n').port).toBe(2);
  expect(resolve('Match exec "touch /tmp/never"\n  Port 3\n').port).toBeUndefined();
  expect(resolve('Match host host-1 user root\n  Port 4\n').port).toBeUndefined();
});

test('ProxyJump as hops; none ends the search; it goes before ProxyCommand', () => {
  expect(resolve('Host host-1\n  ProxyJump ops@bastion:2222,inner\n  ProxyCommand nc %h %p\n')).toMatchObject({
    proxyJump: [{ host: 'bastion', username: 'ops', port: 2222 }, { host: 'inner' }],
  });
  const none = resolve('Host host-1\n  ProxyJump none\nHost *\n  ProxyJump bastion\n');
  expect(none.proxyJump).toEqual([]);
});

test.each([
  ['Host i-* mi-*', 'i-0123456789abcdef0'],
  ['Host nobody host-?', 'host-1'],
  ['Match originalhost nobody,203.0.113.*', '203.0.113.9'],
  ['Host *', undefined],
  ['Match all', undefined],
])('a ProxyCommand comes with the name that its section is for: %s', (section, name) => {
  const { proxyCommand } = resolve(`${section}\n  ProxyCommand nc %h %p\n`);
  expect(proxyCommand).toEqual({ text: 'nc %h %p', name });
});

test.each([
  ['Host host-1\n  Port "22\n', '~/.ssh/config:2: Port: the quote " is not closed'],
  ['Host host-1\n\n  HostName\n', '~/.ssh/config:3: HostName: nothing stands behind it'],
])('%j is refused, with its place', (text, message) => {
  expect(() => resolve(text)).toThrow(message);
});

test('what is not read, and what is for other hosts, is not looked at', () => {
  expect(resolve('LocalCommand echo "\nHost other\n  Port "22\nHost *\n  Port 2222\n').port).toBe(2222);
});

test.each(['', 'a b', 'user@', 'host:port', 'host:70000', 'a,,b'])('%j is no way through jump hosts', (text) => {
  expect(() => parseHops(text, '--jump')).toThrow(/--jump/);
});

test('hops may be IPv6 addresses and URIs', () => {
  expect(parseHops('ssh://ops@[2001:db8::1]:2222', '--jump')).toEqual([
    { host: '2001:db8::1', username: 'ops', port: 2222 },
  ]);
});

test('tokens', () => {
  expect(expandTokens('nc %h:%p %r %% %x', { h: 'a', p: '22', r: 'u' })).toBe('nc a:22 u % %x');
});

test('a port that is none is named with its file', () => {
  expect(() => resolve('Host host-1\n  Port ssh\n')).toThrow('~/.ssh/config:2: Port: "ssh" is no port');
});

test('paths have tokens and environment variables; one that is not set is named', () => {
  const expand = (path: string) => expandPath(path, { tokens: { h: 'a' }, env: { RUN: '/run/%h' }, file: 'config' });
  expect(expand(`\${RUN}/%h%%.sock`)).toBe('/run/%h/a%.sock');
  expect(() => expand(`/x/\${NOPE}`)).toThrow(`config: /x/\${NOPE}: the environment variable NOPE is not set`);
});
