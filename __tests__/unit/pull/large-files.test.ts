/** Large files on threads of their own: order, digests, errors of the disk, and a thread that ends. */
import { createHash } from 'node:crypto';
import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LargeFiles } from '../../../provision/pull/staging/large-files';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const chunks = Array.from({ length: 40 }, (_, index) => Buffer.alloc(200_000, `${index} `));
const content = Buffer.concat(chunks);
const all = { hash: true, verify: true };
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
let files: LargeFiles;
beforeEach(() => {
  files = new LargeFiles(2);
});
afterEach(() => files.close());

test('writes what it is given, in order, gives its digest, and tells whether the disk holds it', async () => {
  const path = join(folder(), 'file');
  const fd = openSync(path, 'w+');
  const file = files.begin(fd, 0, all);
  const scratch = Buffer.alloc(200_000);
  for (const chunk of chunks) {
    chunk.copy(scratch);
    await file.write(scratch);
    scratch.fill(0);
  }
  expect(await file.finish()).toBe(sha256(content));
  expect(readFileSync(path).equals(content)).toBe(true);
  expect(await file.isAsWritten()).toBe(true);
  await file.end();
  closeSync(fd);
});

test.each([0, 1, content.length - 1])('tells where byte %d on disk is another one', async (position) => {
  const path = join(folder(), 'file');
  const fd = openSync(path, 'w+');
  const file = files.begin(fd, 0, all);
  for (const chunk of chunks) await file.write(chunk);
  expect(await file.finish()).toBe(sha256(content));
  writeSync(fd, Buffer.from([(content[position] ?? 0) ^ 1]), 0, 1, position);
  expect(await file.isAsWritten()).toBe(false);
  await file.end();
  closeSync(fd);
});

test('tells where the disk has lost the end of it', async () => {
  const fd = openSync(join(folder(), 'file'), 'w+');
  const file = files.begin(fd, 0, all);
  await file.write(content);
  await file.finish();
  ftruncateSync(fd, content.length - 1);
  expect(await file.isAsWritten()).toBe(false);
  await file.end();
  closeSync(fd);
});

test('goes on with what is there', async () => {
  const path = join(folder(), 'file');
  writeFileSync(path, content.subarray(0, 123_456));
  const fd = openSync(path, 'r+');
  const file = files.begin(fd, 123_456, all);
  await file.write(content.subarray(123_456));
  expect(await file.finish()).toBe(sha256(content));
  expect(readFileSync(path).equals(content)).toBe(true);
  expect(await file.isAsWritten()).toBe(true);
  await file.end();
  closeSync(fd);
});

/** Resolves when all that was asked for before is read back: one thread reads for all files, in turn. */
async function readersTurn(): Promise<void> {
  const fd = openSync(join(folder(), 'another'), 'w+');
  const another = files.begin(fd, 0, all);
  const bytes = Buffer.alloc(20 * 1024 * 1024);
  await another.write(bytes);
  await another.settle();
  another.readBack(bytes.length);
  await another.finish();
  expect(await another.isAsWritten()).toBe(true);
  await another.end();
  closeSync(fd);
}

test('what is read back while the file grows is what the disk holds, not what was given', async () => {
  const path = join(folder(), 'file');
  const fd = openSync(path, 'w+');
  const file = files.begin(fd, 0, all);
  const MiB = Buffer.alloc(1024 * 1024, 'a');
  for (let count = 0; count < 40; count += 1) await file.write(MiB);
  await file.settle();
  writeFileSync(path, 'X', { flag: 'r+' });
  file.readBack(20 * MiB.length);
  file.readBack(20 * MiB.length + 1);
  await file.write(content);
  expect(await file.finish()).toBe(sha256(Buffer.concat([...Array.from({ length: 40 }, () => MiB), content])));
  await readersTurn();
  // Repaired too late: that part was read while the file grew.
  writeFileSync(path, 'a', { flag: 'r+' });
  expect(await file.isAsWritten()).toBe(false);
  await file.end();
  closeSync(fd);
});

test('an error of the disk comes back with its code', async () => {
  const path = join(folder(), 'file');
  writeFileSync(path, '');
  const fd = openSync(path, constants.O_RDONLY);
  const file = files.begin(fd, 0, all);
  await file.write(Buffer.from('x'));
  await expect(file.finish()).rejects.toMatchObject({ code: 'EBADF' });
  await expect(file.end()).rejects.toMatchObject({ code: 'EBADF' });
  closeSync(fd);
});

test('where the threads are gone, whoever waits is told', async () => {
  const fd = openSync(join(folder(), 'file'), 'w+');
  const file = files.begin(fd, 0, all);
  const digest = file.finish();
  await files.close();
  await expect(digest).rejects.toThrow(/thread/);
  await expect(file.finish()).rejects.toThrow(/thread/);
  await expect(file.end()).rejects.toThrow(/thread/);
  closeSync(fd);
});
