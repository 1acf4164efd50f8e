/** A play on a terminal: one line a task, what it changes on request, a recap. */
import { createColors } from 'picocolors';
import type { Reporter } from '../../provision/core/reporter';
import { formatDuration } from '../../provision/core/units';
import { visibleLines } from '../../provision/core/visible';
import { type PlayEvent, type TaskStatus, taskStatuses } from '../../provision/events';
import type { Change } from '../../provision/resources/resource';
import { textDiff } from './text-diff';

export interface RenderOptions {
  /** Show from and to of every change. */
  readonly diff: boolean;
  readonly color: boolean;
  /** The names of all hosts of the play. */
  readonly hosts: readonly string[];
}

type Colors = ReturnType<typeof createColors>;

/**
 * Writes whole tasks at a time. Where there are several hosts, which take turns as it happens, every line carries its host's name,
 * and the recaps come together at the end, in the order of the hosts.
 */
export function renderPlay(write: (text: string) => void, options: RenderOptions): Reporter<PlayEvent> {
  const colors = createColors(options.color);
  const width = Math.max(...options.hosts.map((host) => host.length));
  const isShared = options.hosts.length > 1;
  const recaps = new Map<string, string>();
  return (event) => {
    const { host } = event;
    if (event.type === 'recap') {
      recaps.set(host, `${colors.bold(isShared ? host.padEnd(width) : host)} ${recapLine(event)}\n`);
      if (isShared && recaps.size < options.hosts.length) return;
      write(`${isShared ? '\n' : ''}${options.hosts.map((name) => recaps.get(name) ?? '').join('')}`);
      return;
    }
    const prefix = isShared ? `${host.padEnd(width)} | ` : '';
    const lines = event.type === 'play-started' ? [heading(event, colors)] : taskLines(event, { ...options, colors });
    write(lines.map((line) => `${prefix}${line}\n`).join(''));
  };
}

type EventOf<Type extends PlayEvent['type']> = Extract<PlayEvent, { readonly type: Type }>;

const indent = ' '.repeat(14);

function heading({ host, mode }: EventOf<'play-started'>, colors: Colors): string {
  return `${colors.bold(host)} ${mode === 'check' ? 'check: nothing is changed' : 'apply'}`;
}

function taskLines(
  event: EventOf<'waiting' | 'task-started' | 'task-retried' | 'task-ended'>,
  { diff, colors }: { readonly diff: boolean; readonly colors: Colors },
): readonly string[] {
  if (event.type === 'task-started') return [];
  if (event.type === 'waiting') return [`  ${colors.yellow('waiting'.padEnd(11))} ${event.reason}`];
  const name = `${event.role}: ${event.task}`;
  if (event.type === 'task-retried')
    return [`  ${colors.yellow('retry'.padEnd(11))} ${name} (try ${event.attempt + 1})`, `${indent}${event.reason}`];
  const { changes, status, fix } = event;
  const reason = event.reason === undefined ? undefined : visibleLines(event.reason);
  const paths = diff || changes.length === 0 ? '' : ` (${changes.map(({ path }) => path).join(', ')})`;
  return [
    `  ${paint(colors, status)(status.padEnd(11))} ${name}${paths}`,
    ...(reason === undefined ? [] : [`${indent}${reason}`]),
    ...(fix === undefined ? [] : [`${indent}fix: ${fix}`]),
    ...(diff ? changes.flatMap(changeLines).map((line) => `${indent}${paintDiff(colors, line)}`) : []),
  ];
}

function recapLine({ counts, roundTrips, durationMs, interrupted }: EventOf<'recap'>): string {
  const shown = taskStatuses.filter((status) => status === 'ok' || status === 'changed' || counts[status] > 0);
  const trips = roundTrips === 1 ? '1 round trip' : `${roundTrips} round trips`;
  const end = interrupted ? '  interrupted' : '';
  return `${shown.map((status) => `${status}=${counts[status]}`).join(' ')}  ${trips}, ${formatDuration(durationMs)}${end}`;
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
