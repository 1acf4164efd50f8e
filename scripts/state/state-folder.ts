/** Where everything of a migration is kept on the operator's machine: a local state, plan and proof, host keys, the runs of its hosts. */
import { dirname, join } from 'node:path';

/** `.sluice/<name>` beside the configuration. */
export function stateFolderOf(configFile: string, name: string): string {
  return join(dirname(configFile), '.sluice', name);
}
