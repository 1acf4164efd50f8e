/**
 * What lies in a bucket under a prefix, in the order of keys, by ListObjectsV2. One listing gives 1,000 keys a request, one request
 * after the other, so the prefix is cut into folders first, and several folders are listed ahead of the one that is read:
 *
 *     cut      list with a delimiter, level by level, until there are some dozens of folders; a level with more than one page is left whole
 *     list     each folder flat, a few pages ahead, in the order of the folders
 */
import type { ListObjectsV2CommandOutput, S3Client } from '@aws-sdk/client-s3';
import { ReadAhead } from './read-ahead';

export interface ListedObject {
  /** Relative to the prefix; `''` is never listed. */
  readonly key: string;
  readonly sizeBytes: number;
  readonly lastModifiedMs: number;
  readonly etag: string;
  /** Its storage class or tier, where content comes back only after a restore that somebody asks S3 for. */
  readonly archivedIn?: string;
  /** In a class with archive tiers, and only the object itself tells whether it lies in one. */
  readonly isTiered?: true;
}

/** S3 user guide, "Archival storage": of the other classes every object can be read at once. */
const archives: readonly string[] = ['GLACIER', 'DEEP_ARCHIVE'];
const tiered = 'INTELLIGENT_TIERING';

export interface BucketPlace {
  readonly bucket: string;
  /** `''` or ending in `/`. */
  readonly prefix: string;
}

const foldersWanted = 32;
const mostLevels = 4;
const foldersAtOnce = 8;
/** Read and not yet taken, of each folder. */
const pagesAhead = 4;

type Segment = { readonly objects: readonly ListedObject[] } | { readonly folder: string };

/** In batches. Rejects with the SDK's error. */
export async function* listBucket(s3: S3Client, place: BucketPlace): AsyncGenerator<readonly ListedObject[]> {
  const segments = await cut(s3, place);
  const ahead: ReadAhead<readonly ListedObject[]>[] = [];
  let next = 0;
  const begin = () => {
    const segment = segments[next];
    next += 1;
    if (segment === undefined) return;
    ahead.push(
      new ReadAhead('objects' in segment ? once(segment.objects) : pagesOf(s3, place, segment.folder), pagesAhead),
    );
  };
  try {
    for (let count = 0; count < foldersAtOnce; count += 1) begin();
    for (let current = ahead[0]; current !== undefined; current = ahead[0]) {
      for (let page = await current.take(); page !== undefined; page = await current.take()) yield page;
      ahead.shift();
      begin();
    }
  } finally {
    for (const reading of ahead) reading.stop();
  }
}

async function cut(s3: S3Client, place: BucketPlace): Promise<readonly Segment[]> {
  let segments: readonly Segment[] = [{ folder: place.prefix }];
  for (let level = 0; level < mostLevels; level += 1) {
    const folders = segments.filter((segment) => 'folder' in segment).length;
    if (folders === 0 || folders >= foldersWanted) break;
    const split = await Promise.all(segments.map((segment) => splitFolder(s3, place, segment)));
    if (split.every((parts) => parts.length === 1)) break;
    segments = split.flat();
  }
  return segments;
}

async function splitFolder(s3: S3Client, place: BucketPlace, segment: Segment): Promise<readonly Segment[]> {
  if ('objects' in segment) return [segment];
  const page = await listPage(s3, place.bucket, { Prefix: segment.folder, Delimiter: '/' });
  if (page.IsTruncated === true) return [segment];
  const folders = (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => decoded(Prefix));
  const objects = objectsOf(page, place.prefix);
  return interleaved(objects, folders, place.prefix);
}

/** Objects between the folders where their keys belong. */
function interleaved(objects: readonly ListedObject[], folders: readonly string[], prefix: string): readonly Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  for (const folder of folders) {
    const bytes = Buffer.from(folder.slice(prefix.length));
    let to = from;
    while (to < objects.length && Buffer.compare(Buffer.from(objects[to]?.key ?? ''), bytes) < 0) to += 1;
    if (to > from) segments.push({ objects: objects.slice(from, to) });
    segments.push({ folder });
    from = to;
  }
  if (from < objects.length) segments.push({ objects: objects.slice(from) });
  return segments;
}

async function* pagesOf(s3: S3Client, { bucket, prefix }: BucketPlace, folder: string) {
  let token: string | undefined;
  do {
    const page = await listPage(s3, bucket, { Prefix: folder, ...(token && { ContinuationToken: token }) });
    yield objectsOf(page, prefix);
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
}

async function* once<Item>(item: Item): AsyncGenerator<Item> {
  yield item;
}

async function listPage(
  s3: S3Client,
  bucket: string,
  query: { readonly Prefix: string; readonly Delimiter?: string; readonly ContinuationToken?: string },
): Promise<ListObjectsV2CommandOutput> {
  const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
  // XML cannot hold every character that a key can.
  return s3.send(new ListObjectsV2Command({ Bucket: bucket, EncodingType: 'url', ...query }));
}

function objectsOf(page: ListObjectsV2CommandOutput, prefix: string): readonly ListedObject[] {
  return (page.Contents ?? []).flatMap(({ Key = '', Size = 0, LastModified, ETag = '', StorageClass }) => {
    const key = decoded(Key).slice(prefix.length);
    const object = { key, sizeBytes: Size, lastModifiedMs: LastModified?.getTime() ?? 0, etag: ETag };
    if (key === '') return [];
    if (StorageClass === tiered) return [{ ...object, isTiered: true }];
    return StorageClass !== undefined && archives.includes(StorageClass)
      ? [{ ...object, archivedIn: StorageClass }]
      : [object];
  });
}

function decoded(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}
