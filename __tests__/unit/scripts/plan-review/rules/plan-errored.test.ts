import { reviewPlan } from '../../../../../scripts/plan-review/review';
import { planErrored } from '../../../../../scripts/plan-review/rules/plan-errored';
import { check, create, planJson } from '../plan-builder';

test('blocks a plan that Terraform could not finish, and cannot be allowed', () => {
  const errored = { document: { errored: true } };
  expect(check(planErrored, [create('aws_eip.a', {})], errored)).toHaveLength(1);
  expect(check(planErrored, [create('aws_eip.a', {})])).toEqual([]);
  const review = reviewPlan(planJson([create('aws_eip.a', {})], errored));
  expect(review.summary.verdict).toBe('blocked');
  expect(() => reviewPlan(planJson([], errored), { allow: ['plan-errored'] })).toThrow('cannot be allowed');
});
