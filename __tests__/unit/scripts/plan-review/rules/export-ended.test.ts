import { exportEnded } from '../../../../../scripts/plan-review/rules/export-ended';
import { association, check, keep, replace, update } from '../plan-builder';

const address = 'aws_fsx_data_repository_association.a';
const exporting = (...events: readonly string[]) => ({ ...association, s3: [{ auto_export_policy: [{ events }] }] });

test('finds an export that is turned off in place', () => {
  expect(check(exportEnded, [update(address, exporting('NEW', 'CHANGED'), exporting())])).toMatchObject([
    { address, message: 'automatic export is turned off (it was NEW, CHANGED)' },
  ]);
});

test('is silent where some is left, where there was none, and where the association is another', () => {
  for (const change of [
    update(address, exporting('NEW', 'CHANGED'), exporting('NEW')),
    update(address, exporting(), exporting()),
    keep(address, exporting('NEW')),
    replace(address, exporting('NEW'), { changes: exporting() }),
  ])
    expect(check(exportEnded, [change])).toEqual([]);
});
