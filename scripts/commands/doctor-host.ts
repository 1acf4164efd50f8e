/** `sluice doctor host`: why a host does not work, from its kernel module to its security group to the agent. */
import type { Command } from 'commander';
import type { CliContext } from '../context';
import { endHelp } from '../help-end';
import { type HostOptions, hostLookCodes, withHostOptions } from '../provision/host-options';

type Options = HostOptions & { readonly json?: true };

export function registerDoctorHost(doctor: Command, context: CliContext): void {
  const command = withHostOptions(doctor.command('host'))
    .description('Why a host does not work: each problem with its cure. Read-only; exit code 1 where there is any.')
    .option('--json', 'print {host, ok, findings} as JSON, one line a host')
    .action((options: Options) => doctorHost(context, options));
  endHelp(command, { exitCodes: hostLookCodes });
}

async function doctorHost(context: CliContext, options: Options): Promise<void> {
  const { hostProject } = await import('../provision/host-project');
  const { reportFindings } = await import('../provision/report-findings');
  const { doctorChecks } = await import('../../provision/diagnosis/host-checks');
  const { diagnose } = await import('../../provision/diagnosis/check');

  const project = await hostProject(context, options, { withCredentials: false });
  const checks = doctorChecks(project.input, { nowMs: () => context.now().getTime() });
  await reportFindings(context, { project, options, look: (connection) => diagnose(connection, checks) });
}
