/** Work on one host, over connections that end with the work. */
import type { Migration } from '../../config/schema';
import type { Connection } from '../../provision/connection/connection';
import { SluiceError } from '../../provision/core/errors';
import type { Outputs } from '../../stacks/outputs';
import type { CliContext } from '../context';
import { loadConfig } from '../load-config';
import type { OneHostOptions } from './host-options';
import { limited, limitedToOne } from './limit';
import { playHosts } from './play-hosts';
import { readOutputs } from './read-outputs';

export interface OneHost {
  readonly migration: Migration;
  /** Absolute path of the configuration file. */
  readonly file: string;
  readonly outputs: Outputs;
  /** The connection to begin with. */
  readonly connection: Connection;
  /** One more, in place of a lost one; waits for the host as long as the options say. */
  reconnect(): Promise<Connection>;
}

export type Work = (host: OneHost) => Promise<void>;

/** The host that `--limit` names, or the only one. @throws HOST_AMBIGUOUS, of kind `config`. */
export function onNamedHost(context: CliContext, options: OneHostOptions, work: Work): Promise<void> {
  return onHost(context, { options, limit: limitedToOne }, work);
}

export interface Connecting {
  /** Whoever has to be asked for a secret was asked: from here on nothing else writes to the terminal. */
  readonly onConnect?: () => void;
  /** What is waited for, in words; goes to standard error by default. */
  readonly onWait?: (text: string) => void;
}

/** The host that `--limit` names, or the first one: the file system is the same from each. */
export function onFirstHost(context: CliContext, options: OneHostOptions & Connecting, work: Work): Promise<void> {
  return onHost(context, { options, limit: limited }, work);
}

interface Choice {
  readonly options: OneHostOptions & Connecting;
  readonly limit: typeof limited;
}

async function onHost(context: CliContext, { options, limit }: Choice, work: Work): Promise<void> {
  const { migration, file } = await loadConfig(context, options.config);
  const built = await readOutputs(context, { file: options.outputs, name: migration.name });
  const outputs = limit(built, options.limit ?? []);
  const [host] = await playHosts(context, { migration, file, outputs, roles: [], options });
  if (host === undefined) throw new SluiceError('the outputs name no host', { code: 'NO_HOST', kind: 'config' });
  const { onConnect, onWait = (text) => void context.stderr.write(`${text}\n`) } = options;
  const opened: Connection[] = [];
  const connect = async () => {
    const connection = await host.connect({
      onWait: (reason) => onWait(`${host.name}: waiting: ${reason}`),
      signal: context.signal,
    });
    opened.push(connection);
    return connection;
  };
  try {
    onConnect?.();
    await work({ migration, file, outputs, connection: await connect(), reconnect: connect });
  } finally {
    for (const connection of opened) await connection.close();
  }
}
