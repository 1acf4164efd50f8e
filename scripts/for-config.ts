/** What a command prints of fixes and cures, with the commands in them as they are for the configuration in use. */

import type { Finding } from '../provision/diagnosis/check';
import type { PlayEvent } from '../provision/events';
import type { CliContext } from './context';

type InUse = Pick<CliContext, 'forConfig'>;

export function curedFor({ forConfig }: InUse, findings: readonly Finding[]): readonly Finding[] {
  return findings.map((finding) =>
    finding.cure === undefined ? finding : { ...finding, cure: forConfig(finding.cure) },
  );
}

export function fixedFor({ forConfig }: InUse, event: PlayEvent): PlayEvent {
  return event.type === 'task-ended' && event.fix !== undefined ? { ...event, fix: forConfig(event.fix) } : event;
}
