/**
 * A file on its way, in the staging folder: written in order, hashed while it is.
 *
 *     small: kept in memory until it is complete, then made, written and hashed in one go (`small-files.ts`); thousands may be under way
 *            without a descriptor
 *     large: written and hashed by a thread of its own (`large-files.ts`), as it arrives
 *
 * `close` writes down what has arrived, whatever became of the rest: the next run goes on with it. Of a large part it is recorded as it
 * grows how much is on storage (`watermark.ts`): so much outlives the machine's end too.
 */
import { createCipheriv, createHash, type Hash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Disk } from '../destination/disk';
import { applyMetadata, type WantedMetadata } from '../destination/metadata';
import type { LargeFile } from './large-file';
import { type LargeFiles, leastLargeBytes } from './large-files';
import { type Mac, macKeyBytes, newMac } from './mac';
import { readInto } from './read-into';
import { mostSmallBytes, type SmallFiles } from './small-files';
import type { Watermark } from './watermark';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR } = fs.constants;

/** What the name of a part ends in that was set aside. No id ends so (`staging.ts`). */
export const asideMark = '~unverified';

/** Where a part can be set aside: what an earlier one of this name came to there is not replaced. */
export function freeAside(path: string): string {
  for (let count = 1; ; count += 1) {
    const aside = `${path}${count === 1 ? '' : `~${count}`}${asideMark}`;
    if (fs.lstatSync(aside, { throwIfNoEntry: false }) === undefined) return aside;
  }
}

/** What all parts have in common. */
export interface PartSetting {
  /** The staging folder, as a person finds it. */
  readonly path: string;
  readonly disk: Disk;
  readonly largeFiles: LargeFiles;
  /** Undefined: by `disk`, call by call. */
  readonly smallFiles: SmallFiles | undefined;
  /** Off in the benchmark only: digests are '' then. */
  readonly hash: boolean;
  /** Whether what was written is read back and compared. */
  readonly verify: boolean;
  /** The source gives a file only once: what cannot be trusted may be the only copy, and is set aside where it would be removed. */
  readonly readOnce: boolean;
  /** Called before a file is seen at the destination. */
  readonly beforeMove: () => void;
}

export interface PartOptions {
  readonly id: string;
  readonly path: string;
  /** What an earlier run received: the length of the file at `path`; undefined where there is none. */
  readonly resumedBytes: number | undefined;
  readonly expectedBytes: number;
  /** Of a part that is large enough to be worth one. */
  readonly watermark: Watermark | undefined;
  /** Told when the part is no longer under way. */
  readonly onClose: () => void;
}

export interface CompletePart {
  /** '' where hashing was not wanted. */
  readonly sha256: string;
  /** Whether what was read back is what was received; true where nothing was to be read back. */
  readonly isAsWritten: boolean;
}

export class Part {
  #sizeBytes: number;
  #fd: number | undefined;
  #large: LargeFile | undefined;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #hash: Hash | undefined;
  /** Where it is to be read back. */
  #mac: { readonly key: Buffer; readonly ofWritten: Mac } | undefined;
  /** A sync failed: of what came after the last good one, nobody knows what storage or memory holds. */
  #isInDoubt = false;
  #synced = Promise.resolve();
  #isMoved = false;
  #madeBy: SmallFiles | undefined;
  #aside: string | undefined;

  constructor(
    private readonly setting: PartSetting,
    private readonly options: PartOptions,
  ) {
    this.#sizeBytes = options.resumedBytes ?? 0;
  }

  get path(): string {
    return this.options.path;
  }

  /** Where a person finds it. */
  get shownPath(): string {
    return join(this.setting.path, 'parts', this.options.id);
  }

