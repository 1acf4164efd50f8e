/** `sluice history`: the runs of a state directory, newest first. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CliContext } from '../context';
import { endHelp } from '../help-end';
import { homeDirectory } from '../home-directory';
import { runTable } from '../render/run-table';
import { defaultStateFolder, findRuns } from '../report/run-folders';

export function registerHistory(program: Command, context: CliContext): void {
  const command = program
    .command('history')
    .description('List the runs of a state directory, newest first.')
    .argument('[state-directory]', 'with runs/ in it (default: what `sluice copy` did here)')
    .option('--json', 'print the runs as a JSON array')
    .action(async (path: string | undefined, options: { readonly json?: true }) => {
      const { readableRuns, tellLeftOut } = await import('../report/readable-runs');
      const { summarizeRun } = await import('../report/reported-run');
      const { env, cwd } = context;
      const folder = path === undefined ? defaultStateFolder(env, homeDirectory(env)) : resolve(cwd, path);
      const read = async (run: string) => ({ ...(await summarizeRun(run)), folder: run });
      const runs = await readableRuns(findRuns(folder), read, tellLeftOut(context));
      context.stdout.write(options.json === true ? `${JSON.stringify(runs, null, 2)}\n` : runTable(runs));
    });
  endHelp(command, {
    exitCodes: {
      0: 'listed, whatever became of the runs',
      1: 'one is unreadable: it is named, and the others are listed',
      3: 'there is no run where you said',
    },
  });
}
