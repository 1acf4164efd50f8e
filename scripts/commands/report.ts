/** `sluice report`: one self-contained HTML page of a run, or of all of a state directory. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CliContext } from '../context';
import { endHelp } from '../help-end';
import { homeDirectory } from '../home-directory';
import { defaultStateFolder, findRuns, newestFirst } from '../report/run-folders';

interface Options {
  readonly out: string;
  readonly all?: boolean;
  readonly proof?: string;
}

export function registerReport(program: Command, context: CliContext): void {
  const command = program
    .command('report')
    .description('Write one HTML page of a run: outcome, speed, sizes, where the bytes are, failures, costs.')
    .argument('[paths...]', 'run folders, or state directories (default: what `sluice copy` did here)')
    .option('-o, --out <file>', 'the page', 'sluice-report.html')
    .option('--all', 'every run of the state directories, compared, and not only the newest of each')
    .option('--proof <file>', 'what `sluice verify` found in S3, .sluice/<name>/proof.json: shown beside the run')
    .action((paths: readonly string[], options: Options) => report(context, paths, options));
  endHelp(command, {
    notes:
      'The page needs no network and holds no secret, but it names the files. Open it in any browser, or print it.',
    exitCodes: {
      0: 'written, whatever became of the run',
      1: 'it cannot be read or written',
      3: 'there is no run, or no proof, where you said',
      5: 'the proof was edited, or is none',
    },
  });
}

async function report(context: CliContext, paths: readonly string[], { out, all, proof }: Options): Promise<void> {
  const { readProof, writeReport } = await import('../report/write-report');
  const given = paths.length > 0 ? paths.map((path) => resolve(context.cwd, path)) : [copies(context)];
  const folders = newestFirst(given.flatMap((path) => (all === true ? findRuns(path) : findRuns(path).slice(0, 1))));
  await writeReport(context, folders, {
    out,
    proof: proof === undefined ? undefined : readProof(resolve(context.cwd, proof)),
  });
}

function copies({ env }: CliContext): string {
  return defaultStateFolder(env, homeDirectory(env));
}