  /** As `shownPath`, once it is set aside. */
  get asidePath(): string {
    return join(dirname(this.shownPath), basename(this.#asideTarget));
  }

  get resumedBytes(): number {
    return this.options.resumedBytes ?? 0;
  }

  /** What arrived, of earlier runs too. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The bytes belong to the part from here on. */
  async append(bytes: Buffer): Promise<void> {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    this.#sizeBytes += bytes.length;
    if (this.options.expectedBytes > mostSmallBytes || this.#heldBytes > mostSmallBytes) {
      const fd = await this.#flush();
      const { watermark } = this.options;
      watermark?.advance(this.#writtenBytes, () => this.#sync(fd));
      if (this.setting.verify) this.#large?.readBack(watermark?.safeBytes ?? 0);
    }
  }

  /** The bytes may be used for others once it has resolved. */
  async appendLent(bytes: Buffer): Promise<void> {
    await this.append(this.options.expectedBytes > mostSmallBytes ? bytes : Buffer.from(bytes));
  }

  /** On storage, hashed, with its owner, permissions and time, read back where that is wanted: only a rename is missing. */
  async complete(metadata: WantedMetadata): Promise<CompletePart> {
    const { smallFiles } = this.setting;
    const { path } = this.options;
    if (smallFiles === undefined || !this.#isAllHeld) return this.#completeOnDisk(metadata);
    const bytes = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    this.#madeBy = smallFiles;
    try {
      const { sha256 = '', isAsWritten = false } = await smallFiles.make({ path, bytes, metadata });
      return { sha256, isAsWritten };
    } catch (error) {
      this.#isInDoubt = (error as NodeJS.ErrnoException).syscall === 'fsync';
      throw error;
    }
  }

  async moveTo(path: string): Promise<void> {
    if (this.#madeBy === undefined) this.setting.beforeMove();
    await (this.#madeBy ?? this.setting.disk).rename(this.path, path);
    this.#isMoved = true;
  }

  /** For a part that the next run, perhaps of another boot, shall go on with: what a large one holds is made safe. Then `close`. */
  async secure(): Promise<void> {
    const { watermark } = this.options;
    if (watermark === undefined || this.#fd === undefined) return;
    const fd = await this.#flush();
    await this.#large?.settle();
    await watermark.settle(this.#writtenBytes, () => this.#sync(fd));
  }

  async close(): Promise<void> {
    try {
      if (this.#heldBytes > 0) await this.#flush();
    } finally {
      // What could not be written was told by an earlier call, or is not there when the next run looks.
      await this.#large?.end().catch(() => undefined);
      const { watermark } = this.options;
      await watermark?.close();
      if (this.#isInDoubt) await this.#cutToSafe();
      if (this.#fd !== undefined) await this.setting.disk.close(this.#fd);
      if (this.#isMoved) await watermark?.remove();
      this.options.onClose();
    }
  }

  /** To be called after `close`. */
  async remove(): Promise<void> {
    const { watermark, resumedBytes } = this.options;
    const { disk } = this.setting;
    await watermark?.remove();
    // A file that was to be made in one go need not be there.
    const isThere =
      this.#madeBy === undefined
        ? this.#fd !== undefined || resumedBytes !== undefined
        : (await disk.lstat(this.path)) !== undefined;
    if (isThere) await disk.unlink(this.path);
  }

  /** For a person to look at, and never gone on with: what is there is not what was received. To be called after `close`. */
  async setAside(): Promise<void> {
    await this.options.watermark?.remove();
    await this.setting.disk.rename(this.path, this.#asideTarget);
  }

  get #asideTarget(): string {
    this.#aside ??= freeAside(this.path);
    return this.#aside;
  }

  /** Nothing of it has been written yet. */
  get #isAllHeld(): boolean {
    return this.#fd === undefined && this.options.resumedBytes === undefined;
  }

  async #completeOnDisk(metadata: WantedMetadata): Promise<CompletePart> {
    const { disk, verify } = this.setting;
    const fd = await this.#flush();
    const sha256 = (await this.#large?.finish()) ?? this.#hash?.digest('hex') ?? '';
    await applyMetadata(disk, fd, metadata);
    await this.#sync(fd);
    return { sha256, isAsWritten: !verify || (await (this.#large?.isAsWritten() ?? this.#isAsWritten(fd))) };
  }

  async #isAsWritten(fd: number): Promise<boolean> {
    if (this.#mac === undefined) return false;
    const ofRead = newMac({ createCipheriv }, this.#mac.key);
    await readInto([ofRead], { disk: this.setting.disk, fd, sizeBytes: this.#sizeBytes });
    return ofRead.tag() === this.#mac.ofWritten.tag();
  }

  /** Nothing in doubt is left to be gone on with. */
  async #cutToSafe(): Promise<void> {
    const { disk, readOnce } = this.setting;
    if (readOnce) await this.setAside();
    else if (this.#fd !== undefined) await disk.truncate(this.#fd, this.options.watermark?.safeBytes ?? 0);
    else await disk.unlink(this.path);
  }

  /** By the kernel's account, not yet by that of the storage. */
  get #writtenBytes(): number {
    return this.#large?.writtenBytes ?? this.#sizeBytes - this.#heldBytes;
  }

  /** One at a time, and none after one that failed: the kernel tells what it lost once, and the next sync succeeds. */
  #sync(fd: number): Promise<void> {
    this.#synced = this.#synced
      .then(() => this.setting.disk.sync(fd))
      .catch((error: unknown) => {
        this.#isInDoubt = true;
        throw error;
      });
    return this.#synced;
  }

  /** Everything that has arrived is with the disk, or with the thread that writes it. Resolves with the descriptor. */
  async #flush(): Promise<number> {
    const fd = this.#fd ?? (await this.#open());
    let position = this.#sizeBytes - this.#heldBytes;
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    for (const bytes of held) {
      const { length } = bytes;
      if (this.#large !== undefined) await this.#large.write(bytes);
      else {
        this.#hash?.update(bytes);
        this.#mac?.ofWritten.update(bytes);
        await this.setting.disk.write(fd, bytes, position);
      }
      position += length;
    }
    return fd;
  }

  async #open(): Promise<number> {
    const { path, resumedBytes, expectedBytes } = this.options;
    const { disk, largeFiles, hash, verify } = this.setting;
    const flags = resumedBytes === undefined ? O_CREAT | O_EXCL : 0;
    const fd = await disk.open(path, flags | O_RDWR | O_NOFOLLOW, 0o600);
    this.#fd = fd;
    const thereBytes = resumedBytes ?? 0;
    if (expectedBytes >= leastLargeBytes) {
      this.#large = largeFiles.begin(fd, thereBytes, { hash, verify });
      return fd;
    }
    if (hash) this.#hash = createHash('sha256');
    const key = randomBytes(macKeyBytes);
    if (verify) this.#mac = { key, ofWritten: newMac({ createCipheriv }, key) };
    const takers = [this.#hash ?? [], this.#mac?.ofWritten ?? []].flat();
    await readInto(takers, { disk, fd, sizeBytes: thereBytes });
    return fd;
  }
}
