/**
 * A run under systemd: remembered across a reboot, tried again where that may help, given up after a number of tries.
 *
 *     mark <- "unfinished", on disk before anything else: which try it is, and when the first one began, as limits in time count from then
 *     run
 *     stopped by the host's shutdown, or killed -> the mark stays: the next boot, or systemd, goes on (a shutdown is no failed try)
 *     error that another try may mend           -> the mark stays, exit code 75: systemd starts the agent again in a while
 *     anything else                             -> the mark goes: nothing is left to go on with by itself
 */
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { SluiceError } from '../core/errors';
import { exitCodeOf, type PullReport } from './record/report';
import type { Clock } from './record/run-progress';
import { stateFailure } from './record/state-failure';
import { replaceDurably } from './write-durably';

/** EX_TEMPFAIL of sysexits(3). The unit's RestartForceExitStatus names it. */
export const exitTemporaryFailure = 75;

/** Tries in a row that bring nothing, or are killed. With the unit's pause between them: more than 20 minutes of waiting for a source. */
const mostTries = 10;

/** Where it says that a run is to go on; the resume unit looks for it at boot. */
export function unfinishedMark(stateDirectory: string): string {
  return join(stateDirectory, 'unfinished');
}

export interface SupervisedRun {
  readonly stateDirectory: string;
  /** Given, by the clock, when the first try began. */
  readonly run: (begunAtMs: number) => Promise<PullReport>;
  /** Whether the run received anything, however it ended. */
  readonly broughtSome: () => boolean;
  /** Default: systemd is asked. */
  readonly isShuttingDown?: () => Promise<boolean>;
  readonly clock?: Clock;
}

interface Mark {
  readonly tries: number;
  readonly begunAtMs: number;
}

/** Resolves with the process exit code. Rejects as `run` does. */
export async function supervise(supervised: SupervisedRun): Promise<number> {
  const { stateDirectory, run, broughtSome, isShuttingDown = askSystemd, clock = Date } = supervised;
  const mark = unfinishedMark(stateDirectory);
  const before = readMark(mark);
  const tries = (before?.tries ?? 0) + 1;
  const begunAtMs = before?.begunAtMs ?? clock.now();
  if (tries > mostTries) {
    fs.rmSync(mark, { force: true });
    throw new SluiceError(`given up: the last ${mostTries} tries brought nothing or were killed`, {
      code: 'GIVEN_UP',
      hint: 'The journal says why (`sluice pull logs`); start it again when that is mended.',
    });
  }
  writeMark(mark, { tries, begunAtMs });
  let isFinal = true;
  try {
    const report = await run(begunAtMs);
    const mayTryAgain = broughtSome() || tries < mostTries;
    if (report.error?.kind === 'interrupted') {
      isFinal = !(await isShuttingDown());
      // An orderly stop is no failed try.
      if (!isFinal) writeMark(mark, { tries: 0, begunAtMs });
    } else if (report.error?.retryable === true && mayTryAgain) {
      isFinal = false;
      if (broughtSome()) writeMark(mark, { tries: 0, begunAtMs });
      return exitTemporaryFailure;
    }
    return exitCodeOf(report);
  } finally {
    if (isFinal) fs.rmSync(mark, { force: true });
  }
}

/** Undefined where no run is unfinished; an earlier agent's mark has its tries alone. */
function readMark(mark: string): Partial<Mark> | undefined {
  try {
    const [, tries, begunAtMs] = /^(\d+)(?: (\d+))?\n/.exec(fs.readFileSync(mark, 'utf8')) ?? [];
    return { tries: Number(tries ?? 0), ...(begunAtMs === undefined ? {} : { begunAtMs: Number(begunAtMs) }) };
  } catch {
    return undefined;
  }
}

function writeMark(mark: string, { tries, begunAtMs }: Mark): void {
  try {
    replaceDurably(mark, `${tries} ${begunAtMs}\n`, 0o600);
  } catch (error) {
    throw stateFailure(mark, error);
  }
}

/** `stopping` while the host goes down (systemctl(1), is-system-running). No answer is taken for it: a run too many loses nothing. */
function askSystemd(): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('systemctl', ['is-system-running'], { timeout: 10_000 }, (_error, stdout) =>
      resolve(['stopping', ''].includes(stdout.trim())),
    );
  });
}
