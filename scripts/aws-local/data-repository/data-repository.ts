/**
 * Plays the part of a data repository association at the level of paths: what changes in a folder appears in a bucket, and the other way
 * round, by the association's events. For the demo and the tests; its rules are those of FSx (FSx for Lustre user guide, "Automatically
 * export updates to your S3 bucket" and "Automatically import updates from your S3 bucket"):
 *
 *     - a file is exported once nobody has it open for writing
 *     - a rename is a new object and a deleted one; of a directory, one of each for every descendant
 *     - a directory is the object `key/`, a symbolic link an object that holds its target
 *     - NEW, CHANGED and DELETED are followed only where the policy names them; what it does not name is passed over for good
 *     - keys over 1,024 bytes are not exported, keys that are no paths are not imported
 *     - what cannot be sent holds up nothing else, and is tried again in the next round
 *
 * Other than FSx, it looks instead of listening, in rounds, and imports content at once instead of when it is first read.
 */
import { type BigIntStats, createWriteStream } from 'node:fs';
import { chmod, lstat, mkdir, open, readFile, readlink, rm, rmdir, symlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { atMost } from '../../../provision/core/at-most';
import { listBucket } from '../../export-proof/bucket-listing';
import { filesOpenForWriting } from './open-files';
import { attributesOf, metadataOf } from './posix-metadata';
import { isSame, scanTree } from './tree-scan';

export type FileEvent = 'NEW' | 'CHANGED' | 'DELETED';

export interface RepositoryEvent {
  /** `failed`: FSx would write it into its log group. */
  readonly way: 'exported' | 'imported' | 'failed';
  readonly event: FileEvent;
  /** Relative to the association; of a directory with a `/` at its end. */
  readonly path: string;
}

export interface DataRepositoryOptions {
  /** The association's directory; it exists. */
  readonly root: string;
  readonly s3: S3Client;
  readonly bucket: string;
  /** `''` or ending in `/`. */
  readonly keyPrefix: string;
  readonly autoExport: readonly FileEvent[];
  readonly autoImport: readonly FileEvent[];
}

interface Change {
  readonly event: FileEvent;
  readonly path: string;
  /** Of what is there now. */
  readonly stats?: BigIntStats;
}

const mostKeyBytes = 1024;
const transfersAtOnce = 16;

export class DataRepository {
  /** As of the last round, or since this put it there. */
  readonly #files = new Map<string, BigIntStats>();
  /** ETags by path, likewise. */
  readonly #objects = new Map<string, string>();

  constructor(private readonly options: DataRepositoryOptions) {}

  /**
   * One round: what changed on the file system goes to S3, then what changed in S3 comes back. Not to be called twice at once. Rejects with
   * the first failure, once all else is sent.
   */
  async sync(): Promise<readonly RepositoryEvent[]> {
    return [...(await this.#export()), ...(await this.#import())];
  }

  /** What `lfs hsm_archive` asks for: the file as it is, whatever the policy. */
  async exportNow(path: string): Promise<void> {
    await this.#put(path, await lstat(join(this.options.root, path), { bigint: true }));
  }

  async #export(): Promise<readonly RepositoryEvent[]> {
    const now = await scanTree(this.options.root);
    const found: Change[] = [];
    for (const [path, stats] of now) {
      const before = this.#files.get(path);
      if (before === undefined) found.push({ event: 'NEW', path, stats });
      else if (!isSame(before, stats)) found.push({ event: 'CHANGED', path, stats });
    }
    const open = filesOpenForWriting(new Set(found.map(identityOf)));
    const changes = found.filter((change) => !open.has(identityOf(change)));
    for (const path of this.#files.keys()) if (!now.has(path)) changes.push({ event: 'DELETED', path });
    const failures: unknown[] = [];
    const events = await atMost(transfersAtOnce, changes, async (change) => {
      try {
        return await this.#pass(change);
      } catch (error) {
        failures.push(error);
        return [];
      }
    });
    if (failures.length > 0) throw failures[0];
    return events.flat();
  }

  /** Follows it, or passes over it where the policy does. Where it fails, the next round finds it again. */
  async #pass({ event, path, stats }: Change): Promise<readonly RepositoryEvent[]> {
    const isFollowed = this.options.autoExport.includes(event);
    let isDone: boolean | undefined;
    if (isFollowed) isDone = stats === undefined ? await this.#deleteObject(path) : await this.#put(path, stats);
    if (isFollowed && isDone === undefined) return [];
    if (stats === undefined) this.#files.delete(path);
    else this.#files.set(path, stats);
    return isFollowed ? [{ way: isDone ? 'exported' : 'failed', event, path }] : [];
  }

  /** False where S3 cannot hold it; undefined where it is gone by now. */
  async #put(path: string, stats: BigIntStats): Promise<boolean | undefined> {
    const { s3, bucket, root } = this.options;
    const key = this.#keyOf(path);
    if (Buffer.byteLength(key) > mostKeyBytes) return false;
    const content = await contentOf(join(root, path), stats).catch(ifGone);
    if (content === undefined) return undefined;
    const object = { Bucket: bucket, Key: key, Metadata: metadataOf(stats) };
    const { ETag = '' } = await s3.send(new PutObjectCommand({ ...object, ...content }));
    this.#objects.set(path, ETag);
    this.#files.set(path, stats);
    return true;
  }

  async #deleteObject(path: string): Promise<boolean> {
    const { s3, bucket } = this.options;
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: this.#keyOf(path) }));
    this.#objects.delete(path);
    return true;
  }

  async #import(): Promise<readonly RepositoryEvent[]> {
    const { s3, bucket, keyPrefix } = this.options;
    const now = new Map<string, string>();
    for await (const page of listBucket(s3, { bucket, prefix: keyPrefix })) {
      for (const { key, etag } of page) if (isPath(key)) now.set(key, etag);
    }
    const changes: { readonly event: FileEvent; readonly path: string; readonly etag?: string }[] = [];
    for (const [path, etag] of now) {
      const before = this.#objects.get(path);
      if (before === undefined) changes.push({ event: 'NEW', path, etag });
      else if (before !== etag) changes.push({ event: 'CHANGED', path, etag });
    }
    // What lies in a directory goes before it.
    const gone = [...this.#objects.keys()]
      .filter((path) => !now.has(path))
      .sort()
      .reverse();
    for (const path of gone) changes.push({ event: 'DELETED', path });
    const events: RepositoryEvent[] = [];
    for (const { event, path, etag } of changes) {
      const isFollowed = this.options.autoImport.includes(event);
      if (isFollowed && etag === undefined) await this.#remove(path);
      if (isFollowed && etag !== undefined) await this.#fetch(path);
      if (etag === undefined) this.#objects.delete(path);
      else this.#objects.set(path, etag);
      if (isFollowed) events.push({ way: 'imported', event, path });
    }
    return events;
  }

  async #fetch(path: string): Promise<void> {
    const { s3, bucket, root } = this.options;
    const target = join(root, path);
    const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: this.#keyOf(path) }));
    const body = object.Body as Readable;
    const { isLink, mode, mtimeMs } = attributesOf(object.Metadata, object.LastModified);
    if (path.endsWith('/')) body.resume();
    await mkdir(path.endsWith('/') ? target : dirname(target), { recursive: true });
    if (!path.endsWith('/')) {
      await rm(target, { force: true });
      if (isLink) await symlink(await buffer(body), target);
      else await pipeline(body, createWriteStream(target));
    }
    if (!isLink) {
      await chmod(target, mode);
      await utimes(target, mtimeMs / 1000, mtimeMs / 1000);
    }
    await this.#remember(path);
  }

  /** It, and the directories that were made for it: none of these is to be exported as a change. */
  async #remember(path: string): Promise<void> {
    const parts = path.replace(/\/$/, '').split('/');
    const paths = parts.slice(0, -1).map((_, index) => `${parts.slice(0, index + 1).join('/')}/`);
    for (const each of [...paths, path])
      this.#files.set(each, await lstat(join(this.options.root, each), { bigint: true }));
  }

  async #remove(path: string): Promise<void> {
    const target = join(this.options.root, path);
    // A directory that still holds something stays, as it does on FSx.
    if (path.endsWith('/')) await rmdir(target).catch(() => undefined);
    else await rm(target, { force: true });
    this.#files.delete(path);
  }

  #keyOf(path: string): string {
    return this.options.keyPrefix + path;
  }
}

/** What is sent again after a failure must be in memory; a larger file is a stream, and sent once. */
const mostHeldBytes = 8 * 1024 * 1024;

async function contentOf(path: string, stats: BigIntStats) {
  if (stats.isFile() && stats.size > mostHeldBytes)
    return { Body: (await open(path)).createReadStream(), ContentLength: Number(stats.size) };
  const body = await heldContentOf(path, stats);
  return { Body: body, ContentLength: body.length };
}

function ifGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

async function heldContentOf(path: string, stats: BigIntStats): Promise<Buffer> {
  if (stats.isFile()) return readFile(path);
  return stats.isSymbolicLink() ? readlink(path, { encoding: 'buffer' }) : Buffer.alloc(0);
}

function identityOf({ stats }: Change): string {
  return stats?.isFile() === true ? `${stats.dev}:${stats.ino}` : '';
}

function isPath(key: string): boolean {
  const parts = key.replace(/\/$/, '').split('/');
  return parts.every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\0'));
}
