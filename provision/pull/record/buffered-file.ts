/** A file that grows by many small pieces, written in larger ones. What is buffered is lost with the process. */
import * as fs from 'node:fs';

const flushBytes = 64 * 1024;

export class BufferedFile {
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
