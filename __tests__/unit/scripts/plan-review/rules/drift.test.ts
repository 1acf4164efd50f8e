import { drift } from '../../../../../scripts/plan-review/rules/drift';
import { check, destroy, update } from '../plan-builder';

const set = (...names: readonly string[]) => ({
  'aws_security_group.a': Object.fromEntries(names.map((name) => [name, []])),
});
const drifted = (changes: Readonly<Record<string, unknown>>) => {
  const changed = update('aws_security_group.a', { description: 'x', secret: 'before' }, changes);
  return { resource_drift: [{ ...changed, change: { ...changed.change, before_sensitive: { secret: true } } }] };
};

test('shows what was changed, never a secret', () => {
  const document = drifted({ secret: 'hunter2', tags: { a: '1' } });
  const [hit] = check(drift, [], { document, references: set('secret', 'tags') });
  expect(hit?.message).toBe('changed since the last apply: secret: (sensitive), tags: none -> {"a":"1"}');
});

test('is silent on what the configuration leaves to AWS, and on another spelling of nothing', () => {
  expect(check(drift, [], { document: drifted({ ingress: [{}] }), references: set('tags') })).toEqual([]);
  const empty = drifted({ tags: {}, ingress: [], vpc_id: '', timeouts: { create: null } });
  expect(check(drift, [], { document: empty, references: set('ingress', 'vpc_id', 'tags', 'timeouts') })).toEqual([]);
});

test("is silent where the provider's default tags are others, on the resource and within it", () => {
  const volume = (tags: object) => [{ size: 20, tags, tags_all: { team: 'a' } }];
  const before = { tags: {}, tags_all: { team: 'a' }, root_block_device: volume({}) };
  const moved = { tags: { team: 'a' }, root_block_device: volume({ team: 'a' }) };
  const references = set('tags', 'root_block_device');
  const found = (changes: object) => {
    const document = { resource_drift: [update('aws_security_group.a', before, { ...moved, ...changes })] };
    return check(drift, [], { document, references }).map(({ message }) => message);
  };
  expect(found({})).toEqual([]);
  expect(found({ tags_all: { team: 'b' } })).toEqual([expect.stringMatching(/changed since the last apply: tags: /)]);
});

test('of what somebody deleted, says that the plan makes it anew: nothing is to be put into the configuration', () => {
  const document = { resource_drift: [destroy('aws_budgets_budget.budget')] };
  expect(check(drift, [], { document })).toEqual([
    {
      address: 'aws_budgets_budget.budget',
      message: 'it is gone',
      fix: expect.stringMatching(/^find out who deleted it; the plan makes it anew/),
    },
  ]);
});
