/** Where and how the host mounts the file system. Options: mount(8), and mount.lustre(8) of the Lustre manual. */
import { cleanPath, isCleanPath } from '../clean-path';
import { nearest } from '../nearest';
import { show } from '../secrecy';
import { type Complaint, field, type Rule } from './rule';

/** Directories that hold the system: nothing is mounted on them, nor inside the second group. */
const taken = '/media /mnt /opt /srv /var /var/cache /var/lib /var/log /var/spool'.split(' ');
const system = '/bin /boot /dev /etc /lib /lib64 /proc /root /run /sbin /sys /tmp /usr /var/run'.split(' ');
/** Of which the pull's unit sees nothing, or a folder of its own (systemd.exec(5), ProtectHome and PrivateTmp). */
const unseen = ['/home', '/var/tmp'];
/** Where the agent and its state lie on a host. */
const own = ['/opt/sluice', '/var/lib/sluice'];

const mountPoint = field('mount-point', 'host.mountPoint', (value) => {
  if (/^\/+$/.test(value)) return { message: `${show(value)} is the root of the host's own system`, fix: 'write /fsx' };
  if (!isCleanPath(value) || !/^[\w./-]+$/.test(value)) {
    const clean = cleanPath(value.replaceAll(/[^\w./~-]+/g, '-'))?.replaceAll('~', '-') ?? '/fsx';
    return { message: `${show(value)} is not a plain absolute path: a-z, 0-9, _ . - and /`, fix: `write ${clean}` };
  }
  const within = (directory: string) => value === directory || value.startsWith(`${directory}/`);
  const fix = 'write /fsx';
  const hidden = unseen.find(within);
  if (hidden !== undefined) return { message: `${show(value)} is out of the pull's sight: it sees no ${hidden}`, fix };
  const ours = own.find(within);
  if (ours !== undefined) return { message: `${show(value)} is where sluice itself lies: ${ours}`, fix };
  const inside = system.find(within);
  const covered = inside ?? taken.find((directory) => value === directory);
  if (covered === undefined) return undefined;
  const message = `${show(value)} would be mounted over the system's ${covered}`;
  return { message, fix: inside === undefined ? `write ${covered}/fsx or /fsx` : fix };
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
