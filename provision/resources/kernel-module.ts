/** A kernel module, loaded. */
import { sh } from '../core/sh';
import { type NextKernel, nextKernel, runningKernel } from '../facts/kernel';
import { type KernelModule, kernelModule } from '../facts/kernel-module';
import { predicted } from '../facts/prediction';
import type { Resource } from './resource';

export interface LoadedModuleParams {
  readonly name: string;
  /** What to do where the running kernel has no such module. */
  readonly missingFix: string;
  /** What makes an installed kernel the one that the next boot runs. */
  readonly makeDefault: (kernel: string) => string;
}

interface State extends KernelModule {
  readonly kernel: string;
  readonly next: NextKernel | null;
}

export function loadedModule({ name, missingFix, makeDefault }: LoadedModuleParams): Resource<State> {
  return {
    name: `kernel module ${name}`,
    async inspect(reader) {
      const [running, module, next] = await Promise.all([
        reader.get(runningKernel),
        reader.get(kernelModule(name)),
        reader.get(nextKernel(name)),
      ]);
      return { kernel: running.release, next, ...module };
    },
    plan({ kernel, available, loaded }) {
      if (loaded) return [];
      if (available) return [{ path: 'state', action: 'update', from: 'not loaded', to: 'loaded' }];
      return {
        kind: 'failed',
        reason: `the running kernel ${kernel} has no module ${name} (modinfo -k ${kernel} ${name})`,
        fix: missingFix,
      };
    },
    warning({ kernel, next }) {
      if (next === null || next.hasModule || next.release === kernel) return undefined;
      return {
        reason: `the next boot runs kernel ${next.release}, which has no module ${name}: it would come up without its file system`,
        fix: `before it boots again, make the running kernel the default (${makeDefault(kernel)}); or run this again after the boot: it brings the module where there is one`,
      };
    },
    predict: ({ version }) => [predicted(kernelModule(name), { available: true, loaded: true, version })],
    async apply(writer) {
      await writer.run(sh`modprobe ${name}`);
    },
  };
}
