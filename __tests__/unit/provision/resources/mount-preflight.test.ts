/** What stands in the way of a mount, by what the host sees of the file system and of its own port. */
import { localPort } from '../../../../provision/facts/local-port';
import { type Mount, mounts } from '../../../../provision/facts/mounts';
import { type TcpReach, tcpReach } from '../../../../provision/facts/tcp-reach';
import { mountPreflight } from '../../../../provision/resources/mount-preflight';
import { mountUnitName } from '../../../../provision/resources/mount-unit-name';
import { factsInMemory, given } from '../../../helpers/facts-in-memory';

const dnsName = 'fs-1.fsx.us-east-1.amazonaws.com';
const lustre: Mount = { target: '/fsx', fsType: 'lustre', source: '10.0.0.5@tcp:/abc', root: '/', options: [] };

async function planWith(reach: TcpReach, holders: readonly string[] = [], mounted: readonly Mount[] = []) {
  const resource = mountPreflight({ dnsName, port: 988, target: '/fsx' });
  const facts = [given(mounts, mounted), given(tcpReach(dnsName, 988), reach), given(localPort(988), holders)];
  return resource.plan(await resource.inspect(factsInMemory(facts)));
}

test('nothing is in the way where the port is open, or where the file system is mounted', async () => {
  expect(await planWith('open')).toEqual([]);
  expect(await planWith('silent', ['rpcbind'], [lustre])).toEqual([]);
});

test.each([
  ['unresolved', /does not resolve/, /DNS support/],
  ['silent', /security group or a route/, /1018-1023/],
  ['refused', /refuses/, /lifecycle/],
  ['no-route', /no way to/, /subnet/],
] as const)('%s: the cause and the cure', async (reach, reason, fix) => {
  expect(await planWith(reach)).toMatchObject({
    kind: 'failed',
    reason: expect.stringMatching(reason),
    fix: expect.stringMatching(fix),
  });
});

test('a local port that is taken is named, and NFS is told how to keep off it', async () => {
  expect(await planWith('open', ['rpcbind'])).toMatchObject({ reason: expect.stringContaining('held by rpcbind') });
  expect(await planWith('open', ['NFS'])).toMatchObject({ fix: expect.stringContaining('min_resvport=1024') });
});

test.each([
  ['/fsx', 'fsx.mount'],
  ['/data/my fsx/', 'data-my\\x20fsx.mount'],
  ['/a-b/.c', 'a\\x2db-.c.mount'],
  ['/', '-.mount'],
])('the unit of %s is %s, as systemd-escape says', (path, name) => {
  expect(mountUnitName(path)).toBe(name);
});
