/** How large a host is: what decides its tuning. Nothing here changes while a play runs. */
import { sh } from '../core/sh';
import { type Fact, textOf } from './fact';

export interface MachineSize {
  readonly memoryGiB: number;
  readonly vCPUs: number;
}

/** `MemTotal` of proc(5), which is a little less than the instance type has; the processors that are online. */
export const machineSize: Fact<MachineSize> = {
  key: 'machine-size',
  stable: true,
  probe: sh`sed -n 's/^MemTotal: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo; getconf _NPROCESSORS_ONLN`,
  parse: (result) => {
    const [memoryKiB = '', vCPUs = ''] = textOf(result).split('\n');
    return { memoryGiB: Number(memoryKiB) / 2 ** 20, vCPUs: Number(vCPUs) };
  },
};
