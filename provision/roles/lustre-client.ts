/** The Lustre client: the right operating system and kernel, the repository, the package, and the module in the running kernel. */
import { SluiceError } from '../core/errors';
import { runningKernel } from '../facts/kernel';
import { kernelModule } from '../facts/kernel-module';
import { packageVersion } from '../facts/package-state';
import { loadedModule } from '../resources/kernel-module';
import { operatingSystem } from '../resources/operating-system';
import { installedPackage } from '../resources/package';
import { perHost } from '../resources/per-host';
import type { Resource } from '../resources/resource';
import type { Role } from '../role';
import { clientFor, clientKernel } from './client-kernel';
import { clientRepository } from './client-repository';
import type { RoleInput } from './input';
import { type ClientChoice, type LustreHost, lustreHosts } from './lustre-clients';
import { moduleOptions } from './tuning';

export function lustreClientRole({ migration, outputs, layout, allowReboot = false }: RoleInput): Role {
  const { os, lustreClient: choice } = migration.host;
  const host = lustreHosts[os];
  const choices = [...new Set(host.clients.map((client) => client.choice))];
  if (!choices.includes(choice))
    throw new SluiceError(`host.lustreClient: ${choice} is no client of ${os}`, {
      code: 'CLIENT_UNKNOWN',
      kind: 'config',
      hint: `set it to ${choices.join(' or ')}`,
    });
  const resources: readonly Resource[] = [
    operatingSystem({
      id: host.id,
      versionId: host.versionId,
      fix: 'set host.os to what the instance runs, or replace the instance',
    }),
    clientKernel({ host, choice, version: outputs.file_system.lustre_version, allowReboot }),
    ...clientRepository(host, choice),
    clientPackage(host, choice),
    moduleOptions(),
    loadedModule({
      name: 'lustre',
      missingFix: 'the task before brings it, with its package; or boot a kernel that it is built for',
      makeDefault: host.makeDefault,
    }),
  ];
  const skip = layout.without.lustre;
  return {
    name: 'lustre-client',
    needs: [],
    tasks: resources.map((resource) => ({ resource, skip })),
  };
}

/** A module that comes without a package, compiled by hand, counts as installed by what modinfo says of it; then there is no client for its kernel here. */
function clientPackage(host: LustreHost, choice: ClientChoice): Resource {
  return perHost({
    name: 'package lustre-client',
    usesPackageManager: true,
    fact: runningKernel,
    // The name that the package has on most systems, whatever the kernel.
    ahead: [packageVersion(host.packageName('')), kernelModule('lustre')],
    make: ({ release }) => {
      const client = clientFor(release, host.clients, choice);
      if (client === undefined) return null;
      return installedPackage({
        name: host.packageName(release),
        series: client.series,
        install: host.install(choice, release),
        module: 'lustre',
      });
    },
  });
}
