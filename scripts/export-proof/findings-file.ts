/** Everything that is not proven, one JSON object a line: as long as it may be, it is never held in memory. */
import { once } from 'node:events';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { linesOf } from '../../provision/core/lines';
import type { Finding } from './judge';

/** A finding, and the association it is in: its path on the file system. */
export type FiledFinding = Finding & { readonly association: string };

export class FindingsFile {
  private constructor(private readonly stream: WriteStream) {}

  /** Empties the file. Its folder is made, for its owner alone, as the state beside it is. */
  static async create(path: string): Promise<FindingsFile> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const stream = createWriteStream(path, { mode: 0o600 });
    await once(stream, 'open');
    return new FindingsFile(stream);
  }

  async write(association: string, findings: readonly Finding[]): Promise<void> {
    if (findings.length === 0) return;
    const text = findings.map((finding) => `${JSON.stringify({ association, ...finding })}\n`).join('');
    if (!this.stream.write(text)) await once(this.stream, 'drain');
  }

  async close(): Promise<void> {
    this.stream.end();
    await once(this.stream, 'close');
  }
}

/** In batches, as they were written. */
export async function* readFindings(path: string): AsyncGenerator<readonly FiledFinding[]> {
  for await (const lines of linesOf(createReadStream(path))) {
    yield lines.map((line) => JSON.parse(line) as FiledFinding);
  }
}
