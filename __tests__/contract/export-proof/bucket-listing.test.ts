/** What listBucket promises, on every S3 there is here. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { atMost } from '../../../provision/core/at-most';
import { compareKeys } from '../../../provision/core/key-order';
import { listBucket } from '../../../scripts/export-proof/bucket-listing';
import { readObjectFacts } from '../../../scripts/export-proof/object-facts';
import { collect } from '../../helpers/collect';
import { describeWith } from '../../helpers/needs';
import { s3Implementations, type TestS3 } from '../../helpers/s3';

for (const { name, needs, start } of s3Implementations) {
  describeWith(needs, `a bucket's listing: ${name}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-s3-'));
    let aws: TestS3;
    let bucket: string;
    beforeAll(async () => {
      aws = await start(folder);
      bucket = await aws.createBucket();
    });
    afterAll(async () => {
      await aws.close();
      rmSync(folder, { recursive: true });
    });
    const put = (keys: readonly string[]) =>
      atMost(16, keys, (key) => aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: key.slice(-7) })));
    const list = async (prefix: string) => (await collect(listBucket(aws.s3, { bucket, prefix }))).flat();

    test('every key once, in the order of keys, below the prefix and not beside it', async () => {
      const inside = [
        'a/',
        'a/b/c/d/e',
        'a/b/c/d/f',
        'a/b/g',
        'a-b',
        'a.b',
        'a0',
        'sp ace+plus%41&<>"',
        '日本/株',
        '\u{1F600}',
        '\uFF5E',
        ...Array.from({ length: 40 }, (_, index) => `many/${index % 8}/deep/${index}`),
      ];
      await put([...inside.map((key) => `odd/${key}`), 'odd/', 'odds/x', 'od']);
      const listed = await list('odd/');
      expect(listed.map(({ key }) => key)).toEqual([...inside].sort(compareKeys));
      expect(listed.find(({ key }) => key === 'a/b/g')).toMatchObject({ sizeBytes: 7 });
      expect(await list('nothing/')).toEqual([]);
    });

    test('folders of more than one page, beside small ones', async () => {
      const keys = Array.from({ length: 2300 }, (_, index) => `pages/big/${String(index).padStart(5, '0')}`);
      await put([...keys, 'pages/another/1', 'pages/small', 'pages/zoo/1']);
      const listed = (await list('pages/')).map(({ key }) => `pages/${key}`);
      expect(listed).toEqual(['pages/another/1', ...keys, 'pages/small', 'pages/zoo/1']);
      const flat = await aws.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'pages/' }));
      expect(flat.Contents).toHaveLength(1000);
    });

    test('what a reader leaves early does not go on', async () => {
      await put(['left/a/1', 'left/b/2', 'left/c']);
      const listing = listBucket(aws.s3, { bucket, prefix: 'left/' });
      expect((await listing.next()).done).toBe(false);
      expect((await listing.return(undefined)).done).toBe(true);
    });

    test("an object's own facts: its time, its writer, its digest; none of one that is gone", async () => {
      const Metadata = { 'file-mtime': '1595002920123000000ns', 'file-permissions': '0100644' };
      await aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'facts', Body: 'abc', Metadata }));
      const facts = (key: string, readsContent: boolean) => readObjectFacts(aws.s3, { bucket, key }, { readsContent });
      const told = { mtimeMs: 1595002920123, sizeBytes: 3, isFromFsx: true, lastModifiedMs: expect.any(Number) };
      expect(await facts('facts', false)).toEqual(told);
      const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
      expect(await facts('facts', true)).toEqual({ ...told, sha256 });
      expect(await facts('nowhere', false)).toBeUndefined();
      expect(await facts('nowhere', true)).toBeUndefined();
    });
  });
}
