import { writtenFileSystems } from '../lustre';
import type { Rule } from '../rule';
import { stringAt } from '../values';

/** FSx API reference, LustreLogCreateConfiguration (Destination). */
export const fsxLogGroup: Rule = {
  id: 'fsx-log-group',
  severity: 'blocked',
  title: 'FSx refuses the log group',
  explanation: 'It writes only to log groups whose name starts with /aws/fsx.',
  check: (view) =>
    writtenFileSystems(view).flatMap(({ change }) => {
      const arn = stringAt(change.after, 'log_configuration', 0, 'destination');
      const [group] = view
        .usedBy(change, 'log_configuration')
        .filter(({ type }) => type === 'aws_cloudwatch_log_group');
      const name = arn?.split(':log-group:')[1]?.replace(/:\*$/, '') ?? stringAt(group?.after, 'name');
      if (name === undefined || name.startsWith('/aws/fsx')) return [];
      return [
        {
          address: change.address,
          message: `it logs to ${name}, which does not start with /aws/fsx`,
          fix: `name the log group /aws/fsx/${name.replace(/^\/+/, '')}`,
        },
      ];
    }),
};
