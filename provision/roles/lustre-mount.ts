/** The file system mounted on its mount point, now and after every boot. */
import { directory } from '../resources/directory';
import { lustreFstabLine } from '../resources/fstab-line';
import { lustreMount } from '../resources/lustre-mount';
import { mountPreflight } from '../resources/mount-preflight';
import type { Resource } from '../resources/resource';
import type { Role } from '../role';
import type { RoleInput } from './input';
import { lustreHosts } from './lustre-clients';
import { parametersOfMount, tuningNow, tuningUnit } from './tuning';

/**
 * For a boot that must not hang on the file system: wait for the network, go on without it, mount on first use (FSx for
 * Lustre user guide, "Mounting your file system automatically").
 */
const bootOptions = ['_netdev', 'nofail', 'x-systemd.automount'];

export function lustreMountRole({ migration, outputs, layout }: RoleInput): Role {
  const { mountPoint, mountOptions, os } = migration.host;
  const { dns_name: dnsName, mount_name: mountName, port } = outputs.file_system;
  const resources: readonly Resource[] = [
    mountPreflight({ dnsName, port, target: mountPoint }),
    directory({ path: mountPoint }),
    tuningUnit(mountPoint),
    lustreFstabLine({
      source: `${dnsName}@tcp:/${mountName}`,
      target: mountPoint,
      options: ['defaults', ...mountOptions, ...bootOptions],
      networkUnits: lustreHosts[os].networkUnits,
    }),
    lustreMount({ dnsName, mountName, target: mountPoint, options: mountOptions, brings: [parametersOfMount] }),
    tuningNow(),
  ];
  const skip = layout.without.lustre;
  return {
    name: 'lustre-mount',
    needs: ['lustre-client'],
    tasks: resources.map((resource) => ({ resource, skip })),
  };
}
