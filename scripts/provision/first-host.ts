/** Work on the host that pulls: the first one of the outputs, over a connection that ends with the work. */
import type { Migration } from '../../config/schema';
import type { Connection } from '../../provision/connection/connection';
import { SluiceError } from '../../provision/core/errors';
import type { Outputs } from '../../stacks/outputs';
import type { CliContext } from '../context';
import { loadConfig } from '../load-config';
import type { ConnectionOptions } from './host-options';
import { playHosts } from './play-hosts';
import { readOutputs } from './read-outputs';

export interface FirstHost {
  readonly migration: Migration;
  /** Absolute path of the configuration file. */
  readonly file: string;
  readonly outputs: Outputs;
  readonly connection: Connection;
}

export async function onFirstHost(
  context: CliContext,
  options: ConnectionOptions,
  work: (host: FirstHost) => Promise<void>,
): Promise<void> {
  const { migration, file } = await loadConfig(context, options.config);
  const outputs = await readOutputs(context, { file: options.outputs, name: migration.name });
  const [host] = await playHosts(context, { migration, file, outputs, roles: [], options });
  if (host === undefined) throw new SluiceError('the outputs name no host', { code: 'NO_HOST', kind: 'config' });
  const connection = await host.connect({
    onWait: (reason) => void context.stderr.write(`${host.name}: waiting: ${reason}\n`),
    signal: context.signal,
  });
  try {
    await work({ migration, file, outputs, connection });
  } finally {
    await connection.close();
  }
}
