import { exportNarrowed } from '../../../../../scripts/plan-review/rules/export-narrowed';
import { association, check, keep, replace, update } from '../plan-builder';

const address = 'aws_fsx_data_repository_association.a';
const exporting = (...events: readonly string[]) => ({ ...association, s3: [{ auto_export_policy: [{ events }] }] });

test('finds events that are exported no more', () => {
  expect(
    check(exportNarrowed, [update(address, exporting('NEW', 'CHANGED', 'DELETED'), exporting('NEW'))]),
  ).toMatchObject([{ address, message: 'no longer exported by itself: CHANGED, DELETED; still: NEW' }]);
});

test('is silent where none is left, which blocks, where events are added or put in another order', () => {
  for (const change of [
    update(address, exporting('NEW'), exporting()),
    update(address, exporting('NEW'), exporting('CHANGED', 'NEW')),
    keep(address, exporting('NEW')),
    replace(address, exporting('NEW', 'CHANGED'), { changes: exporting('NEW') }),
  ])
    expect(check(exportNarrowed, [change])).toEqual([]);
});
