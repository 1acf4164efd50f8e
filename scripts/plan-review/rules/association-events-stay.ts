import type { ResourceChange } from '../plan-json';
import type { Rule } from '../rule';
import { stringAt, stringsAt } from '../values';

const policies = [
  { block: 'auto_import_policy', member: 'AutoImportPolicy', what: 'imported' },
  { block: 'auto_export_policy', member: 'AutoExportPolicy', what: 'exported' },
] as const;

/** The blocks are optional and computed in the provider (5.100.0): one that is left out keeps the service's value. */
export const associationEventsStay: Rule = {
  id: 'association-events-stay',
  severity: 'warning',
  title: 'Events of an association stay on, although the configuration has none any more',
  explanation:
    'The provider leaves a policy that is not written as it is on the service, and plans nothing: what was to end goes on being imported or exported. One that a `dynamic` block writes is not seen in a plan: look there first.',
  check: (view) =>
    view.ofType('aws_fsx_data_repository_association').flatMap((change) => {
      const written = view.namesInBlock(change, 's3');
      if (written === undefined) return [];
      return policies
        .map((policy) => ({ ...policy, events: stayingEvents(change, policy.block) }))
        .filter(({ block, events }) => events.length > 0 && !written.includes(block))
        .map(({ member, what, events }) => ({
          address: change.address,
          message: `${events.join(', ')} go on being ${what} by themselves: a plan cannot turn them off`,
          fix: `aws fsx update-data-repository-association --association-id ${stringAt(change.before, 'id')} --s3 '${member}={Events=[]}', or write the events where they are meant`,
        }));
    }),
};

function stayingEvents({ action, before }: ResourceChange, block: string): readonly string[] {
  return action === 'no-op' || action === 'update' ? stringsAt(before, 's3', 0, block, 0, 'events') : [];
}
