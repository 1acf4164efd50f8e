/**
 * Everything that is not proven, one JSON object a line: as long as it may be, it is never held in memory. Until a look is over the file is the one
 * of the last that was: proof.json beside it may be of that one, and half a list reads like a whole one.
 */
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, SluiceError } from '../../provision/core/errors';
import { linesOf } from '../../provision/core/lines';
import { makeDirectory } from '../../provision/core/make-directory';
import type { Finding } from './judge';

/** A finding, and the association it is in: its path on the file system. */
export type FiledFinding = Finding & { readonly association: string };

export class FindingsFile {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /** Begins an empty one. Its folder is made, for its owner alone, as the state beside it is. @throws SluiceError FINDINGS_UNWRITABLE */
  static async create(path: string): Promise<FindingsFile> {
    try {
      makeDirectory(dirname(path), 0o700);
      return new FindingsFile(path, await open(draftOf(path), 'w', 0o600));
    } catch (cause) {
      throw unwritable(path, cause);
    }
  }

  /** @throws SluiceError FINDINGS_UNWRITABLE */
  async write(association: string, findings: readonly Finding[]): Promise<void> {
    if (findings.length === 0) return;
    const text = findings.map((finding) => `${JSON.stringify({ association, ...finding })}\n`).join('');
    try {
      await this.file.writeFile(text);
    } catch (cause) {
      throw unwritable(this.path, cause);
    }
  }

  /** It is whole, and takes the place of the one before. @throws SluiceError FINDINGS_UNWRITABLE */
  async finish(): Promise<void> {
    await this.file.close();
    try {
      await rename(draftOf(this.path), this.path);
    } catch (cause) {
      throw unwritable(this.path, cause);
    }
  }

  /** The one before stays. May run after `finish`. */
  async discard(): Promise<void> {
    await this.file.close();
    await rm(draftOf(this.path), { force: true });
  }
}

function draftOf(path: string): string {
  return `${path}.part`;
}

function unwritable(path: string, cause: unknown): SluiceError {
  return new SluiceError(`cannot write ${path}: ${messageOf(cause)}`, {
    code: 'FINDINGS_UNWRITABLE',
    hint: 'what is not proven is written there, and nothing is proven without it: make room, or let this user write',
    cause,
  });
}

/** In batches, as they were written. */
export async function* readFindings(path: string): AsyncGenerator<readonly FiledFinding[]> {
  for await (const lines of linesOf(createReadStream(path))) {
    yield lines.map((line) => JSON.parse(line) as FiledFinding);
  }
}
