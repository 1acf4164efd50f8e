/**
 * A file of the state folder that grows by many small pieces, written in larger ones. What is buffered is lost with the process; what could not
 * be written waits for the next try. Errors are SluiceErrors (`stateFailure`).
 */
import * as fs from 'node:fs';
import { stateFailure } from './state-failure';

const flushBytes = 64 * 1024;

export class BufferedFile {
  readonly #fd: number;
  #pending: string[] = [];
  #pendingLength = 0;
  #unwritten = Buffer.alloc(0);

  constructor(readonly path: string) {
    this.#fd = this.#attempt(() => fs.openSync(path, 'a', 0o644));
  }

  append(text: string): void {
    this.#pending.push(text);
    this.#pendingLength += text.length;
    if (this.#pendingLength > flushBytes) this.flush();
  }

  flush(): void {
    if (this.#pending.length > 0) {
      this.#unwritten = Buffer.concat([this.#unwritten, Buffer.from(this.#pending.join(''))]);
      this.#pending = [];
      this.#pendingLength = 0;
    }
    this.#attempt(() => {
      while (this.#unwritten.length > 0)
        this.#unwritten = this.#unwritten.subarray(fs.writeSync(this.#fd, this.#unwritten));
    });
  }

  /** On storage when it returns. Its time is that of now, and not of its last line: what it tells of was done in between. */
  close(): void {
    try {
      this.flush();
      this.#attempt(() => {
        const now = new Date();
        fs.futimesSync(this.#fd, now, now);
        fs.fsyncSync(this.#fd);
      });
    } finally {
      fs.closeSync(this.#fd);
    }
  }

  #attempt<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw stateFailure(this.path, error);
    }
  }
}
