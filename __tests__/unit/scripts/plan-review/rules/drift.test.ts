import { drift } from '../../../../../scripts/plan-review/rules/drift';
import { check, update } from '../plan-builder';

test('shows what was changed, never a secret', () => {
  const changed = update(
    'aws_security_group.a',
    { description: 'x', secret: 'before' },
    { secret: 'hunter2', tags: { a: '1' } },
  );
  const drifted = { ...changed, change: { ...changed.change, before_sensitive: { secret: true } } };
  const [hit] = check(drift, [], { document: { resource_drift: [drifted] } });
  expect(hit?.message).toBe('changed since the last apply: secret: (sensitive), tags: none -> {"a":"1"}');
});
