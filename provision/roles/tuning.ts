/**
 * What large hosts need and small ones are left without (FSx for Lustre user guide, "Performance tips", client memory and network tuning):
 * over 64 GiB of memory the client's locks are let go in time; over 64 vCPUs it has more threads, credits and requests in flight.
 * An instance of another type keeps its disk: what it had as a large one goes from a small one.
 */

import { lustreParameters } from '../facts/lustre-parameters';
import { type MachineSize, machineSize } from '../facts/machine-size';
import { pathState } from '../facts/path';
import { unitState } from '../facts/unit';
import { absentPath, absentUnit } from '../resources/absent';
import { file } from '../resources/file';
import { lustreClientParameters, type WantedParameter } from '../resources/lustre-parameters';
import { mountUnitName } from '../resources/mount-unit-name';
import { perHost } from '../resources/per-host';
import type { Resource } from '../resources/resource';
import { systemdUnit } from '../resources/systemd-unit';

export const tuningUnitName = 'sluice-lustre-tuning.service';
export const moduleOptionsPath = '/etc/modprobe.d/sluice-lustre.conf';

const moduleOptionsText = `options ptlrpc ptlrpcd_per_cpt_max=32
options ksocklnd credits=2560
`;

const hasLargeMemory = ({ memoryGiB }: MachineSize) => memoryGiB > 64;
const hasManyProcessors = ({ vCPUs }: MachineSize) => vCPUs > 64;

/** Options of Lustre's modules, read when they are loaded: from the first mount on, or from the next boot. */
export function moduleOptions(): Resource {
  return perHost({
    name: 'module options of a large host',
    fact: machineSize,
    ahead: [pathState(moduleOptionsPath)],
    make: (size) =>
      hasManyProcessors(size)
        ? file({ path: moduleOptionsPath, content: moduleOptionsText, mode: '0644', owner: 'root:root' })
        : absentPath(moduleOptionsPath),
  });
}

/** The unit that sets the parameters whenever the file system is mounted. */
export function tuningUnit(mountPoint: string): Resource {
  const make = (size: MachineSize) => {
    const wanted = parametersFor(size);
    if (wanted.length === 0) return absentUnit(tuningUnitName);
    const mount = mountUnitName(mountPoint);
    const settings = wanted.map(({ pattern, value }) => `${pattern}=${value}`).join(' ');
    const content = `[Unit]
Description=sluice: Lustre client parameters of a large host
After=${mount}

[Service]
Type=oneshot
ExecStart=/usr/sbin/lctl set_param ${settings}

[Install]
WantedBy=${mount}
`;
    return systemdUnit({ name: tuningUnitName, content, enabled: true });
  };
  const ahead = [pathState(`/etc/systemd/system/${tuningUnitName}`), unitState(tuningUnitName)];
  return perHost({ name: 'tuning unit of a large host', fact: machineSize, ahead, make });
}

/** The same parameters, now. */
export function tuningNow(): Resource {
  const make = (size: MachineSize) => {
    const wanted = parametersFor(size);
    return wanted.length === 0 ? null : lustreClientParameters(wanted);
  };
  return perHost({ name: 'tuning of a large host', fact: machineSize, make });
}

/** What a mount brings: its parameters, with values that nobody foresees. */
export const parametersOfMount = lustreParameters([]);

export function parametersFor(size: MachineSize): readonly WantedParameter[] {
  const memory = [
    // Some clients show seconds for the milliseconds that they were given.
    { pattern: 'ldlm.namespaces.*.lru_max_age', value: '600000', alias: '600' },
    { pattern: 'ldlm.namespaces.*.lru_size', value: String(100 * size.vCPUs) },
  ];
  const processors = [
    { pattern: 'osc.*OST*.max_rpcs_in_flight', value: '32' },
    { pattern: 'mdc.*.max_rpcs_in_flight', value: '64' },
    { pattern: 'mdc.*.max_mod_rpcs_in_flight', value: '50' },
  ];
  return [...(hasLargeMemory(size) ? memory : []), ...(hasManyProcessors(size) ? processors : [])];
}
