/** Whether the host starts its runs when the configuration says: `sluice provision` writes the timer, and it goes on until the next one. */
import type { Connection } from '../../provision/connection/connection';
import { sh } from '../../provision/core/sh';
import type { RoleInput } from '../../provision/roles/input';
import { hostPaths } from '../../provision/roles/layout';
import { pullTimer, pullTimerName } from '../../provision/roles/pull-triggers';

export interface ScheduleOnHost extends Pick<RoleInput, 'migration' | 'layout'> {
  readonly connection: Connection;
}

/**
 * What differs. Costs a round trip. Undefined too of a host that was never provisioned, and where there are several: the first one alone has
 * the schedule.
 */
export async function outdatedSchedule({ migration, layout, connection }: ScheduleOnHost): Promise<string | undefined> {
  const { os, count } = migration.host;
  if (count > 1) return undefined;
  const { schedule } = migration.pull;
  const timer = `/etc/systemd/system/${pullTimerName}`;
  const look = sh`[ -e ${hostPaths(layout).job} ] || exit 1; cat ${timer} 2>/dev/null || :`;
  const { exitCode, stdout } = await connection.exec(look, { repeatable: true });
  const there = stdout.toString('utf8');
  if (exitCode !== 0 || there === (schedule === undefined ? '' : pullTimer(os, schedule))) return undefined;
  if (schedule === undefined) return `${connection.host} pulls by a schedule, and the configuration has none`;
  return `${connection.host} ${there === '' ? 'has no schedule' : 'pulls by another schedule'}: pull.schedule.onCalendar is ${JSON.stringify(schedule.onCalendar)} here`;
}
