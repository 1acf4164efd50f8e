/**
 * How much of a part is on storage for certain, whatever becomes of the machine: `<staging>/safe/<id>`.
 *
 *     sync the part, the first time also the folder that names it
 *     only then append its length, one record of fixed length; sync that, the first time also its folder
 *     remove: the record first, the folder synced, then (by the caller) the part
 *
 * So a record never says more than storage holds, and never outlives its part to be met by another one. What a power cut left of a
 * record in the making is no record: the last whole one counts.
 */
import * as fs from 'node:fs';
import type { Disk } from '../destination/disk';
import type { LocalDirectory } from '../destination/local-directory';

const record = /^\d{16}\n$/;
const recordBytes = 17;

/** Where a part lies, and what is recorded of it. */
export interface PartPlace {
  readonly disk: Disk;
  readonly parts: LocalDirectory;
  readonly safe: LocalDirectory;
  readonly id: string;
}

export class Watermark {
  #safeBytes: number;
  #records: number;
  #fd: number | undefined;
  #underWay: Promise<void> | undefined;
  #failure: unknown;

  /** Goes on with what an earlier run recorded, if anything. */
  constructor(
    private readonly place: PartPlace,
    private readonly everyBytes: number,
  ) {
    const found = readRecords(place);
    this.#safeBytes = found.safeBytes;
    this.#records = found.records;
  }

  /** Bytes of the part that another boot may trust. */
  get safeBytes(): number {
    return this.#safeBytes;
  }

  /** Where enough was written since the last record, makes the next one in the background. Throws what an earlier one met. */
  advance(writtenBytes: number, sync: () => Promise<void>): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#underWay !== undefined || writtenBytes - this.#safeBytes < this.everyBytes) return;
    this.#underWay = this.#record(writtenBytes, sync)
      .catch((error: unknown) => {
        this.#failure = error;
      })
      .finally(() => {
        this.#underWay = undefined;
      });
  }

  /** Records everything written, now. */
  async settle(writtenBytes: number, sync: () => Promise<void>): Promise<void> {
    await this.#underWay;
    if (this.#failure !== undefined) throw this.#failure;
    if (writtenBytes > this.#safeBytes) await this.#record(writtenBytes, sync);
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await this.#underWay;
    if (this.#fd !== undefined) await this.place.disk.close(this.#fd);
    this.#fd = undefined;
  }

  /** Where there is a record. After `close`, and before the part is removed or another one takes its name. */
  async remove(): Promise<void> {
    if (this.#records > 0) await removeRecord(this.place);
    this.#records = 0;
  }

  async #record(bytes: number, sync: () => Promise<void>): Promise<void> {
    const { disk, parts, safe, id } = this.place;
    await sync();
    const isFirst = this.#records === 0;
    // Before there is a record: or it might be met by a part that was thrown away and came back with the power.
    if (isFirst) await disk.sync(parts.fd);
    const { O_CREAT, O_NOFOLLOW, O_WRONLY } = fs.constants;
    this.#fd ??= await disk.open(safe.at(id), O_CREAT | O_WRONLY | O_NOFOLLOW, 0o600);
    await disk.write(this.#fd, Buffer.from(`${String(bytes).padStart(16, '0')}\n`), this.#records * recordBytes);
    this.#records += 1;
    await disk.sync(this.#fd);
    if (isFirst) await disk.sync(safe.fd);
    this.#safeBytes = bytes;
  }
}

/** Durable when it resolves. */
export async function removeRecord({ disk, safe, id }: Omit<PartPlace, 'parts'>): Promise<void> {
  await disk.unlink(safe.at(id));
  await disk.sync(safe.fd);
}

/** What is recorded of a part; no bytes where nothing is. */
export function readRecords({ safe, id }: Pick<PartPlace, 'safe' | 'id'>): {
  readonly safeBytes: number;
  readonly records: number;
} {
  const text = readIfThere(safe.at(id));
  let records = 0;
  let safeBytes = 0;
  for (;;) {
    const next = text.slice(records * recordBytes, (records + 1) * recordBytes);
    if (!record.test(next)) return { safeBytes, records };
    safeBytes = Number(next);
    records += 1;
  }
}

function readIfThere(path: string): string {
  try {
    return fs.readFileSync(path, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
