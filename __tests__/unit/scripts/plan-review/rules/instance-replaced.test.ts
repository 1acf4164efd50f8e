import { instanceReplaced } from '../../../../../scripts/plan-review/rules/instance-replaced';
import { check, destroy, found, replace, update } from '../plan-builder';

test('gives the cause', () => {
  const [hit] = check(instanceReplaced, [
    replace('aws_instance.host', { ami: 'ami-1' }, { changes: { ami: 'ami-2' } }),
  ]);
  expect(hit?.chains?.[0]?.[0]).toBe(`the instance's ami changes ("ami-1" -> "ami-2")`);
});

test('is silent on updates and deletions', () => {
  expect(found(instanceReplaced, [update('aws_instance.a', {}, { tags: {} }), destroy('aws_instance.b')])).toEqual([]);
});
