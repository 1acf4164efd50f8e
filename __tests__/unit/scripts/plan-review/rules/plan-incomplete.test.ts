import { reviewPlan } from '../../../../../scripts/plan-review/review';
import { planIncomplete } from '../../../../../scripts/plan-review/rules/plan-incomplete';
import { describeActions } from '../../../../../scripts/render/plan-review-text';
import { check, create, keep, planJson } from '../plan-builder';

const vpc = keep('aws_vpc.v', {});

test('a plan of some resources only is told, and is never one with nothing to apply', () => {
  const document = { complete: false, applyable: false };
  expect(check(planIncomplete, [vpc], { document })).toMatchObject([{ message: expect.stringContaining('-target') }]);
  const { summary } = reviewPlan(planJson([vpc], { document }));
  expect(summary).toMatchObject({ verdict: 'changes', complete: false, warnings: 1 });
  expect(describeActions(summary)).toBe('no changes in this part');
});

test('what is put off is named', () => {
  const deferred = { reason: 'resource_config_unknown', resource_change: create('aws_eip.e', {}) };
  const document = { complete: false, applyable: false, deferred_changes: [deferred] };
  expect(check(planIncomplete, [vpc], { document })).toMatchObject([{ message: 'put off: aws_eip.e' }]);
});

test('a whole plan, one of a Terraform that does not say, and one that stopped at an error are not told', () => {
  for (const document of [{ complete: true }, {}, { complete: false, errored: true }])
    expect(check(planIncomplete, [vpc], { document })).toEqual([]);
});
