/**
 * How every long command shows where it is: the phases it goes through, how far the one under way is, a few facts. On a terminal one view,
 * redrawn; elsewhere a line when a phase begins and one every ten seconds.
 */
import pc from 'picocolors';
import { formatDuration } from '../../provision/core/units';
import { openScreen, type Screen, widthOf } from './screen';

export interface ProgressOptions {
  /** In their order, as far as they are known beforehand. */
  readonly phases: readonly string[];
  readonly color: boolean;
  /** Milliseconds, only going forward. Default: the process's own. */
  readonly clock?: () => number;
}

export interface Detail {
  /** Of the phase, from 0 to 1. */
  readonly share?: number;
  /** A few words each: `12 of 40 files`. */
  readonly facts: readonly string[];
  /** What the phase still takes, as of now; counted down until the next update. Undefined where nobody can know. */
  readonly etaMs?: number | undefined;
}

export interface ProgressView {
  /**
   * Ends the phase before. Entering the one under way again is nothing; one that is over begins anew, and those after it are still to
   * come. `detail`: what is known of it from its beginning on.
   */
  phase(name: string, detail?: Detail): void;
  /** A function is asked anew whenever the view is drawn: for what goes on by itself, as a time does. */
  update(detail: Detail | (() => Detail)): void;
  /** A line that stays. */
  note(text: string): void;
  /** Text of the command's own, on another stream of the same terminal. */
  write(stream: Pick<NodeJS.WriteStream, 'write'>, text: string): void;
  /** The view is taken away while another program writes to the terminal; the next phase brings it back. */
  yieldTerminal(): void;
  /** Takes the view away. May run twice. */
  finish(): void;
}

const barWidth = 24;
const linesEveryMs = 10_000;
const redrawEveryMs = 1_000;

interface Phase {
  readonly name: string;
  readonly startedMs?: number;
  endedMs?: number;
}

const nothingYet: Detail = { facts: [] };

export function showProgress(out: NodeJS.WriteStream, options: ProgressOptions): ProgressView {
  const { color, clock = () => performance.now() } = options;
  const screen: Screen = openScreen(out);
  const colors = pc.createColors(color);
  const phases: Phase[] = options.phases.map((name) => ({ name }));
  let current: Phase | undefined;
  /** As of now. */
  let detail = () => nothingYet;
  let lastLineMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  const view = (columns: number): readonly string[] => [
    ...wrapped(
      phases.map((phase) => phaseText(phase, clock(), colors)),
      columns,
    ),
    ...wrapped(detailPieces(detail()), columns),
  ];
  const redraw = () => screen.show(view);
  const startTicking = () => {
    if (!screen.isTerminal || timer !== undefined) return;
    timer = setInterval(redraw, redrawEveryMs);
    timer.unref();
  };
  const stopTicking = () => {
    clearInterval(timer);
    timer = undefined;
  };
  const line = (text: string) => screen.write(out, `${text}\n`);
  const take = (next: Detail | (() => Detail)) => {
    const takenMs = clock();
    detail = typeof next === 'function' ? next : () => countedDown(next, clock() - takenMs);
  };

  return {
    phase(name, first = nothingYet) {
      if (current?.name === name && current.endedMs === undefined) return;
      if (current !== undefined) current.endedMs = clock();
      const known = phases.findIndex((phase) => phase.name === name);
      const next = current === undefined ? 0 : phases.indexOf(current) + 1;
      current = { name, startedMs: clock() };
      if (known === -1) phases.splice(next, 0, current);
      else
        phases.splice(known, phases.length, current, ...phases.slice(known + 1).map((later) => ({ name: later.name })));
      take(first);
      lastLineMs = clock();
      if (screen.isTerminal) {
        startTicking();
        redraw();
      } else line(plainText(name, detail()));
    },
    update(next) {
      take(next);
      if (screen.isTerminal) redraw();
      else if (clock() - lastLineMs >= linesEveryMs) {
        lastLineMs = clock();
        line(plainText(current?.name ?? '', detail()));
      }
    },
    note: line,
    write: (stream, text) => screen.write(stream, text),
    yieldTerminal() {
      stopTicking();
      screen.finish();
      if (screen.isTerminal && current !== undefined) line(colors.bold(current.name));
    },
    finish() {
      stopTicking();
      screen.finish();
    },
  };
}

type Colors = ReturnType<typeof pc.createColors>;

function phaseText({ name, startedMs, endedMs }: Phase, nowMs: number, colors: Colors): string {
  if (startedMs === undefined) return colors.dim(`· ${name}`);
  if (endedMs !== undefined) return `${colors.green('✓')} ${name} ${colors.dim(formatDuration(endedMs - startedMs))}`;
  return `${colors.cyan('▸')} ${colors.bold(name)} ${formatDuration(Math.floor((nowMs - startedMs) / 1000) * 1000)}`;
}

function countedDown(detail: Detail, ageMs: number): Detail {
  return detail.etaMs === undefined ? detail : { ...detail, etaMs: detail.etaMs - ageMs };
}

function detailPieces({ share, facts, etaMs }: Detail): readonly string[] {
  const bar = share === undefined ? [] : [`${barOf(share)} ${String(percentOf(share)).padStart(3)}%`];
  return [...bar, ...facts, ...etaText(etaMs)];
}

/** Once the time is up it was a wrong guess, and there is none any more. */
function etaText(etaMs = 0): readonly string[] {
  const leftMs = Math.floor(etaMs / 1000) * 1000;
  return leftMs <= 0 ? [] : [`ETA ${formatDuration(leftMs)}`];
}

function percentOf(share: number): number {
  return Math.floor(Math.min(1, Math.max(0, share)) * 100);
}

function barOf(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * barWidth);
  return `${'█'.repeat(full)}${'░'.repeat(barWidth - full)}`;
}

function plainText(name: string, { share, facts, etaMs }: Detail): string {
  const percent = share === undefined ? [] : [`${percentOf(share)}%`];
  const pieces = [...percent, ...facts, ...etaText(etaMs)].join(', ');
  return [name, pieces].filter((part) => part !== '').join(': ');
}

/** Pieces side by side, two spaces between, as many as a line holds. */
function wrapped(pieces: readonly string[], columns: number): readonly string[] {
  const lines: string[] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 2 + widthOf(piece) <= columns)
      lines[lines.length - 1] = `${last}  ${piece}`;
    else lines.push(piece);
  }
  return lines;
}
