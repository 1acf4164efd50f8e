/** The Lustre client: the right operating system, the package, and the module in the running kernel. */
import { SluiceError } from '../core/errors';
import { type KernelModule, kernelModule } from '../facts/kernel-module';
import { loadedModule } from '../resources/kernel-module';
import { operatingSystem } from '../resources/operating-system';
import { installedPackage } from '../resources/package';
import type { Resource } from '../resources/resource';
import type { Role } from '../role';
import type { RoleInput } from './input';
import { type LustreClient, lustreHosts } from './lustre-clients';

export function lustreClientRole({ migration, outputs, layout }: RoleInput): Role {
  const { os, lustreClient } = migration.host;
  const host = lustreHosts[os];
  const client = host.clients.find(({ choice }) => choice === lustreClient);
  if (client === undefined)
    throw new SluiceError(`host.lustreClient: ${lustreClient} is no client of ${os}`, {
      code: 'CLIENT_UNKNOWN',
      kind: 'config',
      hint: `set it to ${host.clients.map(({ choice }) => choice).join(' or ')}`,
    });
  const resources: readonly Resource[] = [
    operatingSystem({
      id: host.id,
      versionId: host.versionId,
      fix: 'set host.os to what the instance runs, or replace the instance',
    }),
    compatibility(client, outputs.file_system.lustre_version, host.clients),
    installedPackage({
      name: client.packageName,
      series: client.series,
      install: client.install,
      provides: { fact: kernelModule('lustre'), after: ({ loaded }: KernelModule) => ({ available: true, loaded }) },
    }),
    loadedModule({ name: 'lustre', missingFix: (kernel) => missingModuleFix(client, host.clients, kernel) }),
  ];
  const skip = layout.without.lustre;
  return {
    name: 'lustre-client',
    needs: [],
    tasks: resources.map((resource) => ({ resource, ...(skip === undefined ? {} : { skip }) })),
  };
}

/** Which client mounts which file system is known beforehand: an impossible pair blocks the play. */
function compatibility(client: LustreClient, version: string, clients: readonly LustreClient[]): Resource {
  const able = clients.filter(({ mounts }) => mounts.includes(version));
  return {
    name: `client ${client.choice} for a ${version} file system`,
    inspect: () => Promise.resolve(undefined),
    plan: () =>
      client.mounts.includes(version)
        ? []
        : {
            kind: 'blocked',
            reason: `client ${client.choice} (${client.series}) mounts file systems of ${client.mounts.join(' and ')}, not ${version}`,
            fix:
              able.length === 0
                ? 'use another host.os: no client of this one mounts the file system'
                : `set host.lustreClient to ${able.map(({ choice }) => choice).join(' or ')}`,
          },
    predict: () => [],
    apply: () => Promise.resolve(),
  };
}

function missingModuleFix(client: LustreClient, clients: readonly LustreClient[], kernel: string): string {
  const others = clients.filter(({ choice }) => choice !== client.choice);
  const alternatives = others.map(({ choice, kernels }) => `host.lustreClient: ${choice} is for kernels ${kernels}`);
  return [
    `${client.choice} is for kernels ${client.kernels}; this one is ${kernel}`,
    ...alternatives,
    'or boot a kernel from the list (a kernel update can take the client away)',
  ].join('; ');
}
