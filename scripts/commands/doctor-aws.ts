/** `sluice doctor aws`: what of an account would make an apply fail, or keeps an applied stack from working. */
import type { Command } from 'commander';
import { exitCodes } from '../../provision/core/errors';
import type { CliContext } from '../context';
import { endHelp } from '../help-end';
import { defaultConfigFile, loadConfig } from '../load-config';

interface Options {
  readonly config: string;
  readonly json?: true;
}

export function registerDoctorAws(doctor: Command, context: CliContext): void {
  const command = doctor
    .command('aws')
    .description(
      'What of the network, the buckets and the quotas is in the way: each problem with its cure. Read-only; exit code 1 where there is any.',
    )
    .option('-c, --config <file>', 'the configuration', defaultConfigFile)
    .option('--json', 'print {region, ok, findings} as JSON')
    .action((options: Options) => doctorAws(context, options));
  endHelp(command, {
    exitCodes: {
      0: 'all checks are good',
      1: 'a problem, or a question without an answer',
      3: 'configuration, or no credentials of AWS',
      4: 'AWS cannot be reached',
    },
  });
}

async function doctorAws(context: CliContext, { config, json }: Options): Promise<void> {
  const loaded = await loadConfig(context, config);
  const { accountIn, closeAccount } = await import('../aws-doctor/check');
  const { diagnoseAccount } = await import('../aws-doctor/checks');
  const { curedFor } = await import('../for-config');
  const { areGood } = await import('../provision/report-findings');
  const { renderFindings } = await import('../render/findings');
  const { usesColor } = await import('../render/color');

  const { region } = loaded.migration;
  const account = accountIn(region, context);
  try {
    const findings = curedFor(context, await diagnoseAccount(account, loaded));
    const good = areGood(findings);
    context.stdout.write(
      json === true
        ? `${JSON.stringify({ region, ok: good, findings })}\n`
        : renderFindings(`AWS ${region}`, findings, { color: usesColor(context, context.stdout) }),
    );
    context.setExitCode(good ? exitCodes.ok : exitCodes.failed);
  } finally {
    closeAccount(account);
  }
}
