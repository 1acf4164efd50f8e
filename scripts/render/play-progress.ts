/** A play on a terminal: the lines of its tasks as they end, and beneath them what is under way on each host. */
import type { Reporter } from '../../provision/core/reporter';
import type { PlayEvent } from '../../provision/events';
import { showProgress } from './progress';

export interface PlayStreams {
  /** Where the lines go. */
  readonly stdout: NodeJS.WriteStream;
  /** Where the view goes; the same terminal, or there is no view. */
  readonly stderr: NodeJS.WriteStream;
}

export interface PlayProgressOptions {
  readonly color: boolean;
  /** Makes the reporter that writes the lines. */
  readonly lines: (write: (text: string) => void) => Reporter<PlayEvent>;
}

export interface PlayProgress {
  readonly report: Reporter<PlayEvent>;
  /** Takes the view away. */
  finish(): void;
}

export function showPlay({ stdout, stderr }: PlayStreams, { color, lines }: PlayProgressOptions): PlayProgress {
  if (stdout.isTTY !== true || stderr.isTTY !== true)
    return { report: lines((text) => void stdout.write(text)), finish: () => {} };
  const view = showProgress(stderr, { phases: [], color });
  const report = lines((text) => view.write(stdout, text));
  const underWay = new Map<string, string>();
  let tasks = 0;
  let ended = 0;
  return {
    report(event) {
      if (event.type === 'play-started') {
        tasks += event.tasks;
        view.phase(event.mode);
      } else if (event.type === 'task-started') underWay.set(event.host, `${event.role}: ${event.task}`);
      else if (event.type === 'waiting') underWay.set(event.host, `waiting: ${event.reason}`);
      else if (event.type === 'task-ended') ended += 1;
      else if (event.type === 'recap') underWay.delete(event.host);
      report(event);
      const share = tasks === 0 ? {} : { share: Math.min(1, ended / tasks) };
      view.update({ ...share, facts: [`${ended} of ${tasks} tasks`, ...[...underWay].map((pair) => pair.join('  '))] });
    },
    finish: view.finish,
  };
}
