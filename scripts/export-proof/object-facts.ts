/** What an object says of itself: the metadata that FSx gives it, and the digest of its content where that is read. */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import { httpStatusOf } from '../aws/failure';

export interface ObjectFacts {
  /** `x-amz-meta-file-mtime`; undefined where its writer gave none. */
  readonly mtimeMs?: number;
  readonly lastModifiedMs: number;
  /** FSx for Lustre or another of AWS's movers wrote it. */
  readonly isFromFsx: boolean;
  readonly sha256?: string;
}

export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

/** One HeadObject, or one GetObject of the whole content. Undefined where the object is not there any more. */
export async function readObjectFacts(
  s3: S3Client,
  { bucket, key }: ObjectPlace,
  { readsContent }: { readonly readsContent: boolean },
): Promise<ObjectFacts | undefined> {
  const { GetObjectCommand, HeadObjectCommand } = await import('@aws-sdk/client-s3');
  const place = { Bucket: bucket, Key: key };
  try {
    if (!readsContent) return factsOf(await s3.send(new HeadObjectCommand(place)));
    const answer = await s3.send(new GetObjectCommand(place));
    const hash = createHash('sha256');
    await pipeline(answer.Body as Readable, hash);
    return { ...factsOf(answer), sha256: hash.digest('hex') };
  } catch (error) {
    if (httpStatusOf(error) === 404) return undefined;
    throw error;
  }
}

interface Described {
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
  readonly LastModified?: Date | undefined;
}

function factsOf({ Metadata = {}, LastModified }: Described): ObjectFacts {
  const mtimeMs = parseFileTime(Metadata['file-mtime']);
  return {
    ...(mtimeMs === undefined ? {} : { mtimeMs }),
    lastModifiedMs: LastModified?.getTime() ?? 0,
    isFromFsx: Metadata['file-permissions'] !== undefined,
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
