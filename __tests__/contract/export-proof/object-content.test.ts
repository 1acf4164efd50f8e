/** Objects that are read whole, from a server that cuts the connection within a body or goes silent there. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { S3Client } from '@aws-sdk/client-s3';
import { stoppable } from '../../../scripts/aws/stoppable';
import { readObjectFacts } from '../../../scripts/export-proof/object-facts';

const content = Buffer.from('what was pulled');
const sha256 = createHash('sha256').update(content).digest('hex');

let server: Server;
let s3: S3Client;
let asked: (string | undefined)[];

interface Answers {
  readonly bodies?: readonly Buffer[];
  /** The connection stays, and nothing comes. */
  readonly isSilent?: boolean;
  /** It lies in an archive tier: S3 tells of it, and gives no content. */
  readonly isArchived?: boolean;
  /** What it answers to everything: 403 to who may not read the object, 400 to who lacks the key it was encrypted with. */
  readonly refusal?: number;
  /** The code that stands in the body of a refusal, where it has one. */
  readonly refusalCode?: string;
}

/** @param cutAfter Of each answer in turn, so many bytes and then nothing; whole answers after those. */
async function serve(
  cutAfter: (answer: number) => number | undefined,
  { bodies = [content], isSilent = false, isArchived = false, refusal, refusalCode = '' }: Answers = {},
): Promise<void> {
  asked = [];
  const answer: RequestListener = ({ method, headers: { range, 'if-match': wanted } }, response) => {
    if (refusal !== undefined) {
      const isSaid = method !== 'HEAD' && refusalCode !== '';
      response.writeHead(refusal);
      response.end(isSaid ? `<Error><Code>${refusalCode}</Code><Message>no longer</Message></Error>` : undefined);
      return;
    }
    if (isArchived) {
      response.writeHead(method === 'HEAD' ? 200 : 403, { 'x-amz-meta-file-mtime': '1595002920123000000ns' });
      response.end(method === 'HEAD' ? undefined : '<Error><Code>InvalidObjectState</Code></Error>');
      return;
    }
    const body = bodies[Math.min(asked.length, bodies.length - 1)] ?? content;
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    const cut = cutAfter(asked.length);
    asked.push(range);
    if (wanted !== undefined && wanted !== etag) {
      response.writeHead(412).end();
      return;
    }
    const rest = body.subarray(Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0));
    if (rest.length === 0) {
      response.writeHead(416).end();
      return;
    }
    response.writeHead(range === undefined ? 200 : 206, { 'content-length': rest.length, etag });
    if (cut === undefined) response.end(rest);
    else response.write(rest.subarray(0, cut), () => setImmediate(() => isSilent || response.destroy()));
    response.flushHeaders();
  };
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new S3Client({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forcePathStyle: true,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  s3 = stoppable(client, new AbortController().signal, isSilent ? 200 : undefined);
}

afterEach(() => {
  s3.destroy();
  server.closeAllConnections();
  server.close();
});

const read = () => readObjectFacts(s3, { bucket: 'b', key: 'k' }, { readsContent: true });

test('a read that is cut goes on at the byte reached', async () => {
  await serve((answer) => [4, 5][answer]);
  expect(await read()).toMatchObject({ sha256 });
  expect(asked).toEqual([undefined, 'bytes=4-', 'bytes=9-']);
});

test('an object in an archive tier is told without its content: nobody is denied anything', async () => {
  await serve(() => undefined, { isArchived: true });
  expect(await read()).toEqual({
    mtimeMs: 1595002920123,
    sizeBytes: 0,
    lastModifiedMs: 0,
    isFromFsx: false,
    isUnreadable: true,
  });
});

test.each([
  [403, 'AWS_DENIED', 'you may not ask AWS: s3:GetObject on s3://b/k is denied'],
  [400, 'AWS_FAILED', 's3:GetObject on s3://b/k failed: '],
])('an object that S3 answers for with %d is named', async (refusal, code, message) => {
  await serve(() => undefined, { refusal });
  for (const readsContent of [false, true]) {
    await expect(readObjectFacts(s3, { bucket: 'b', key: 'k' }, { readsContent })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  }
});

test.each([
  [400, 'ExpiredToken'],
  [403, 'InvalidAccessKeyId'],
])(
  'credentials that end meanwhile are told, though S3 refuses a HeadObject without a word: %d %s',
  async (refusal, refusalCode) => {
    await serve(() => undefined, { refusal, refusalCode });
    await expect(readObjectFacts(s3, { bucket: 'b', key: 'k' }, { readsContent: false })).rejects.toMatchObject({
      code: 'AWS_CREDENTIALS',
      exitCode: 3,
      message: 'AWS does not know who asks: no longer',
    });
  },
);

test('a read that goes silent goes on at the byte reached', async () => {
  await serve((answer) => [4][answer], { isSilent: true });
  expect(await read()).toMatchObject({ sha256 });
  // On a slow machine an answer seems silent, too, and is asked for again.
  expect([...new Set(asked)]).toEqual([undefined, 'bytes=4-']);
});

test('an object that was written anew meanwhile is read from its start', async () => {
  const newer = Buffer.from('something else');
  await serve((answer) => [4][answer], { bodies: [content, newer] });
  expect(await read()).toMatchObject({ sha256: createHash('sha256').update(newer).digest('hex') });
  expect(asked).toEqual([undefined, 'bytes=4-', undefined]);
});

test('what was read whole and then fails is read from its start, and not for ever', async () => {
  await serve(() => undefined);
  const { send } = s3;
  let whole = 0;
  jest.spyOn(s3, 'send').mockImplementation(async (...args: Parameters<typeof send>) => {
    const answer = (await send.apply(s3, args)) as unknown as { Body: AsyncIterable<Buffer> };
    const body = answer.Body;
    answer.Body = (async function* () {
      yield* body;
      whole += 1;
      throw new Error('checksum mismatch');
    })();
    return answer;
  });
  await expect(read()).rejects.toThrow('s3:GetObject on s3://b/k failed: Error: checksum mismatch');
  expect(whole).toBeGreaterThan(1);
});

test('a server that sends nothing more is unreachable', async () => {
  await serve((answer) => (answer === 0 ? 4 : 0));
  const failure = await read().catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'AWS_UNREACHABLE', exitCode: 4 });
  expect(new Set(asked.slice(1))).toEqual(new Set(['bytes=4-']));
});
