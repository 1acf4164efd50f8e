/** The story of the bidirectional sync, on every S3 there is here: create, change, rename and delete on either side, seen on the other. */
import {
  chmodSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { DataRepository, type FileEvent } from '../../../scripts/aws-local/data-repository/data-repository';
import { listBucket } from '../../../scripts/export-proof/bucket-listing';
import { collect } from '../../helpers/collect';
import { describeWith } from '../../helpers/needs';
import { s3Implementations, type TestS3 } from '../../helpers/s3';

const everyEvent: readonly FileEvent[] = ['NEW', 'CHANGED', 'DELETED'];

for (const { name, needs, start } of s3Implementations) {
  describeWith(needs, `a data repository: ${name}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-repository-'));
    let aws: TestS3;
    beforeAll(async () => {
      aws = await start(join(folder, 's3'));
    });
    afterAll(async () => {
      await aws.close();
      rmSync(folder, { recursive: true });
    });

    async function associate(
      policy: { autoExport?: readonly FileEvent[]; autoImport?: readonly FileEvent[]; s3?: S3Client } = {},
    ) {
      const bucket = await aws.createBucket();
      const root = join(folder, bucket);
      mkdirSync(root);
      const { autoExport = everyEvent, autoImport = everyEvent } = policy;
      const { s3 = aws.s3 } = policy;
      const repository = new DataRepository({ root, s3, bucket, keyPrefix: 'feed/', autoExport, autoImport });
      const at = (path: string) => ({ Bucket: bucket, Key: `feed/${path}` });
      return {
        repository,
        path: (path: string) => join(root, path),
        write: (path: string, content: string) => {
          mkdirSync(dirname(join(root, path)), { recursive: true });
          writeFileSync(join(root, path), content);
        },
        put: (path: string, content: string, metadata: Record<string, string> = {}) =>
          aws.s3.send(new PutObjectCommand({ ...at(path), Body: content, Metadata: metadata })),
        remove: (path: string) => aws.s3.send(new DeleteObjectCommand(at(path))),
        object: async (path: string) => text((await aws.s3.send(new GetObjectCommand(at(path)))).Body as Readable),
        metadata: async (path: string) => (await aws.s3.send(new HeadObjectCommand(at(path)))).Metadata,
        keys: async () => (await collect(listBucket(aws.s3, { bucket, prefix: 'feed/' }))).flat().map(({ key }) => key),
        /** `exported NEW path`, sorted. */
        sync: async () => (await repository.sync()).map(({ way, event, path }) => `${way} ${event} ${path}`).sort(),
      };
    }

    test('file system to S3: create, change, delete', async () => {
      const { write, path, sync, object, keys, metadata } = await associate();
      write('2026/trades.csv', 'AAPL');
      utimesSync(path('2026/trades.csv'), 1_700_000_000, 1_700_000_000);
      chmodSync(path('2026/trades.csv'), 0o640);
      expect(await sync()).toEqual(['exported NEW 2026/', 'exported NEW 2026/trades.csv']);
      expect(await object('2026/trades.csv')).toBe('AAPL');
      expect(await metadata('2026/trades.csv')).toMatchObject({
        'file-permissions': '0100640',
        'file-mtime': '1700000000000000000ns',
        'file-owner': String(statSync(path('2026/trades.csv')).uid),
      });
      expect(await sync()).toEqual([]);

      write('2026/trades.csv', 'AAPL,MSFT');
      expect(await sync()).toEqual(['exported CHANGED 2026/trades.csv']);
      expect(await object('2026/trades.csv')).toBe('AAPL,MSFT');
      chmodSync(path('2026/trades.csv'), 0o600);
      expect(await sync()).toEqual(['exported CHANGED 2026/trades.csv']);
      expect(await metadata('2026/trades.csv')).toMatchObject({ 'file-permissions': '0100600' });

      rmSync(path('2026'), { recursive: true });
      expect(await sync()).toEqual(['exported DELETED 2026/', 'exported DELETED 2026/trades.csv']);
      expect(await keys()).toEqual([]);
    });

    test('S3 to file system: create, change, delete, with metadata and without', async () => {
      const { put, remove, path, sync } = await associate();
      await put('signals/model.json', '1', { 'file-permissions': '0100600', 'file-mtime': '1700000000000000000ns' });
      expect(await sync()).toEqual(['imported NEW signals/model.json']);
      expect(readFileSync(path('signals/model.json'), 'utf8')).toBe('1');
      expect(statSync(path('signals/model.json'))).toMatchObject({ mtimeMs: 1_700_000_000_000, mode: 0o100600 });
      expect(await sync()).toEqual([]);

      await put('signals/model.json', '22');
      expect(await sync()).toEqual(['imported CHANGED signals/model.json']);
      expect(readFileSync(path('signals/model.json'), 'utf8')).toBe('22');
      expect(statSync(path('signals/model.json')).mode).toBe(0o100755);

      await remove('signals/model.json');
      expect(await sync()).toEqual(['imported DELETED signals/model.json']);
      expect(existsSync(path('signals/model.json'))).toBe(false);
      expect(await sync()).toEqual([]);
    });

    test('a file is exported once it is closed', async () => {
      const { write, path, sync, object } = await associate();
      const fd = openSync(path('capture'), 'w');
      writeSync(fd, 'half');
      expect(await sync()).toEqual([]);
      writeSync(fd, ' and half');
      closeSync(fd);
      expect(await sync()).toEqual(['exported NEW capture']);
      expect(await object('capture')).toBe('half and half');
      write('next', '');
      expect(await sync()).toEqual(['exported NEW next']);
    });

    test('a rename is a new object and a deleted one; of a directory, for every descendant', async () => {
      const { write, path, sync, keys } = await associate();
      write('old/a', '1');
      write('old/b/c', '2');
      await sync();
      renameSync(path('old'), path('new'));
      const below = ['', 'a', 'b/', 'b/c'];
      expect(await sync()).toEqual(
        [
          ...below.map((name) => `exported DELETED old/${name}`),
          ...below.map((name) => `exported NEW new/${name}`),
        ].sort(),
      );
      expect(await keys()).toEqual(below.map((name) => `new/${name}`));
    });

    /** S3, with something that happens right before the first object is put, or got. */
    function beforeFirst(kind: typeof PutObjectCommand | typeof GetObjectCommand, happens: () => void): S3Client {
      let isOver = false;
      const send = async (command: PutObjectCommand) => {
        if (command instanceof kind && !isOver) {
          isOver = true;
          happens();
        }
        return aws.s3.send(command);
      };
      return { send } as unknown as S3Client;
    }

    const slowDown = () => {
      throw new Error('SlowDown');
    };

    test('what a round that fails has not exported comes in the next one', async () => {
      const { write, sync, keys } = await associate({
        s3: beforeFirst(PutObjectCommand, slowDown),
      });
      const names = Array.from({ length: 40 }, (_, index) => `f${10 + index}`);
      for (const name of names) write(name, name);
      await expect(sync()).rejects.toThrow('SlowDown');
      const before = await keys();
      // One that fails holds up no other.
      expect(before).toHaveLength(names.length - 1);
      expect(await sync()).toEqual(
        names.filter((name) => !before.includes(name)).map((name) => `exported NEW ${name}`),
      );
      expect(await keys()).toEqual(names);
    });

    test('what a round that fails has not imported comes in the next one', async () => {
      const { put, path, sync } = await associate({ s3: beforeFirst(GetObjectCommand, slowDown) });
      await put('a', '1');
      await put('b', '2');
      await expect(sync()).rejects.toThrow('SlowDown');
      expect(await sync()).toEqual(['imported NEW a', 'imported NEW b']);
      expect(readFileSync(path('a'), 'utf8')).toBe('1');
    });

    test('what vanishes under a round is no failure of it', async () => {
      const roots: string[] = [];
      const { write, path, sync, keys } = await associate({
        s3: beforeFirst(PutObjectCommand, () => {
          for (const root of roots) rmSync(root, { recursive: true });
        }),
      });
      for (let index = 0; index < 40; index += 1) write(`small/${index}`, 'x');
      write('large/capture', 'x'.repeat(9 * 1024 * 1024));
      roots.push(path('small'), path('large'));
      const exported = (await sync()).map((event) => event.replace('exported NEW ', ''));
      expect(await keys()).toEqual(exported);
      expect(await sync()).toEqual(exported.map((name) => `exported DELETED ${name}`));
      expect(await keys()).toEqual([]);
    });

    test('links, keys that are too long, keys that are no paths', async () => {
      const { write, path, put, sync, object, keys } = await associate();
      symlinkSync('target', path('link'));
      const long = Array.from({ length: 5 }, () => 'd'.repeat(210)).join('/');
      write(long, 'x');
      const events = await sync();
      expect(events).toContain(`failed NEW ${long}`);
      expect(await object('link')).toBe('target');
      await put('a//b', 'x');
      await put('copy', 'target', { 'file-permissions': '0120777' });
      expect(await sync()).toEqual(['imported NEW copy']);
      expect(readlinkSync(path('copy'))).toBe('target');
      expect(lstatSync(path('link')).isSymbolicLink()).toBe(true);
      expect(await keys()).toContain('a//b');
      expect(existsSync(path('a'))).toBe(false);
    });

    test('events that a policy does not name are passed over', async () => {
      const { write, path, put, remove, sync, keys } = await associate({
        autoExport: ['NEW'],
        autoImport: ['DELETED'],
      });
      write('a', '1');
      expect(await sync()).toEqual(['exported NEW a']);
      write('a', '22');
      rmSync(path('a'));
      await put('b', '1');
      expect(await sync()).toEqual([]);
      expect(await keys()).toEqual(['a', 'b']);
      expect(existsSync(path('b'))).toBe(false);
      write('c', '1');
      expect(await sync()).toEqual(['exported NEW c']);
      await remove('c');
      expect(await sync()).toEqual(['imported DELETED c']);
      expect(existsSync(path('c'))).toBe(false);
    });
  });
}
