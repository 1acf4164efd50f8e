/** Fixes that name commands, for who works with a configuration of another name. */
import type { Command } from 'commander';
import { sh } from '../provision/core/sh';
import { defaultConfigFile } from './load-config';

/** The file that was named with `--config`, as a shell takes it; undefined where the default is meant, or the command takes none. */
export function namedConfig(command: Command): string | undefined {
  const file: unknown = command.getOptionValue('config');
  return typeof file !== 'string' || file === defaultConfigFile ? undefined : sh`${file}`.text;
}

/** The text with `-c FILE` behind each command of it that takes one: without, it would work on another migration, or on none. */
export function withConfig(text: string, program: Command, file: string): string {
  const names = [...namesTakingConfig(program)].sort((a, b) => b.length - a.length);
  return text.replaceAll(
    new RegExp(`\\bsluice (?:${names.join('|')})\\b(?! -c)`, 'g'),
    (found) => `${found} -c ${file}`,
  );
}

/** As they are written behind `sluice`: `plan`, `pull status`; `verify` too, which alone is one of those below it. */
function namesTakingConfig(parent: Command): readonly string[] {
  return parent.commands.flatMap((command) => {
    const below = namesTakingConfig(command);
    const { _defaultCommandName: byDefault } = command as Command & { readonly _defaultCommandName?: string | null };
    const takesOne = command.options.some(({ long }) => long === '--config') || below.includes(byDefault ?? '');
    return [...(takesOne ? [command.name()] : []), ...below.map((name) => `${command.name()} ${name}`)];
  });
}
