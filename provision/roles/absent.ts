/**
 * The way back: everything that the roles put on a host is taken away, last things first. What stays: packages with their repository, what
 * is in the file system, its empty mount point, and what runs left behind (the state folder with its reports).
 */
import { unfinishedMark } from '../pull/supervision';
import { absentPath, absentUnit } from '../resources/absent';
import { absentFstabLine } from '../resources/fstab-line';
import type { Resource } from '../resources/resource';
import { unmounted } from '../resources/unmounted';
import type { Role } from '../role';
import type { RoleInput } from './input';
import { hostPaths } from './layout';
import { failedUnitName } from './pull-failed-unit';
import { pullTimerName, resumeUnitName } from './pull-triggers';
import { pullUnitName } from './pull-unit';
import { moduleOptionsPath, tuningUnitName } from './tuning';

/** Roles of the same names as those that they undo, so that tags mean the same. */
export function absentRoles({ migration, outputs, layout }: RoleInput): readonly Role[] {
  const { mountPoint } = migration.host;
  const { mount_name: mountName } = outputs.file_system;
  const role = (name: string, needs: readonly string[], resources: readonly Resource[], skip?: string): Role => ({
    name,
    needs,
    tasks: resources.map((resource) => ({ resource, skip })),
  });
  const { handedOver } = hostPaths(layout);
  const units = [pullTimerName, resumeUnitName, pullUnitName, failedUnitName].map(absentUnit);
  const pull = role('pull', [], units, layout.without.systemd);
  const left = [layout.configDirectory, handedOver, unfinishedMark(layout.stateDirectory)].map(absentPath);
  return [
    { ...pull, tasks: [...pull.tasks, ...left.map((resource) => ({ resource }))] },
    role('agent', ['pull'], [absentPath(layout.installDirectory)]),
    role(
      'lustre-mount',
      ['pull'],
      [
        unmounted({ target: mountPoint, mountName, stoppedUnit: pullUnitName }),
        absentFstabLine(mountPoint),
        absentUnit(tuningUnitName),
      ],
      layout.without.lustre,
    ),
    role('lustre-client', ['lustre-mount'], [absentPath(moduleOptionsPath)], layout.without.lustre),
  ];
}
