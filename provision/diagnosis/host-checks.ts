/** Which checks make a diagnosis, and which a verification. */
import { type RoleTask, selectTasks } from '../role';
import type { RoleInput } from '../roles/input';
import { pullUnitName } from '../roles/pull-unit';
import { hostRoles } from '../roles/roles';
import type { Check } from './check';
import { mountChecks, mountedReadWriteCheck } from './mount-checks';
import { localPortCheck, nameCheck, reachCheck } from './network-checks';
import { clockCheck, diskCheck, lastRunCheck } from './service-checks';
import { taskCheck, tasksCheck } from './task-checks';

/** Every host has it, provisioned or not; the agent, its runtime and its state lie on the same disk. */
const diskPath = '/var/lib';

export interface ChecksOptions {
  /** The operator's clock. */
  readonly nowMs: () => number;
}

/** From the kernel module to the security group to the agent: an earlier problem may be the cause of the later ones. */
export function doctorChecks(input: RoleInput, { nowMs }: ChecksOptions): readonly Check[] {
  const { of } = rolesOf(input);
  const { dns_name: dnsName, port } = input.outputs.file_system;
  // Here the way to the file system is three questions, asked of a mounted one too.
  const isPreflight = (task: RoleTask) => task.resource.name === `way to ${dnsName}`;
  return [
    ...of('lustre-client').map(taskCheck),
    nameCheck(dnsName),
    reachCheck(dnsName, port),
    localPortCheck(port),
    ...of('lustre-mount')
      .filter((task) => !isPreflight(task))
      .map(taskCheck),
    ...of('agent').map(taskCheck),
    ...of('pull').map(taskCheck),
    lastRunCheck(pullUnitName),
    diskCheck(diskPath),
    clockCheck(nowMs),
  ];
}

/** What a test of the finished host would ask. */
export function verifyChecks(input: RoleInput, { nowMs }: ChecksOptions): readonly Check[] {
  const { of } = rolesOf(input);
  const { mountPoint, mountOptions } = input.migration.host;
  const mountTask = of('lustre-mount').find(({ resource }) => resource.name === `mount ${mountPoint}`);
  if (mountTask === undefined) throw new Error('no task mounts the file system');
  const asConfigured = (tasks: readonly RoleTask[]) => `${tasks.length} of ${tasks.length} tasks as configured`;
  const whole = (name: string, tasks: readonly RoleTask[]) => tasksCheck(name, tasks, asConfigured(tasks));
  return [
    whole('Lustre client', of('lustre-client')),
    ...mountChecks(mountTask, { target: mountPoint, options: mountOptions }),
    mountedReadWriteCheck(mountPoint),
    whole(
      'mounted after a reboot',
      of('lustre-mount').filter((task) => task !== mountTask),
    ),
    whole('agent', of('agent')),
    whole('job and unit', of('pull')),
    lastRunCheck(pullUnitName),
    diskCheck(diskPath),
    clockCheck(nowMs),
  ];
}

function rolesOf(input: RoleInput) {
  const tasks = selectTasks(hostRoles(input));
  return { of: (role: string) => tasks.filter((task) => task.role.name === role) };
}
