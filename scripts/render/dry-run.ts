/** A dry run for people: a line an entry, and the numbers. */
import { formatBytes, formatCount, plural } from '../../provision/core/units';
import { visible } from '../../provision/core/visible';
import {
  type AtSource,
  type DryRunReport,
  exitCodeOfDryRun,
  type PlannedAction,
} from '../../provision/pull/dry-run-report';
import type { CliContext } from '../context';
import { tooLargeLines } from './too-large';
import { unmatchedLines } from './unmatched-includes';

/** Tells of it as it goes, for people or as JSON, one object a line; the exit code is the dry run's. */
export async function tellDryRun(
  context: CliContext,
  isJson: boolean,
  plan: (onAction: (action: PlannedAction) => void) => Promise<DryRunReport>,
): Promise<void> {
  const print = (value: unknown) => void context.stdout.write(`${JSON.stringify(value)}\n`);
  const report = await plan(isJson ? print : (action) => void context.stdout.write(actionLine(action)));
  if (isJson) print(report);
  else context.stdout.write(dryRunSummary(report));
  context.setExitCode(exitCodeOfDryRun(report));
}

function actionLine(action: PlannedAction): string {
  const path = visible(action.path);
  switch (action.action) {
    case 'transfer':
      return `would transfer  ${path} (${formatBytes(action.sizeBytes)})${afterwards(action.atSource)}\n`;
    case 'make-directory':
      return `would make      ${path}/\n`;
    case 'set-access':
      return `would set       ${path} (permissions or owner)\n`;
    case 'link':
      return `would link      ${path} -> ${visible(action.target)}\n`;
    case 'remove':
      return `would remove    ${path}\n`;
    case 'skip':
      return `would skip      ${path}: ${visible(action.reason)}\n`;
    case 'fail':
      return `would fail      ${path}: ${visible(action.reason)}\n`;
  }
}

function afterwards(atSource: AtSource | undefined): string {
  return atSource === undefined ? '' : `, and ${atSource} it at the source`;
}

function dryRunSummary(report: DryRunReport): string {
  const { transfer, atSource, remove, unchanged, left, removalRefused } = report;
  const lines = [
    `dry run: ${plural(transfer.files, 'file')} to transfer, ${formatBytes(transfer.bytes)} (${transfer.bytes} bytes); nothing was written`,
    `  unchanged ${formatCount(unchanged.files)}, skipped ${formatCount(report.skipped)}, excluded ${formatCount(report.excluded)}, would fail ${formatCount(report.failed)}`,
  ];
  if (atSource !== undefined && atSource.files > 0) {
    const action = atSource.moveTo === undefined ? atSource.action : `move to ${visible(atSource.moveTo)}`;
    lines.push(
      `  and ${action} at the source: ${plural(atSource.files, 'file')}, ${formatBytes(atSource.bytes)}, each once it is here and verified`,
    );
  }
  const further = [
    [report.directories, 'directory to make', 'directories to make'],
    [report.links, 'symbolic link to make', 'symbolic links to make'],
    [report.accessChanges, 'file to set permissions or owner of', 'files to set permissions or owner of'],
  ] as const;
  const told = further.filter(([count]) => count > 0).map(([count, one, many]) => plural(count, one, many));
  if (told.length > 0) lines.push(`  ${told.join(', ')}`);
  if (remove.files + remove.directories > 0) {
    const what = `${plural(remove.files, 'file')} and ${plural(remove.directories, 'directory', 'directories')} to remove, ${formatBytes(remove.bytes)}`;
    lines.push(`  ${what}`);
  }
  if (removalRefused !== undefined) lines.push(`  ${removalRefused}`);
  lines.push(...unmatchedLines(report.unmatchedIncludes));
  if (left !== undefined) {
    lines.push(`  ${plural(left.files, 'file')}, ${formatBytes(left.bytes)}, left by the limit of ${left.limit}`);
    lines.push(...tooLargeLines(left));
  }
  return `${lines.join('\n')}\n`;
}
