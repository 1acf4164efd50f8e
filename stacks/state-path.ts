/**
 * Where Terraform keeps the state: `.sluice/<migration>/terraform.tfstate` beside the configuration file, written into
 * the stack relative to the stack's own folder. So the state follows the configuration, not the output folder: it
 * survives `rm -rf cdktf.out` and a move of the checkout, and another `--output` still finds it.
 */
import { realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export interface StatePathOptions {
  readonly configFile: string;
  /** Folder that cdktf synthesizes into; must exist. */
  readonly outputFolder: string;
  /** The migration's name, which is the stack's. */
  readonly name: string;
}

/** Real paths on both sides: `..` climbs from where a link leads, not from where it stands. */
export function statePath({ configFile, outputFolder, name }: StatePathOptions): string {
  const stackFolder = join(realpathSync(outputFolder), 'stacks', name);
  const state = join(realpathSync(dirname(configFile)), '.sluice', name, 'terraform.tfstate');
  return relative(stackFolder, state).replaceAll('\\', '/');
}
