/**
 * A Transport that is opened anew after it was lost, once a command at most.
 *
 * A command that never reached the host, or that says it may run twice (a probe), is sent again. Any other that was lost with the
 * connection is not: whether it took effect is not known, so the caller has to look first. What it asks next opens the connection.
 */
import type { ExecOptions, ExecResult } from './connection';
import { ConnectionLost } from './connection-lost';
import type { Transport } from './shell-connection';

/** `open` may wait for the host; whether it should is in the options of the command that was lost. */
export function reopeningTransport(first: Transport, open: (options: ExecOptions) => Promise<Transport>): Transport {
  let current = Promise.resolve(first);
  let isClosed = false;

  /** One new connection for all commands that were lost with the old one. */
  const reopen = (lost: Promise<Transport>, options: ExecOptions): Promise<Transport> => {
    if (current !== lost) return current;
    const opened = lost.then((old) => old.close()).then(() => open(options));
    current = opened;
    // A connection that could not be opened is not kept: the next command tries again.
    opened.catch(() => {
      if (current === opened) current = lost;
    });
    return opened;
  };

  const run = async (commandLine: string, options: ExecOptions): Promise<ExecResult> => {
    const used = current;
    try {
      return await (await used).run(commandLine, options);
    } catch (error) {
      if (!(error instanceof ConnectionLost) || isClosed) throw error;
      if (error.commandSent && options.repeatable !== true) throw error;
      return (await reopen(used, options)).run(commandLine, options);
    }
  };

  return {
    host: first.host,
    run,
    close: async () => {
      isClosed = true;
      const last = await current.catch(() => first);
      await last.close();
    },
  };
}
