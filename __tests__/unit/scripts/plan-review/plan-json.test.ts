import { readPlan } from '../../../../scripts/plan-review/plan-json';
import { reviewPlan } from '../../../../scripts/plan-review/review';
import { change, create, planJson, replace } from './plan-builder';

test.each([
  ['no JSON object', [], /has no format_version/],
  ['no format_version', {}, /has no format_version/],
  ['a newer major version', { format_version: '2.0', resource_changes: [] }, /format_version "2.0"; sluice reads 1.x/],
  ['the oldest versions', { format_version: '0.2', resource_changes: [] }, /format_version "0.2"/],
  ['a state', { format_version: '1.0', values: {} }, /a state or another document/],
  ['another shape', { format_version: '1.2', resource_changes: [{ address: 'a.b' }] }, /resource_changes\.0\.type/],
  [
    'an unknown action',
    planJson([{ ...create('aws_eip.a', {}), change: { ...create('aws_eip.a', {}).change, actions: ['levitate'] } }]),
    /unknown to sluice: "levitate"/,
  ],
])('refuses %s', (_, json, message) => {
  expect(() => readPlan(json, 'plan.json')).toThrow(expect.objectContaining({ code: 'PLAN_INVALID', exitCode: 3 }));
  expect(() => readPlan(json, 'plan.json')).toThrow(message);
});

test('takes a newer minor version and properties it does not know', () => {
  expect(readPlan({ ...planJson([]), format_version: '1.99', novelty: true }).changes).toEqual([]);
});

test('both orders of a replacement are one action', () => {
  const replacement = replace('aws_eip.a', {}, { changes: { domain: 'vpc' } });
  const createFirst = { ...replacement, change: { ...replacement.change, actions: ['create', 'delete'] } };
  expect(readPlan(planJson([replacement, createFirst])).changes.map(({ action }) => action)).toEqual([
    'replace',
    'replace',
  ]);
});

test('an ephemeral resource is read with each run, and is no change', () => {
  const opened = { ...change('aws_secretsmanager_secret_version.s', ['open'], {}), mode: 'ephemeral' };
  expect(readPlan(planJson([opened])).changes).toMatchObject([{ mode: 'ephemeral', action: 'read' }]);
  expect(reviewPlan(planJson([opened])).summary.verdict).toBe('clean');
});

test('what is forgotten stays as it was; one that is created in its place is a change of its own', () => {
  const mask = { before: { id: 'eip-1' }, after: { domain: 'vpc' }, after_unknown: { id: true } };
  const json = planJson([
    change('aws_eip.a', ['forget'], { before: { id: 'eip-1' } }),
    change('aws_eip.b', ['create', 'forget'], mask),
  ]);
  expect(readPlan(json).changes).toMatchObject([
    { address: 'aws_eip.a', action: 'forget', before: { id: 'eip-1' }, after: { id: 'eip-1' } },
    { address: 'aws_eip.b', action: 'forget', before: { id: 'eip-1' }, after: { id: 'eip-1' } },
    { address: 'aws_eip.b', action: 'create', before: undefined, after: { domain: 'vpc' } },
  ]);
});

test('names outputs that change, and no others', () => {
  const output_changes = { a: { actions: ['no-op'] }, b: { actions: ['update'] } };
  expect(readPlan(planJson([], { document: { output_changes } })).outputs).toEqual(['b']);
});
