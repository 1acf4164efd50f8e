/** `sluice synth`: the configuration in, Terraform's JSON out, and what it would create. Talks to nothing. */
import type { Command } from 'commander';
import { sh } from '../../provision/core/sh';
import type { CliContext } from '../context';
import { endHelp } from '../help-end';
import { defaultConfigFile, loadConfig } from '../load-config';
import { renderResources } from '../render/resources';
import { type Synthesized, synthesize } from '../synthesize';

interface Options {
  readonly config: string;
  readonly output: string;
  readonly json?: boolean;
}

export function registerSynth(program: Command, context: CliContext): void {
  const command = program
    .command('synth')
    .description('Write the Terraform configuration and list the resources in it.')
    .option('-c, --config <file>', 'the configuration', defaultConfigFile)
    .option('-o, --output <folder>', 'where to write', 'cdktf.out')
    .option('--json', 'print {name, stackFolder, resources} as JSON')
    .action(async (options: Options) => {
      const { migration, file } = await loadConfig(context, options.config);
      const { name } = migration;
      const synthesized = await synthesize(context, { configFile: file, outputFolder: options.output, name });
      context.stdout.write(
        options.json === true ? `${JSON.stringify({ name, ...synthesized }, null, 2)}\n` : asText(synthesized),
      );
    });
  endHelp(command, { exitCodes: { 0: 'written', 1: 'it cannot be written' } });
}

function asText({ stackFolder, resources }: Synthesized): string {
  const terraform = sh`terraform -chdir=${stackFolder}`;
  return `${renderResources(resources)}
Written to ${stackFolder}. Next:
  ${terraform} init
  ${terraform} plan -out=tfplan
`;
}
