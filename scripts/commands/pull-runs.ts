/** `sluice pull history` and `sluice pull report`: what has run on the host, without logging in there. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CliContext } from '../context';
import { endHelp } from '../help-end';
import { type OneHostOptions, withOneHostOptions } from '../provision/host-options';

interface ReportFlags {
  readonly out: string;
  readonly all?: true;
  readonly proof?: string;
}

export function registerPullRuns(pull: Command, context: CliContext): void {
  const ofHistory = withOneHostOptions(pull.command('history'))
    .description('List the runs of the host, newest first')
    .option('--json', 'print the runs as a JSON array')
    .action((options: OneHostOptions & { json?: true }) => history(context, options));
  endHelp(ofHistory, {
    notes:
      'Nothing is written, here or there. A run that goes on, or left no report, is UNFINISHED; its counts are those it told last.',
    exitCodes: {
      0: 'listed, whatever became of the runs',
      1: 'they cannot be read; of one alone: it is named, and the others are listed',
      3: 'configuration, or there is no run yet',
      4: 'the host cannot be reached',
      5: 'sudo refuses',
    },
  });
  const ofReport = withOneHostOptions(pull.command('report'))
    .description('Bring the newest run of the host here, and write one HTML page of it')
    .option('-o, --out <file>', 'the page', 'sluice-report.html')
    .option('--all', 'every run of the host, compared, and not only the newest')
    .option(
      '--proof <file>',
      'what `sluice verify` found in S3 (default: .sluice/<name>/proof.json, where it was made after the newest run ended)',
    )
    .action((options: OneHostOptions & ReportFlags) => report(context, options));
  endHelp(ofReport, {
    notes:
      'The runs are kept in .sluice/<name>/runs/<host> beside the configuration, for you alone: they name your files. What is there already is not fetched again; a fetch that was interrupted goes on at the byte. The page is the one of `sluice report`.',
    exitCodes: {
      0: 'written, whatever became of the run',
      1: 'it cannot be fetched or written',
      3: 'configuration, there is no run yet, or no proof where you said',
      4: 'the host cannot be reached',
      5: 'the proof was edited, or is none; or sudo refuses',
    },
  });
}

async function history(context: CliContext, options: OneHostOptions & { readonly json?: true }): Promise<void> {
  const { onNamedHost } = await import('../provision/on-host');
  const { hostHistory } = await import('../pull/host-history');
  const { noRunYet } = await import('../pull/host-runs');
  const { runTable } = await import('../render/run-table');
  const { tellLeftOut } = await import('../report/readable-runs');
  const { ec2Layout } = await import('../../provision/roles/layout');
  await onNamedHost(context, options, async ({ connection }) => {
    const { stateDirectory } = ec2Layout;
    const onUnreadable = tellLeftOut(context);
    const runs = await hostHistory(connection, { stateDirectory, signal: context.signal, onUnreadable });
    if (runs.length === 0) throw noRunYet(connection);
    context.stdout.write(options.json === true ? `${JSON.stringify(runs, null, 2)}\n` : runTable(runs));
  });
}

async function report(context: CliContext, options: OneHostOptions & ReportFlags): Promise<void> {
  const { onNamedHost } = await import('../provision/on-host');
  const { bringRuns, proofBeside } = await import('../pull/report-of-host');
  const { usesColor } = await import('../render/color');
  const { showReport } = await import('../render/report-progress');
  const { readProof, writeReport } = await import('../report/write-report');
  const { out, all = false, proof } = options;
  const named = proof === undefined ? undefined : readProof(resolve(context.cwd, proof));
  await onNamedHost(context, options, async (host) => {
    const progress = showReport(context.stderr, { color: usesColor(context, context.stderr), isFetched: true });
    try {
      const [newest = '', ...older] = await bringRuns(host, { all, signal: context.signal, progress });
      const proof = named ?? (await proofBeside(host, newest, progress));
      await writeReport(context, [newest, ...older], { out, proof, progress });
    } finally {
      progress.finish();
    }
  });
}
