import { expandTokens, parseHops, resolveSshConfig } from '../../../../provision/connection/ssh-config';

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
    hostName: '10.0.0.9',
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
  expect(resolve('Host i-*\n  ProxyCommand aws ssm start-session --target %n\n').proxyCommand).toBe(
    'aws ssm start-session --target %n',
  );
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
  expect(() => resolve('Host host-1\n  Port ssh\n')).toThrow('~/.ssh/config: Port: "ssh" is no port');
});
