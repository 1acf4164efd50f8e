import { durationOf, formatMinutes } from '../durations';
import type { Rule } from '../rule';

const longMinutes = 5;

export const longOperation: Rule = {
  id: 'long-operation',
  severity: 'info',
  title: 'A step takes long',
  explanation: 'Measured by practitioners and stated in the FSx user guide; the totals are in the list of operations.',
  check: (view) =>
    view.resources.flatMap((change) => {
      const duration = durationOf(change);
      if (duration === undefined || duration.mostMinutes < longMinutes) return [];
      return [
        {
          address: change.address,
          message: `${duration.what}: ${formatMinutes(duration)}`,
          fix: 'keep the session open that long, or apply from CI',
        },
      ];
    }),
};
