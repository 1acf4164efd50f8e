/**
 * At most so many commands of a connection at one time; the others wait their turn. Every command is an SSH channel, and sshd allows
 * ten a connection (sshd_config(5), MaxSessions). A server that allows fewer says so by refusing one: then no more are asked for
 * than were open, and the refused command, which never ran, waits as well. What was learned so is doubted: one more is asked for
 * every second, since a command that does not end until another one has run would else keep that one waiting for ever.
 *
 * sshd frees a session a little after it told that it is closed, and one that was given up only with its command: where nothing else is
 * open, a refused command is tried again for a while.
 */
import { setTimeout } from 'node:timers/promises';
import { SluiceError } from '../core/errors';
import type { Transport } from './shell-connection';

const usualLimit = 8;

const firstPauseMs = 10;
/** Doubling until here, a command is tried for about ten seconds. */
const longestPauseMs = 5_120;

const raiseEveryMs = 1_000;

export const channelRefusedCode = 'CHANNEL_REFUSED';

export function withChannelLimit(
  inner: Transport,
  sleep: (durationMs: number) => Promise<void> = setTimeout,
): Transport {
  let limit = usualLimit;
  let isRaising = false;
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
  const raise = async () => {
    if (isRaising) return;
    isRaising = true;
    while (limit < usualLimit) {
      await setTimeout(raiseEveryMs, undefined, { ref: false });
      limit += 1;
      startWaiting();
    }
    isRaising = false;
  };
  const run: Transport['run'] = async (commandLine, options) => {
    for (let pauseMs = firstPauseMs; ; ) {
      await turn();
      try {
        return await inner.run(commandLine, options);
      } catch (error) {
        const isRefused = error instanceof SluiceError && error.code === channelRefusedCode;
        if (!isRefused || pauseMs > longestPauseMs) throw error;
        if (running > 1) {
          limit = Math.min(limit, running - 1);
          void raise();
        } else {
          await sleep(pauseMs);
          pauseMs *= 2;
        }
      } finally {
        running -= 1;
        startWaiting();
      }
    }
  };
  return { host: inner.host, run, close: () => inner.close() };
}
