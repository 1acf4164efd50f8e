/** `sluice validate`: every problem of a configuration, or what it means in one line. Touches nothing but the file. */
import type { Command } from 'commander';
import type { Loaded } from '../../config/load';
import { formatProblem } from '../../config/problem';
import type { Migration } from '../../config/schema';
import { exitCodes } from '../../provision/core/errors';
import type { CliContext } from '../context';
import { checkConfig, defaultConfigFile } from '../load-config';

interface Options {
  readonly config: string;
  readonly json?: boolean;
}

export function registerValidate(program: Command, context: CliContext): void {
  program
    .command('validate')
    .description('Check the configuration: every problem with its place, its value and its fix.')
    .option('-c, --config <file>', 'the configuration', defaultConfigFile)
    .option('--json', 'print {file, ok, problems} as JSON')
    .action(async (options: Options) => {
      const loaded = await checkConfig(context, options.config);
      context.stdout.write(options.json === true ? asJson(options.config, loaded) : asText(options.config, loaded));
      context.setExitCode(loaded.migration === undefined ? exitCodes.config : exitCodes.ok);
    });
}

function asJson(file: string, { migration, problems }: Loaded): string {
  return `${JSON.stringify({ file, ok: migration !== undefined, problems }, null, 2)}\n`;
}

function asText(file: string, { migration, problems }: Loaded): string {
  const lines = problems.map(formatProblem);
  if (migration !== undefined) lines.push(`${file} is valid: ${summarize(migration)}`);
  return `${lines.join('\n')}\n`;
}

/** What the configuration means, in one line. */
function summarize({ source, fileSystem, host, region, pull }: Migration): string {
  return `sftp://${source.host}:${source.port}${source.path} ${host.os} ${fileSystem.deploymentType} ${region} ${pull.association}`;
}
