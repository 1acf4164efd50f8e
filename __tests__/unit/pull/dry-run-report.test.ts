/** What a dry run's exit code says of removals: what the run's own would. */
import { DryRunTally, exitCodeOfDryRun } from '../../../provision/pull/dry-run-report';
import { defaultSettings } from '../../../provision/pull/job/settings';
import { RemovalPlan } from '../../../provision/pull/removal/removal-plan';
import { compileFilters } from '../../../provision/pull/source/filters';

const toRemove = { path: 'gone', kind: 'file', sizeBytes: 1, missing: 'gone' } as const;
const leave = { kind: 'outcome', outcome: { kind: 'left', path: 'a', sizeBytes: 1, limit: 'files' } } as const;

function planOf(extraFiles: number): RemovalPlan {
  const filters = compileFilters([], []);
  const plan = new RemovalPlan({
    root: undefined,
    filters,
    reservedRootNames: [],
    isDryRun: true,
    keep: () => undefined,
  });
  return Object.assign(plan, { extraFiles, localFiles: 4 });
}

test.each([
  { files: 0, limited: false, exitCode: 0, says: undefined },
  { files: 1, limited: false, exitCode: 2, says: undefined },
  { files: 4, limited: false, exitCode: 1, says: /more than removalLimit/ },
  { files: 0, limited: true, exitCode: 0, says: /a limit ends the run/ },
  { files: 4, limited: true, exitCode: 0, says: /a limit ends the run/ },
])('$files of 4 files to remove, ended by a limit: $limited', async ({ files, limited, exitCode, says }) => {
  const tally = new DryRunTally({ ...defaultSettings, removalLimit: '25%' }, () => undefined);
  if (limited) await tally.add(leave);
  for (let removed = 0; removed < files; removed += 1) tally.remove(toRemove);
  const report = tally.report(planOf(files));
  expect(exitCodeOfDryRun(report)).toBe(exitCode);
  if (says === undefined) expect(report.removalRefused).toBeUndefined();
  else expect(report.removalRefused).toMatch(says);
});
