/** What starts the pull without an operator: the schedule, and the boot after one that interrupted a run. */
import { parseCalendar } from '../../config/calendar';
import type { Migration } from '../../config/schema';
import { pullUnitName } from './pull-unit';

export const pullTimerName = 'sluice-pull.timer';
export const resumeUnitName = 'sluice-pull-resume.service';

/**
 * sluice-pull.timer. Amazon Linux 2 (systemd 219) knows no time zones and no RandomizedDelaySec: its images run in UTC, and within
 * AccuracySec it chooses a time of the host's own.
 */
export function pullTimer(os: Migration['host']['os'], schedule: NonNullable<Migration['pull']['schedule']>): string {
  const calendar = parseCalendar(schedule.onCalendar);
  if ('problem' in calendar) throw new Error(`pull.schedule.onCalendar: ${calendar.problem}`);
  const isOld = os === 'amazon-linux-2';
  const delaySeconds = schedule.randomizedDelayMinutes * 60;
  const delay = isOld
    ? [`AccuracySec=${Math.max(1, delaySeconds)}s`]
    : [`RandomizedDelaySec=${delaySeconds}s`, 'AccuracySec=1s'];
  return `[Unit]
Description=sluice: pull by schedule

[Timer]
OnCalendar=${calendar.onCalendar}${isOld ? '' : ` ${schedule.timeZone}`}
${delay.join('\n')}
Persistent=${schedule.persistent ? 'yes' : 'no'}
Unit=${pullUnitName}

[Install]
WantedBy=timers.target
`;
}

/**
 * sluice-pull-resume.service, at every boot: starts the pull where the agent's mark says that a run was under way. It tries again, as the
 * file system may come later than the host.
 */
export function resumeUnit(unfinishedMark: string): string {
  return `[Unit]
Description=sluice: go on with the pull that the last shutdown interrupted
ConditionPathExists=${unfinishedMark}
After=network-online.target remote-fs.target
Wants=network-online.target

[Service]
Type=simple
ExecStart=/usr/bin/systemctl start ${pullUnitName}
Restart=on-failure
RestartSec=60
StartLimitInterval=3600
StartLimitBurst=20

[Install]
WantedBy=multi-user.target
`;
}
