/** A file system, its mounts as the kernel tells them, and its line in fstab. */
import type { Mount } from '../../provision/facts/mounts';

export const dnsName = 'fs-1.fsx.us-east-1.amazonaws.com';
export const mountParams = { dnsName, mountName: 'abcdbbmv', target: '/fsx', options: ['noatime', 'flock'] };
export const trap: Mount = { target: '/fsx', fsType: 'autofs', source: 'systemd-1', root: '/', options: ['rw'] };
export const mounted = (change: Partial<Mount> = {}): Mount => ({
  target: '/fsx',
  fsType: 'lustre',
  source: '10.20.1.5@tcp:/abcdbbmv',
  root: '/',
  options: ['rw', 'noatime', 'flock', 'lazystatfs'],
  ...change,
});
export const fstabParams = {
  source: `${dnsName}@tcp:/abcdbbmv`,
  target: '/fsx',
  options: ['defaults'],
  networkUnits: ['network.service', 'network-online.target'],
};
