/**
 * The demo's S3: as much of its REST API as the demo asks for (PutObject, GetObject, HeadObject, DeleteObject, ListObjectsV2), so that the
 * AWS SDK talks to it as it talks to AWS. Objects are files of a folder, to be looked at; signatures are not checked. Loopback only.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../../provision/core/errors';
import { type Listening, listenOnLoopback } from '../listen-on-loopback';

interface StoredObject {
  readonly sizeBytes: number;
  readonly etag: string;
  readonly lastModified: Date;
  /** `x-amz-meta-*`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** @param folder Each bucket is a folder in it. */
export async function startS3Server(folder: string): Promise<Listening> {
  /** By `bucket/key`. */
  const objects = new Map<string, StoredObject>();
  const server = createServer((request, response) => {
    answer({ folder, objects, request, response }).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else fail(response, error);
    });
  });
  return listenOnLoopback(server);
}

interface Exchange {
  readonly folder: string;
  readonly objects: Map<string, StoredObject>;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function answer(exchange: Exchange): Promise<void> {
  const { objects, request, response, folder } = exchange;
  const url = new URL(request.url ?? '/', 'http://s3');
  const name = decodeURIComponent(url.pathname.slice(1));
  const [bucket = '', ...parts] = name.split('/');
  // Objects are files of a folder here: nothing may lead out of it.
  if ([bucket, ...parts].includes('..')) return void response.writeHead(400).end();
  if (url.searchParams.get('list-type') === '2') return list(exchange, bucket, url.searchParams);
  const file = join(folder, name);
  const stored = objects.get(name);
  switch (request.method) {
    case 'PUT':
      objects.set(name, await store(request, name.endsWith('/') ? undefined : file));
      if (name.endsWith('/')) await mkdir(file, { recursive: true });
      response.writeHead(200, { etag: objects.get(name)?.etag }).end();
      return;
    case 'DELETE':
      objects.delete(name);
      if (!name.endsWith('/')) await rm(file, { force: true });
      response.writeHead(204).end();
      return;
    default:
      if (stored === undefined) return void response.writeHead(404).end();
      response.writeHead(200, headersOf(stored));
      if (request.method === 'HEAD' || name.endsWith('/')) return void response.end();
      await pipeline(createReadStream(file), response);
  }
}

/** As S3 tells errors: the SDK takes nothing else for one. */
function fail(response: ServerResponse, error: unknown): void {
  const { code = 'InternalError' } = error as NodeJS.ErrnoException;
  response
    .writeHead(500, { 'content-type': 'application/xml' })
    .end(`<Error><Code>${code}</Code><Message>${encodeXml(messageOf(error))}</Message></Error>`);
}

function headersOf({ sizeBytes, etag, lastModified, metadata }: StoredObject) {
  return { 'content-length': sizeBytes, etag, 'last-modified': lastModified.toUTCString(), ...metadata };
}

/** A directory's object has no file: its content is empty. */
async function store(request: IncomingMessage, file: string | undefined): Promise<StoredObject> {
  const hash = createHash('md5');
  let sizeBytes = 0;
  const measure = new Transform({
    transform: (chunk: Buffer, _, done) => {
      hash.update(chunk);
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  if (file === undefined) await pipeline(request, measure.resume());
  else {
    await mkdir(dirname(file), { recursive: true });
    await pipeline(request, measure, createWriteStream(file));
  }
  const metadata = Object.entries(request.headers).filter(([header]) => header.startsWith('x-amz-meta-'));
  return {
    sizeBytes,
    etag: `"${hash.digest('hex')}"`,
    lastModified: new Date(),
    metadata: Object.fromEntries(metadata.map(([header, value]) => [header, String(value)])),
  };
}

const keysPerPage = 1000;

function list({ objects, response }: Exchange, bucket: string, query: URLSearchParams): void {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const after = query.get('continuation-token') ?? '';
  const entries = new Map<string, string>();
  for (const [name, { sizeBytes, etag, lastModified }] of objects) {
    const key = name.slice(bucket.length + 1);
    if (!name.startsWith(`${bucket}/`) || !key.startsWith(prefix)) continue;
    const cut = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const shown = cut === -1 ? key : key.slice(0, cut + 1);
    const encoded = encodeURIComponent(shown);
    entries.set(
      shown,
      cut === -1
        ? `<Contents><Key>${encoded}</Key><Size>${sizeBytes}</Size><ETag>${etag.replaceAll('"', '&quot;')}</ETag><LastModified>${lastModified.toISOString()}</LastModified></Contents>`
        : `<CommonPrefixes><Prefix>${encoded}</Prefix></CommonPrefixes>`,
    );
  }
  const sorted = [...entries.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const from = after === '' ? 0 : sorted.indexOf(after) + 1;
  const page = sorted.slice(from, from + keysPerPage);
  const isTruncated = from + keysPerPage < sorted.length;
  const next = isTruncated ? `<NextContinuationToken>${encodeXml(page.at(-1) ?? '')}</NextContinuationToken>` : '';
  response
    .writeHead(200, { 'content-type': 'application/xml' })
    .end(
      `<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${isTruncated}</IsTruncated>${next}${page.map((key) => entries.get(key)).join('')}</ListBucketResult>`,
    );
}

function encodeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
