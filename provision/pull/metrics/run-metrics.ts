/**
 * Writes the metrics of a supervised run while it goes: `sluice.prom` every few seconds and at the end, replaced whole so that no
 * collector reads half of it; `emf.log` every minute and at the end, a line each. A run is worth more than its metrics: what cannot be
 * written is said once, and the run goes on.
 */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../core/errors';
import type { PullJob } from '../job/job';
import type { PullEvent } from '../record/events';
import { emfLine } from './emf';
import { lastSuccessIn, openMetrics } from './open-metrics';
import { isEnd, observed, type RunState } from './run-state';

const textfileEveryMs = 5_000;
const emfEveryMs = 60_000;
/** The log is put aside once, as emf.log.1, when it has this size. */
const emfMostBytes = 4 * 1024 * 1024;

export interface MetricsOutput {
  /** Takes a line for the journal. */
  readonly print: (line: string) => void;
}

export class RunMetrics {
  readonly #textfile: string;
  readonly #emfLog: string;
  readonly #lastSuccess: number;
  #run: RunState | undefined;
  #writtenMs = { textfile: 0, emf: 0 };
  #hasComplained = false;

  constructor(
    private readonly settings: NonNullable<PullJob['metrics']>,
    private readonly output: MetricsOutput,
  ) {
    this.#textfile = join(settings.directory, 'sluice.prom');
    this.#emfLog = join(settings.directory, 'emf.log');
    this.#lastSuccess = lastSuccessIn(readIfThere(this.#textfile));
  }

  /** Never throws. */
  observe(event: PullEvent): void {
    const run = observed(this.#run, event);
    this.#run = run;
    const { migration, emf } = this.settings;
    const nowMs = Date.parse(event.time);
    const isLast = event.type === 'state' && isEnd(event.state);
    if (isLast || event.type === 'state' || nowMs - this.#writtenMs.textfile >= textfileEveryMs) {
      this.#writtenMs.textfile = nowMs;
      this.#attempt(() => replaceFile(this.#textfile, openMetrics(run, migration, this.#lastSuccess)));
    }
    if (emf && (isLast || nowMs - this.#writtenMs.emf >= emfEveryMs)) {
      this.#writtenMs.emf = nowMs;
      const line = emfLine(run, migration, nowMs);
      this.output.print(line);
      this.#attempt(() => appendLine(this.#emfLog, line));
    }
  }

  #attempt(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (!this.#hasComplained) this.output.print(`metrics cannot be written: ${messageOf(error)}`);
      this.#hasComplained = true;
    }
  }
}

function replaceFile(path: string, text: string): void {
  const draft = `${path}.${process.pid}`;
  fs.writeFileSync(draft, text, { mode: 0o644 });
  fs.renameSync(draft, path);
}

function appendLine(path: string, line: string): void {
  if ((fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0) > emfMostBytes) fs.renameSync(path, `${path}.1`);
  fs.appendFileSync(path, `${line}\n`, { mode: 0o644 });
}

function readIfThere(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
