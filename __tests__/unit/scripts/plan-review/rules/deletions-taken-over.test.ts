import { deletionsTakenOver } from '../../../../../scripts/plan-review/rules/deletions-taken-over';
import { association, check, create, destroy, found, keep, update } from '../plan-builder';

const address = 'aws_fsx_data_repository_association.a';
const linked = (imported: readonly string[] | undefined, exported: readonly string[] = ['NEW']) => ({
  ...association,
  // A policy that is not written is an empty list in a plan of Terraform's.
  s3: [
    {
      auto_import_policy: imported === undefined ? [] : [{ events: imported }],
      auto_export_policy: [{ events: exported }],
    },
  ],
});
const all = ['NEW', 'CHANGED', 'DELETED'];

test.each([[undefined], [['NEW', 'CHANGED']]])('finds deletions that are imported now, and were not (%j)', (before) => {
  expect(check(deletionsTakenOver, [update(address, linked(before), linked(all))])).toMatchObject([
    { address, message: 'what is deleted in the bucket is deleted on the file system as well from then on' },
  ]);
});

test('finds deletions that are exported now', () => {
  expect(check(deletionsTakenOver, [update(address, linked(all), linked(all, all))])).toMatchObject([
    { address, message: expect.stringContaining('is deleted in the bucket as well') },
  ]);
});

test('is silent where they were taken over before, end, stay out, and on an association that comes or goes', () => {
  for (const change of [
    update(address, linked(['DELETED']), linked(all)),
    update(address, linked(all, all), linked(['NEW'])),
    update(address, linked(['NEW']), linked(['NEW', 'CHANGED'])),
    create(address, linked(all, all)),
    destroy(address, linked(all, all)),
    keep(address, linked(all, all)),
  ])
    expect(found(deletionsTakenOver, [change])).toEqual([]);
});
