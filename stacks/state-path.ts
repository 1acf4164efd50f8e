/**
 * Where everything of a migration is kept on the operator's machine: `.sluice/<name>` beside the configuration. A local state, plan and
 * proof, host keys, the runs of its hosts. Beside the configuration it survives `rm -rf cdktf.out` and a move of the checkout.
 */
import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

/** @param name The migration's, which is the stack's. */
export function stateFolderOf(configFile: string, name: string): string {
  return join(dirname(configFile), '.sluice', name);
}

/** Of a state that is in no bucket. */
export function stateFileOf(configFile: string, name: string): string {
  return join(stateFolderOf(configFile, name), 'terraform.tfstate');
}

export interface StatePathOptions {
  readonly configFile: string;
  /** Folder that cdktf synthesizes into; must exist. */
  readonly outputFolder: string;
  readonly name: string;
}

/** That file relative to the stack's own folder, so that another `--output` still finds it. */
export function statePath({ configFile, outputFolder, name }: StatePathOptions): string {
  // Real paths on both sides: `..` climbs from where a link leads, not from where it stands.
  const stackFolder = join(realpathSync(outputFolder), 'stacks', name);
  const state = stateFileOf(join(realpathSync(dirname(configFile)), basename(configFile)), name);
  return relative(stackFolder, state).replaceAll('\\', '/');
}
