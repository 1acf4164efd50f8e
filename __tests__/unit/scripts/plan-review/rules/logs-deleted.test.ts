import { logsDeleted } from '../../../../../scripts/plan-review/rules/logs-deleted';
import { check, create, destroy, keep, replace, update } from '../plan-builder';

const address = 'aws_cloudwatch_log_group.g';
const group = { name: '/aws/fsx/a', retention_in_days: 90, skip_destroy: false };
const messages = (...changes: Parameters<typeof check>[1]) => check(logsDeleted, changes).map(({ message }) => message);

test('finds a log group that goes, is replaced, or forgets sooner', () => {
  expect(messages(destroy(address, group))).toEqual(['the cloudwatch log group is deleted: its events are deleted']);
  const [hit] = check(logsDeleted, [replace(address, group, { changes: { name: '/aws/fsx/b' } })]);
  expect(hit?.chains?.[0]?.[0]).toBe(`the cloudwatch log group's name changes ("/aws/fsx/a" -> "/aws/fsx/b")`);
  expect(messages(update(address, group, { retention_in_days: 7 }))).toEqual([
    'the cloudwatch log group keeps its events for 7 days, before 90',
  ]);
  expect(messages(update(address, { ...group, retention_in_days: 0 }, { retention_in_days: 90 }))).toEqual([
    'the cloudwatch log group keeps its events for 90 days, before for good',
  ]);
});

test('is silent on one that Terraform leaves in AWS, that comes, that stays, or keeps longer', () => {
  expect(messages(destroy(address, { ...group, skip_destroy: true }))).toEqual([]);
  expect(messages(create(address, group))).toEqual([]);
  expect(messages(keep(address, group))).toEqual([]);
  for (const retention_in_days of [0, 365]) expect(messages(update(address, group, { retention_in_days }))).toEqual([]);
});
