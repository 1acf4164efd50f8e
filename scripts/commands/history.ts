/** `sluice history`: the runs of a state directory, newest first. */
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formatBytes, formatCount, formatDuration, formatRate } from '../../provision/core/units';
import type { CliContext } from '../context';
import type { RunSummary } from '../report/report-data';
import { defaultStateFolder, findRuns } from '../report/run-folders';

export function registerHistory(program: Command, context: CliContext): void {
  program
    .command('history')
    .description('List the runs of a state directory, newest first.')
    .argument('[state-directory]', 'with runs/ in it (default: what `sluice copy` did here)')
    .option('--json', 'print the runs as a JSON array')
    .addHelpText(
      'after',
      '\nExit code 0: listed, whatever became of the runs. 1: unreadable. 3: there is no run where you said.',
    )
    .action(async (path: string | undefined, options: { readonly json?: true }) => {
      const { summarizeRun } = await import('../report/reported-run');
      const { env, cwd } = context;
      const folder = path === undefined ? defaultStateFolder(env, env.HOME ?? homedir()) : resolve(cwd, path);
      const runs: RunSummary[] = [];
      for (const run of findRuns(folder)) runs.push(await summarizeRun(run));
      context.stdout.write(options.json === true ? `${JSON.stringify(runs, null, 2)}\n` : table(runs));
    });
}

const headings = ['start (UTC)', 'state', 'files', 'bytes', 'rate', 'unchanged', 'failed', 'duration', 'run'];

function table(runs: readonly RunSummary[]): string {
  const rows = [headings, ...runs.map(cells)];
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const isText = (column: number) => column < 2 || column === headings.length - 1;
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

function cells({ id, state, startedAt, durationMs, counts }: RunSummary): string[] {
  return [
    startedAt.slice(0, 19).replace('T', ' '),
    state,
    formatCount(counts.filesTransferred),
    formatBytes(counts.bytesTransferred),
    formatRate(counts.bytesTransferred - counts.bytesResumed, durationMs),
    formatCount(counts.filesUnchanged),
    formatCount(counts.failed),
    formatDuration(durationMs),
    id,
  ];
}
