import { durationOf } from '../durations';
import type { Rule } from '../rule';
import { entryOf, stringAt } from '../values';

export const shortTimeout: Rule = {
  id: 'short-timeout',
  severity: 'warning',
  title: 'Terraform gives up before AWS is done',
  explanation:
    'What was half made is then tainted, and the next apply deletes and creates it anew: for a file system or an association with all its data.',
  check: (view) =>
    view.resources.flatMap((change) => {
      const { action } = change;
      if (action !== 'create' && action !== 'replace') return [];
      const [defaultMinutes, needed] = [entryOf(defaultTimeouts, change.type), durationOf(change)];
      if (defaultMinutes === undefined || needed === undefined) return [];
      const minutes = minutesOf(stringAt(change.after, 'timeouts', 'create')) ?? defaultMinutes;
      const atMost = needed.createMinutes;
      if (minutes > atMost) return [];
      return [
        {
          address: change.address,
          message: `the create timeout is ${minutes} minutes, and creating it takes up to ${atMost}`,
          fix: `set timeouts { create = "${atMost * 4}m" }`,
        },
      ];
    }),
};

/** Of the AWS provider (5.100.0), in minutes. */
const defaultTimeouts: Readonly<Record<string, number>> = {
  aws_fsx_lustre_file_system: 30,
  aws_fsx_data_repository_association: 10,
};

/** `1h30m` -> 90. */
function minutesOf(duration: string | undefined): number | undefined {
  const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:\d+s)?$/.exec(duration ?? '');
  if (duration === undefined || match === null) return undefined;
  return Number(match[1] ?? 0) * 60 + Number(match[2] ?? 0);
}
