/** `sluice validate`: every problem of a configuration, or what it means in one line. Touches nothing but the file. */
import type { Command } from 'commander';
import pc from 'picocolors';
import type { Loaded } from '../../config/load';
import { countProblems, type Paint, paintProblem } from '../../config/problem';
import type { Migration } from '../../config/schema';
import { exitCodes, SluiceError } from '../../provision/core/errors';
import { urlHost } from '../../provision/core/url-host';
import type { CliContext } from '../context';
import { endHelp } from '../help-end';
import { checkConfig, defaultConfigFile } from '../load-config';
import { usesColor } from '../render/color';

interface Options {
  readonly config: string;
  readonly json?: boolean;
}

export function registerValidate(program: Command, context: CliContext): void {
  const command = program
    .command('validate')
    .description('Check the configuration: every problem with its place, its value and its fix.')
    .option('-c, --config <file>', 'the configuration', defaultConfigFile)
    .option('--json', 'print {file, ok, problems} as JSON')
    .action(async (options: Options) => {
      const loaded = await checkConfig(context, options.config).catch((error: unknown) => {
        if (options.json === true && error instanceof SluiceError) return unreadable(options.config, error);
        throw error;
      });
      const print = options.json === true ? asJson : asText;
      context.stdout.write(print(options.config, loaded, context));
      context.setExitCode(loaded.migration === undefined ? exitCodes.config : exitCodes.ok);
    });
  endHelp(command, { exitCodes: { 0: 'valid, maybe with warnings', 3: 'not valid, or not there' } });
}

/** A file that is not there is a problem like any other to a machine that reads JSON. */
function unreadable(file: string, error: SluiceError): Loaded {
  const fix = error.hint ?? 'name a file that can be read with --config';
  return {
    problems: [{ severity: 'error', rule: 'file', file, line: 1, column: 1, path: '', message: error.message, fix }],
  };
}

function asJson(file: string, { migration, problems }: Loaded): string {
  return `${JSON.stringify({ file, ok: migration !== undefined, problems }, null, 2)}\n`;
}

function asText(file: string, { migration, problems }: Loaded, context: CliContext): string {
  const colors = pc.createColors(usesColor(context, context.stdout));
  const paint: Paint = { error: colors.red, warning: colors.yellow, place: colors.bold, fix: colors.green };
  const count = countProblems(problems);
  const verdict =
    migration === undefined
      ? `${file} is not valid: ${count}`
      : `${file} is valid${count === '' ? '' : ` (${count})`}\n${summarize(migration)}`;
  return `${[...problems.map((problem) => paintProblem(problem, paint)), verdict].join('\n')}\n`;
}

/** What the configuration means, in one line. */
function summarize({ source, fileSystem, host, region, pull }: Migration): string {
  const { deploymentType, storageType, storageCapacityGiB, throughputMBpsPerTiB, lustreVersion } = fileSystem;
  const throughput = throughputMBpsPerTiB === undefined ? '' : `, ${throughputMBpsPerTiB} MB/s/TiB`;
  const target = fileSystem.associations.find(({ path }) => path === pull.association);
  const more = fileSystem.associations.length - 1;
  return (
    `sftp://${urlHost(source.host)}:${source.port}${source.path} -> ${host.mountPoint}${pull.association} <-> ${target?.dataRepository}` +
    `${more === 0 ? '' : ` (and ${more} more associations)`}; ` +
    `${deploymentType} ${storageType}, ${storageCapacityGiB} GiB${throughput}, Lustre ${lustreVersion} in ${region}; ` +
    `${host.instanceType} with ${host.os} and ${host.lustreClient}`
  );
}
