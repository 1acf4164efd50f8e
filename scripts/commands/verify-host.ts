/** `sluice verify host`: answers what a test of the finished host would ask. */
import type { Command } from 'commander';
import type { CliContext } from '../context';
import { endHelp } from '../help-end';
import { type HostOptions, hostLookCodes, withHostOptions } from '../provision/host-options';

interface Options extends HostOptions {
  readonly json?: true;
  readonly writeProbe?: true;
}

export function registerVerifyHost(verify: Command, context: CliContext): void {
  const command = withHostOptions(verify.command('host'))
    .description('Is the host what it shall be? Read-only; exit code 1 where any answer is not good.')
    .option('--write-probe', 'also write, read and remove one small file on the file system, outside every association')
    .option('--json', 'print {host, ok, findings} as JSON, one line a host')
    .action((options: Options) => verifyHost(context, options));
  endHelp(command, { exitCodes: hostLookCodes });
}

async function verifyHost(context: CliContext, options: Options): Promise<void> {
  const { hostProject } = await import('../provision/host-project');
  const { reportFindings } = await import('../provision/report-findings');
  const { verifyChecks } = await import('../../provision/diagnosis/host-checks');
  const { diagnose } = await import('../../provision/diagnosis/check');
  const { probeWriting, writableCheckName } = await import('../../provision/diagnosis/mount-checks');
  const { pullJob } = await import('../../provision/roles/job');

  const project = await hostProject(context, options, { withCredentials: false });
  const checks = verifyChecks(project.input, { nowMs: () => context.now().getTime() });
  const { stagingPath } = pullJob(project.input).destination;
  const target = project.input.migration.host.mountPoint;
  await reportFindings(context, {
    project,
    options,
    look: async (connection) => {
      const findings = await diagnose(connection, checks);
      if (options.writeProbe !== true) return findings;
      const proof = { check: writableCheckName, ...(await probeWriting(connection, { target, stagingPath })) };
      return findings.map((finding) => (finding.check === writableCheckName ? proof : finding));
    },
  });
}
