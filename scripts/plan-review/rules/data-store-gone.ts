import { backupTypes, bucketTypes, databaseTypes, fileSystemTypes } from '../data-stores';
import type { Rule } from '../rule';
import { stringAt } from '../values';

const dataStores: readonly string[] = [...fileSystemTypes, ...bucketTypes, ...databaseTypes, ...backupTypes];

export const dataStoreGone: Rule = {
  id: 'data-store-gone',
  severity: 'blocked',
  title: 'What holds data is in the state, and was not found in AWS',
  explanation:
    'With the credentials of another account, another region or another endpoint nothing is found of what exists: an apply builds it a second time or drops it from the state, and the first one lives on and costs as before.',
  check: (view) =>
    view.plan.drift
      .filter(({ type, action }) => action === 'delete' && dataStores.includes(type))
      .map((change) => ({
        address: change.address,
        message: `${view.name(change)} ${identityOf(change.before)} was not found${view.region === undefined ? '' : `; the plan looked in ${view.region}`}`,
        fix: 'compare the account (aws sts get-caller-identity), the region and AWS_ENDPOINT_URL with those it was applied with; where it is gone indeed, allow this rule',
      })),
};

/** The ARN says which account and region; a bucket's has neither. */
function identityOf(attributes: unknown): string {
  return stringAt(attributes, 'arn') ?? stringAt(attributes, 'id') ?? '';
}
