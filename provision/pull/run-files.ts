/**
 * The files of one run, beneath the state directory:
 *
 *     runs/<start time>-<pid>/events.ndjson     every event, one a line
 *                             manifest.sha256   digests of the files transferred: `cd DESTINATION && sha256sum -c` reads it
 *                             report.json       the result, written at the end
 *     latest                                    a link to the newest run's folder
 */
import * as fs from 'node:fs';
import { join } from 'node:path';
import type { PullEvent } from './events';
import { sha256sumLine } from './sha256sum';

const flushBytes = 64 * 1024;

export class RunFiles {
  readonly directory: string;
  readonly #events: BufferedFile;
  readonly #manifest: BufferedFile;

  private constructor(directory: string) {
    this.directory = directory;
    this.#events = new BufferedFile(join(directory, 'events.ndjson'));
    this.#manifest = new BufferedFile(join(directory, 'manifest.sha256'));
  }

  static create(stateDirectory: string, startedAt: Date): RunFiles {
    const name = `${startedAt.toISOString().replace(/[:.]/g, '-')}-${process.pid}`;
    const directory = join(stateDirectory, 'runs', name);
    fs.mkdirSync(directory, { recursive: true, mode: 0o755 });
    const link = join(stateDirectory, `latest.${process.pid}`);
    // Left by a process of the same number that was killed here.
    fs.rmSync(link, { force: true });
    fs.symlinkSync(join('runs', name), link);
    fs.renameSync(link, join(stateDirectory, 'latest'));
    return new RunFiles(directory);
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

  record(event: PullEvent): void {
    this.#events.append(`${JSON.stringify(event)}\n`);
    if (event.type === 'entry' && event.outcome.kind === 'transferred') {
      this.#manifest.append(sha256sumLine(event.outcome.sha256, event.outcome.path));
    } else if (event.type !== 'entry') {
      this.flush();
    }
  }

  flush(): void {
    this.#events.flush();
    this.#manifest.flush();
  }

  /** Whole or not at all: who reads it never sees half a report. */
  writeReport(report: unknown): void {
    const draft = `${this.reportPath}.part`;
    const fd = fs.openSync(draft, 'w', 0o644);
    try {
      fs.writeFileSync(fd, `${JSON.stringify(report, null, 2)}\n`);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
    fs.renameSync(draft, this.reportPath);
  }

  close(): void {
    this.#events.close();
    this.#manifest.close();
  }
}

class BufferedFile {
  readonly #fd: number;
  #pending: string[] = [];
  #pendingLength = 0;

  constructor(readonly path: string) {
    this.#fd = fs.openSync(path, 'a', 0o644);
  }

  append(text: string): void {
    this.#pending.push(text);
    this.#pendingLength += text.length;
    if (this.#pendingLength > flushBytes) this.flush();
  }

  flush(): void {
    if (this.#pending.length === 0) return;
    const bytes = Buffer.from(this.#pending.join(''));
    this.#pending = [];
    this.#pendingLength = 0;
    for (let done = 0; done < bytes.length; ) done += fs.writeSync(this.#fd, bytes, done);
  }

  /** On storage when it returns. */
  close(): void {
    this.flush();
    fs.fsyncSync(this.#fd);
    fs.closeSync(this.#fd);
  }
}
