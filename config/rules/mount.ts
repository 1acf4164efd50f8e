/** Where and how the host mounts the file system. Options: mount(8), and mount.lustre(8) of the Lustre manual. */
import { cleanPath, isCleanPath } from '../clean-path';
import { nearest } from '../nearest';
import { show } from '../secrecy';
import { type Complaint, field, type Rule } from './rule';

/** Directories that hold the system: nothing is mounted on them, nor inside the second group. */
const taken = ['/home', '/media', '/mnt', '/opt', '/srv', '/var'];
const system = '/bin /boot /dev /etc /lib /lib64 /proc /root /run /sbin /sys /tmp /usr'.split(' ');

const mountPoint = field('mount-point', 'host.mountPoint', (value) => {
  if (!isCleanPath(value) || !/^[\w./-]+$/.test(value)) {
    const clean = cleanPath(value.replaceAll(/[^\w./-]+/g, '-')) ?? '/fsx';
    return { message: `${show(value)} is not a plain absolute path: a-z, 0-9, _ . - and /`, fix: `write ${clean}` };
  }
  const inside = system.find((directory) => value === directory || value.startsWith(`${directory}/`));
  const hidden = inside ?? taken.find((directory) => value === directory);
  if (hidden === undefined) return undefined;
  const message = `${show(value)} would be mounted over the system's ${hidden}`;
  return { message, fix: inside === undefined ? `write ${hidden}/fsx or /fsx` : 'write /fsx' };
});

/** Written by the provisioner itself, so that a missing network never stops the boot. */
const managed = /^(?:_netdev|nofail|auto|noauto|defaults|x-systemd\..*)$/;

const known = new Set(
  (
    'noatime relatime atime strictatime nodiratime lazytime flock localflock noflock user_xattr nouser_xattr acl ' +
    'lazystatfs nolazystatfs user_fid2path nouser_fid2path checksum nochecksum lruresize nolruresize verbose ' +
    'noverbose always_ping nosuid suid nodev dev noexec exec rw ro sync async retry skpath'
  ).split(' '),
);

const exclusive = [
  ['noatime', 'relatime', 'atime', 'strictatime'],
  ['flock', 'localflock', 'noflock'],
  ['suid', 'nosuid'],
  ['dev', 'nodev'],
  ['exec', 'noexec'],
];

const mountOption = field('mount-option', 'host.mountOptions.*', (value, { host }): Complaint | undefined => {
  if (!/^[\w.=:@/-]+$/.test(value)) {
    const parts = value.split(/[\s,]+/).filter((part) => part !== '');
    const fix =
      parts.length > 1 ? `write one option an item: [${parts.join(', ')}]` : 'write one option such as noatime';
    return { message: `${show(value)} is not one mount option`, fix };
  }
  if (managed.test(value)) {
    return { severity: 'warning', message: `${value} is added where it is needed`, fix: 'remove it' };
  }
  if (value === 'ro') return { message: 'ro makes the file system read-only: a pull writes to it', fix: 'remove it' };
  if (host.mountOptions.indexOf(value) !== host.mountOptions.lastIndexOf(value)) {
    return { message: `${value} is given twice`, fix: 'keep one of the two' };
  }
  const rival = exclusive
    .find((group) => group.includes(value))
    ?.find((other) => other !== value && host.mountOptions.includes(other));
  if (rival !== undefined) return { message: `${value} and ${rival} exclude each other`, fix: 'keep one of the two' };
  const name = value.split('=')[0] ?? value;
  if (known.has(name)) return undefined;
  const slip = nearest(name, known);
  const fix = slip === undefined ? 'check it against mount.lustre(8)' : `did you mean ${slip}?`;
  return { severity: 'warning', message: `${show(value)} is not a mount option known for Lustre`, fix };
});

export const mountRules: readonly Rule[] = [mountPoint, mountOption];
