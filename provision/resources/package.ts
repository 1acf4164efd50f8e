/**
 * An installed package of a given release series, with the kernel module that it is there for. How it is installed is the caller's: extras
 * topic, dnf, apt. All of these bring the newest release too where an older one is there, which a new kernel may need.
 */
import { SluiceError } from '../core/errors';
import { type Command, sh } from '../core/sh';
import { type KernelModule, kernelModule } from '../facts/kernel-module';
import { packageVersion } from '../facts/package-state';
import { predicted } from '../facts/prediction';
import { packageFailure } from './package-failure';
import type { Resource, Writer } from './resource';
import { CommandFailed } from './writer';

export interface PackageParams {
  readonly name: string;
  /** The leading numbers of the version: `2.12` accepts 2.12.8-1. */
  readonly series: string;
  readonly install: Command;
  /** What it brings for the running kernel: a package without it is as good as none. */
  readonly module: string;
}

interface State {
  /** Installed; null where it is not. */
  readonly version: string | null;
  readonly module: KernelModule;
}

const installTimeoutMs = 900_000;

export function installedPackage({ name, series, install, module }: PackageParams): Resource<State> {
  const fact = packageVersion(name);
  const moduleFact = kernelModule(module);
  return {
    name: `package ${name} ${series}`,
    usesPackageManager: true,
    async inspect(reader) {
      const [version, found] = await Promise.all([reader.get(fact), reader.get(moduleFact)]);
      return { version, module: found };
    },
    plan({ version, module: { available } }) {
      const fits = version !== null && (version === series || version.startsWith(`${series}.`));
      if (!fits)
        return [{ path: 'version', action: version === null ? 'create' : 'update', from: version, to: series }];
      return available
        ? []
        : [{ path: 'module', action: 'create', from: null, to: `${module} for the running kernel` }];
    },
    predict: ({ module: { loaded } }) => [
      predicted(fact, series),
      predicted(moduleFact, { available: true, loaded, version: series }),
    ],
    async apply(writer, { path }) {
      try {
        await writer.run(install, { timeoutMs: installTimeoutMs });
      } catch (error) {
        throw packageFailure(name, error);
      }
      if (path === 'module') await mustHaveModule(writer, { name, module });
    },
  };
}

async function mustHaveModule(writer: Writer, { name, module }: Pick<PackageParams, 'name' | 'module'>): Promise<void> {
  try {
    await writer.run(sh`modinfo -k "$(uname -r)" ${module} >/dev/null`);
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    throw new SluiceError(`the newest ${name} of the repository has no module ${module} for the running kernel`, {
      code: 'PACKAGE_WITHOUT_MODULE',
      hint: 'boot a kernel that it has one for (the one before, most often), or run again when the repository has a newer one',
      cause: error,
    });
  }
}
