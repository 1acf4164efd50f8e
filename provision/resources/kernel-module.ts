/** A kernel module, loaded. */
import { sh } from '../core/sh';
import { type KernelModule, kernelModule } from '../facts/kernel-module';
import { predicted } from '../facts/prediction';
import { machine } from '../facts/system';
import type { Resource } from './resource';

export interface LoadedModuleParams {
  readonly name: string;
  /** What to do where the running kernel has no such module. */
  readonly missingFix: (kernel: string) => string;
}

interface State extends KernelModule {
  readonly kernel: string;
}

export function loadedModule({ name, missingFix }: LoadedModuleParams): Resource<State> {
  return {
    name: `kernel module ${name}`,
    async inspect(reader) {
      const [{ kernel }, module] = await Promise.all([reader.get(machine), reader.get(kernelModule(name))]);
      return { kernel, ...module };
    },
    plan({ kernel, available, loaded }) {
      if (loaded) return [];
      if (available) return [{ path: 'state', action: 'update', from: 'not loaded', to: 'loaded' }];
      return {
        kind: 'failed',
        reason: `the running kernel ${kernel} has no module ${name} (modinfo -k ${kernel} ${name})`,
        fix: missingFix(kernel),
      };
    },
    predict: () => [predicted(kernelModule(name), { available: true, loaded: true })],
    async apply(writer) {
      await writer.run(sh`modprobe ${name}`);
    },
  };
}
