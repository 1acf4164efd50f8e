/**
 * At most so many commands of a connection at one time; the others wait their turn. Every command is an SSH channel, and sshd allows
 * ten a connection (sshd_config(5), MaxSessions). A server that allows fewer says so by refusing one: then no more are asked for
 * than were open, and the refused command, which never ran, waits as well.
 */
import { SluiceError } from '../core/errors';
import type { Transport } from './shell-connection';

const usualLimit = 8;

export const channelRefusedCode = 'CHANNEL_REFUSED';

export function withChannelLimit(inner: Transport): Transport {
  let limit = usualLimit;
  let running = 0;
  const waiting: (() => void)[] = [];
  const startWaiting = () => {
    while (running < limit && waiting.length > 0) {
      running += 1;
      waiting.shift()?.();
    }
  };
  const turn = (): Promise<void> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      startWaiting();
    });
  const run: Transport['run'] = async (commandLine, options) => {
    await turn();
    try {
      return await inner.run(commandLine, options);
    } catch (error) {
      const isRefused = error instanceof SluiceError && error.code === channelRefusedCode;
      if (!isRefused || running === 1) throw error;
      limit = Math.min(limit, running - 1);
    } finally {
      running -= 1;
      startWaiting();
    }
    return run(commandLine, options);
  };
  return { host: inner.host, run, close: () => inner.close() };
}
