/** Step 8: create, change, delete and rename on either side, and what the other side shows of it. */
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { SluiceError } from '../../../provision/core/errors';
import { httpStatusOf } from '../../aws/failure';
import type { Stage } from '../stage';
import type { StandInBucket } from '../stand-in-bucket';

interface Act {
  readonly what: string;
  readonly act: () => Promise<unknown>;
  /** What the other side is to hold then, by path: the content, or nothing. */
  readonly seen: Readonly<Record<string, string | undefined>>;
}

export async function showBothWays(stage: Stage, bucket: StandInBucket): Promise<void> {
  stage.title('8 both ways', 'create, change, rename, delete on either side; then the other side is read');
  const { landing } = stage.workspace;
  const file = (path: string) => join(landing, path);
  const onFiles: readonly Act[] = [
    {
      what: 'create orders/today.csv',
      act: async () => {
        await mkdir(file('orders'));
        await writeFile(file('orders/today.csv'), 'AAPL,100\n');
      },
      seen: { 'orders/today.csv': 'AAPL,100\n' },
    },
    {
      what: 'change orders/today.csv',
      act: () => appendFile(file('orders/today.csv'), 'MSFT,50\n'),
      seen: { 'orders/today.csv': 'AAPL,100\nMSFT,50\n' },
    },
    {
      what: 'rename orders to filled',
      act: () => rename(file('orders'), file('filled')),
      seen: { 'orders/today.csv': undefined, 'filled/today.csv': 'AAPL,100\nMSFT,50\n' },
    },
    {
      what: 'delete filled/today.csv',
      act: () => rm(file('filled/today.csv')),
      seen: { 'filled/today.csv': undefined },
    },
  ];
  const put = (path: string, content: string) =>
    bucket.s3.send(new PutObjectCommand({ ...objectAt(bucket, path), Body: content }));
  const inBucket: readonly Act[] = [
    {
      what: 'create signals/model.json',
      act: () => put('signals/model.json', '{"version":1}'),
      seen: { 'signals/model.json': '{"version":1}' },
    },
    {
      what: 'change signals/model.json',
      act: () => put('signals/model.json', '{"version":2}'),
      seen: { 'signals/model.json': '{"version":2}' },
    },
    {
      what: 'delete signals/model.json',
      act: () => bucket.s3.send(new DeleteObjectCommand(objectAt(bucket, 'signals/model.json'))),
      seen: { 'signals/model.json': undefined },
    },
  ];
  stage.print('on the file system           seen in S3\n');
  await perform(stage, bucket, onFiles, (path) => objectText(bucket, path));
  stage.print('in S3                        seen on the file system\n');
  await perform(stage, bucket, inBucket, async (path) =>
    existsSync(file(path)) ? readFile(file(path), 'utf8') : undefined,
  );
  // What is left is the vendor's tree again.
  for (const directory of ['filled', 'signals']) await rm(file(directory), { recursive: true });
  await bucket.repository.sync();
}

type Look = (path: string) => Promise<string | undefined>;

async function perform(stage: Stage, { repository }: StandInBucket, acts: readonly Act[], look: Look): Promise<void> {
  for (const { what, act, seen } of acts) {
    await act();
    await repository.sync();
    const shown: string[] = [];
    for (const [path, expected] of Object.entries(seen)) {
      const found = await look(path);
      if (found !== expected)
        throw new SluiceError(`after "${what}" the other side has ${JSON.stringify(found)} in ${path}`, {
          code: 'NOT_IN_SYNC',
        });
      shown.push(found === undefined ? `${path}: gone` : `${path}: ${JSON.stringify(found)}`);
    }
    stage.print(`  ${what.padEnd(26)} ${shown.join(', ')}\n`);
  }
}

async function objectText(bucket: StandInBucket, path: string): Promise<string | undefined> {
  try {
    const { Body } = await bucket.s3.send(new GetObjectCommand(objectAt(bucket, path)));
    return await text(Body as Readable);
  } catch (error) {
    if (httpStatusOf(error) === 404) return undefined;
    throw error;
  }
}

function objectAt({ bucket, keyPrefix }: StandInBucket, path: string) {
  return { Bucket: bucket, Key: keyPrefix + path };
}
