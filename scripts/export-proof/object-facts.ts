/** What an object says of itself: the metadata that FSx gives it, and the digest of its content where that is read. */
import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { awsFailure, httpStatusOf } from '../aws/failure';

export interface ObjectFacts {
  /** `x-amz-meta-file-mtime`; undefined where its writer gave none. */
  readonly mtimeMs?: number;
  readonly sizeBytes: number;
  readonly lastModifiedMs: number;
  /** FSx for Lustre or another of AWS's movers wrote it. */
  readonly isFromFsx: boolean;
  readonly sha256?: string;
  /** The archive tier that it lies in, of INTELLIGENT_TIERING (S3 API, HeadObject: ArchiveStatus). */
  readonly archivedIn?: string;
  /** Its content was asked for, and lies in an archive tier: S3 gives it only once it is restored. */
  readonly isUnreadable?: true;
}

export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

/** Reads of one object, one after the other, that brought no byte. */
const mostFruitless = 5;

/** One HeadObject, or the whole content by GetObject, as far as it can be read. Undefined where the object is not there any more. @throws SluiceError that names it. */
export async function readObjectFacts(
  s3: S3Client,
  { bucket, key }: ObjectPlace,
  { readsContent }: { readonly readsContent: boolean },
): Promise<ObjectFacts | undefined> {
  const { HeadObjectCommand } = await import('@aws-sdk/client-s3');
  const place = { Bucket: bucket, Key: key };
  const described = async () => factsOf(await s3.send(new HeadObjectCommand(place)));
  try {
    return readsContent ? await readContent(s3, place).catch(unlessArchived(described)) : await described();
  } catch (error) {
    if (httpStatusOf(error) === 404) return undefined;
    throw awsFailure(await explained(s3, place, error), `s3:GetObject on s3://${bucket}/${key}`);
  }
}

/** A HeadObject is refused without a word. Whom S3 does not know any more, as when credentials expire, it refuses a listing too, and says why. */
async function explained(s3: S3Client, { Bucket, Key }: Place, error: unknown): Promise<unknown> {
  if (![400, 403].includes(httpStatusOf(error) ?? 0)) return error;
  const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
  return s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key, MaxKeys: 1 })).then(
    () => error,
    (cause: unknown) => (awsFailure(cause, '').code === 'AWS_CREDENTIALS' ? cause : error),
  );
}

/** S3 API, GetObject: `InvalidObjectState`, with the status of a denial. */
function unlessArchived(describe: () => Promise<ObjectFacts>): (error: unknown) => Promise<ObjectFacts> {
  return async (error) => {
    if ((error as Error).name !== 'InvalidObjectState') throw error;
    return { ...(await describe()), isUnreadable: true };
  };
}

/**
 * The SDK tries again until an answer begins; what is cut within its body goes on here, at the byte reached and of the same object.
 * Rejects with the SDK's error where one read after the other brings nothing.
 */
async function readContent(s3: S3Client, place: Place): Promise<ObjectFacts> {
  let read: Reading = begun();
  let furthest = 0;
  for (let fruitless = 1; ; fruitless += 1) {
    const answer = await askForRest(s3, place, read);
    if (answer === undefined) {
      read = begun();
      continue;
    }
    read.etag = answer.ETag;
    try {
      for await (const chunk of answer.Body as Readable) {
        read.hash.update(chunk);
        read.bytes += chunk.length;
      }
      return { ...factsOf(answer), sizeBytes: read.bytes, sha256: read.hash.digest('hex') };
    } catch (error) {
      if (read.bytes > furthest) fruitless = 0;
      if (fruitless >= mostFruitless) throw error;
      furthest = Math.max(furthest, read.bytes);
    }
  }
}

interface Place {
  readonly Bucket: string;
  readonly Key: string;
}

interface Reading {
  readonly hash: Hash;
  bytes: number;
  etag: string | undefined;
}

function begun(): Reading {
  return { hash: createHash('sha256'), bytes: 0, etag: undefined };
}

/** Undefined where there is no such rest: the object was written anew meanwhile, or the last read failed behind its last byte. */
async function askForRest(s3: S3Client, place: Place, { bytes, etag }: Reading) {
  const { GetObjectCommand } = await import('@aws-sdk/client-s3');
  const rest = bytes === 0 ? {} : { Range: `bytes=${bytes}-`, IfMatch: etag };
  try {
    return await s3.send(new GetObjectCommand({ ...place, ...rest }));
  } catch (error) {
    if (bytes > 0 && [412, 416].includes(httpStatusOf(error) ?? 0)) return undefined;
    throw error;
  }
}

interface Described {
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
  readonly ContentLength?: number | undefined;
  readonly LastModified?: Date | undefined;
  readonly ArchiveStatus?: string | undefined;
}

function factsOf({ Metadata = {}, ContentLength = 0, LastModified, ArchiveStatus }: Described): ObjectFacts {
  const mtimeMs = parseFileTime(Metadata['file-mtime']);
  return {
    ...(mtimeMs === undefined ? {} : { mtimeMs }),
    sizeBytes: ContentLength,
    lastModifiedMs: LastModified?.getTime() ?? 0,
    isFromFsx: Metadata['file-permissions'] !== undefined,
    ...(ArchiveStatus !== undefined && { archivedIn: ArchiveStatus }),
  };
}

/** `1595002920000000000ns`, or milliseconds where there is no `ns` (FSx for Lustre user guide, "POSIX metadata support"). */
export function parseFileTime(text: string | undefined): number | undefined {
  const match = /^(\d+)(ns)?$/.exec(text ?? '');
  if (match?.[1] === undefined) return undefined;
  if (match[2] === undefined) return Number(match[1]);
  // Beyond what a double holds exactly: cut to milliseconds and their fraction first.
  return Number(BigInt(match[1]) / 1000n) / 1000;
}
