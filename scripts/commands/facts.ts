/** `sluice facts`: everything that provision and doctor would look at; nothing is changed. */
import type { Command } from 'commander';
import type { CliContext } from '../context';
import { endHelp } from '../help-end';
import { type HostOptions, hostLookCodes, withHostOptions } from '../provision/host-options';

type Options = HostOptions & { readonly json?: true };

export function registerFacts(program: Command, context: CliContext): void {
  const command = withHostOptions(program.command('facts'))
    .description('Show what there is to know of the hosts. Read-only: one round trip, and one for what depends on it.')
    .option('--json', 'print {host, facts, unreadable, error} as JSON, one line a host')
    .action((options: Options) => facts(context, options));
  endHelp(command, { exitCodes: { ...hostLookCodes, 0: 'read', 1: 'failed' } });
}

async function facts(context: CliContext, options: Options): Promise<void> {
  const { hostProject } = await import('../provision/host-project');
  const { doctorChecks } = await import('../../provision/diagnosis/host-checks');
  const { factsOf } = await import('../../provision/diagnosis/check');
  const { exitCodeOfLooks, lookAtHosts } = await import('../provision/look-at-hosts');
  const { renderFacts } = await import('../render/facts');

  const project = await hostProject(context, options, { withCredentials: false });
  const checks = doctorChecks(project.input, { nowMs: () => context.now().getTime() });
  const looks = await lookAtHosts(context, {
    hosts: await project.hosts(),
    forks: options.forks,
    look: (connection) => factsOf(connection, checks),
  });
  for (const { host, found } of looks) {
    if ('error' in found) {
      const { message, hint } = found.error;
      if (options.json === true) context.stdout.write(`${JSON.stringify({ host, error: { message, hint } })}\n`);
      // Some name the host themselves.
      else
        context.stdout.write(
          `${message.startsWith(`${host}: `) ? '' : `${host}: `}${message}\n${hint === undefined ? '' : `  fix: ${hint}\n`}`,
        );
    } else if (options.json === true) {
      const read = found.result.filter(({ error }) => error === undefined).map(({ key, value }) => [key, value]);
      const unreadable = found.result.flatMap(({ key, error }) => (error === undefined ? [] : [[key, error]]));
      const line = { host, facts: Object.fromEntries(read), unreadable: Object.fromEntries(unreadable) };
      context.stdout.write(`${JSON.stringify(line)}\n`);
    } else context.stdout.write(renderFacts(host, found.result));
  }
  context.setExitCode(exitCodeOfLooks(looks, () => true));
}
