/**
 * The files of one run, beneath the state directory:
 *
 *     runs/<start time>-<pid>/events.ndjson     every event, one a line
 *                             manifest.sha256   digests of the files transferred: `cd DESTINATION && sha256sum -c` reads it
 *                             task-report.*     every file and what became of it, as NDJSON and as CSV
 *                             report.json       the result, written at the end
 *     latest                                    a link to the newest run's folder
 */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../../core/make-directory';
import type { PullSettings } from '../job/settings';
import { replaceDurably } from '../write-durably';
import { BufferedFile } from './buffered-file';
import type { PullEvent } from './events';
import type { Outcome } from './outcomes';
import type { PullReport } from './report';
import { sha256sumLine } from './sha256sum';
import { stateFailure } from './state-failure';
import { TaskReport } from './task-report';

export class RunFiles {
  readonly directory: string;
  readonly #events: BufferedFile;
  readonly #manifest: BufferedFile;

  readonly #taskReport: TaskReport | undefined;

  private constructor(directory: string, level: PullSettings['taskReport']) {
    this.directory = directory;
    const paths = { ndjson: join(directory, 'task-report.ndjson'), csv: join(directory, 'task-report.csv') };
    this.#taskReport = level === 'NONE' ? undefined : new TaskReport(paths, level);
    this.#events = new BufferedFile(join(directory, 'events.ndjson'));
    this.#manifest = new BufferedFile(join(directory, 'manifest.sha256'));
  }

  /** Throws a SluiceError where the state folder cannot be written. */
  static create(stateDirectory: string, startedAt: Date, level: PullSettings['taskReport']): RunFiles {
    try {
      return RunFiles.#create(stateDirectory, startedAt, level);
    } catch (error) {
      throw stateFailure(stateDirectory, error);
    }
  }

  static #create(stateDirectory: string, startedAt: Date, level: PullSettings['taskReport']): RunFiles {
    const name = `${startedAt.toISOString().replace(/[:.]/g, '-')}-${process.pid}`;
    const directory = join(stateDirectory, 'runs', name);
    makeDirectory(directory, 0o750);
    const link = join(stateDirectory, `latest.${process.pid}`);
    // Left by a process of the same number that was killed here.
    fs.rmSync(link, { force: true });
    fs.symlinkSync(join('runs', name), link);
    fs.renameSync(link, join(stateDirectory, 'latest'));
    return new RunFiles(directory, level);
  }

  get eventsPath(): string {
    return this.#events.path;
  }

  get manifestPath(): string {
    return this.#manifest.path;
  }

  get reportPath(): string {
    return join(this.directory, 'report.json');
  }

  /** As report.json names them. */
  get paths(): PullReport['files'] {
    const { reportPath: report, eventsPath: events, manifestPath: manifest } = this;
    const files = { report, events, manifest };
    if (this.#taskReport === undefined) return files;
    const { ndjson: taskReport, csv: taskReportCsv } = this.#taskReport.paths;
    return { ...files, taskReport, taskReportCsv };
  }

  record(event: PullEvent): void {
    this.#events.append(`${JSON.stringify(event)}\n`);
    if (event.type !== 'entry') this.flush();
  }

  recordDigest(path: string, sha256: string): void {
    this.#manifest.append(sha256sumLine(sha256, path));
  }

  /** Digests are with the kernel when it returns: they outlive the process. */
  flushDigests(): void {
    this.#manifest.flush();
  }

  recordOutcome(outcome: Outcome): void {
    this.#taskReport?.add(outcome);
  }

  flush(): void {
    this.#each((file) => file.flush());
  }

  /** Whole or not at all: who reads it never sees half a report. */
  writeReport(report: unknown): void {
    try {
      replaceDurably(this.reportPath, `${JSON.stringify(report, null, 2)}\n`, 0o644);
    } catch (error) {
      throw stateFailure(this.reportPath, error);
    }
  }

  close(): void {
    this.#each((file) => file.close());
  }

  /** All are tried, also where one of them cannot be written. */
  #each(work: (file: Pick<BufferedFile, 'flush' | 'close'>) => void): void {
    const errors: unknown[] = [];
    for (const file of [this.#events, this.#manifest, this.#taskReport]) {
      try {
        if (file !== undefined) work(file);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}
