/** A play on a terminal: one line a task, what it changes on request, a recap. */
import { createColors } from 'picocolors';
import type { Reporter } from '../../provision/core/reporter';
import { formatDuration } from '../../provision/core/units';
import { type PlayEvent, type TaskStatus, taskStatuses } from '../../provision/events';
import type { Change } from '../../provision/resources/resource';
import { textDiff } from './text-diff';

export interface RenderOptions {
  /** Show from and to of every change. */
  readonly diff: boolean;
  readonly color: boolean;
}

type Colors = ReturnType<typeof createColors>;

/** Writes whole lines, so that several hosts can share the output; each line of theirs carries the host's name. */
export function renderPlay(write: (text: string) => void, options: RenderOptions): Reporter<PlayEvent> {
  const colors = createColors(options.color);
  return (event) => {
    switch (event.type) {
      case 'play-started':
        write(`${colors.bold(event.host)} ${event.mode === 'check' ? 'check: nothing is changed' : 'apply'}\n`);
        break;
      case 'task-started':
        break;
      case 'task-ended': {
        const status = paint(colors, event.status)(event.status.padEnd(11));
        const paths = options.diff || event.changes.length === 0 ? '' : ` (${changedPaths(event.changes)})`;
        write(`  ${status} ${event.role}: ${event.task}${paths}\n`);
        if (event.reason !== undefined) write(`${indent}${event.reason}\n`);
        if (event.fix !== undefined) write(`${indent}fix: ${event.fix}\n`);
        if (options.diff)
          for (const line of event.changes.flatMap(changeLines)) write(`${indent}${paintDiff(colors, line)}\n`);
        break;
      }
      case 'recap': {
        const counts = taskStatuses
          .filter((status) => status === 'ok' || status === 'changed' || event.counts[status] > 0)
          .map((status) => `${status}=${event.counts[status]}`);
        const trips = event.roundTrips === 1 ? '1 round trip' : `${event.roundTrips} round trips`;
        const end = event.interrupted ? '  interrupted' : '';
        write(`${colors.bold(event.host)} ${counts.join(' ')}  ${trips}, ${formatDuration(event.durationMs)}${end}\n`);
      }
    }
  };
}

const indent = ' '.repeat(14);

function changedPaths(changes: readonly Change[]): string {
  return changes.map(({ path }) => path).join(', ');
}

/** Several lines are shown as a diff, one line as `from -> to`. */
function changeLines({ path, from, to }: Change): readonly string[] {
  const isText = [from, to].some((value) => value?.includes('\n') === true);
  if (!isText) return [`${path}: ${from ?? '(absent)'} -> ${to ?? '(absent)'}`];
  return [`${path}:`, ...textDiff(from ?? '', to ?? '')];
}

function paint(colors: Colors, status: TaskStatus): (text: string) => string {
  switch (status) {
    case 'ok':
      return colors.green;
    case 'changed':
    case 'pending':
    case 'unknown':
      return colors.yellow;
    case 'skipped':
      return colors.cyan;
    default:
      return colors.red;
  }
}

function paintDiff(colors: Colors, line: string): string {
  if (line.startsWith('+')) return colors.green(line);
  return line.startsWith('-') ? colors.red(line) : line;
}
