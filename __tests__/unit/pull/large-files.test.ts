/** Large files on threads of their own: order, digests, errors of the disk, and a thread that ends. */
import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LargeFiles } from '../../../provision/pull/staging/large-files';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const chunks = Array.from({ length: 40 }, (_, index) => Buffer.alloc(200_000, `${index} `));
const content = Buffer.concat(chunks);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
let files: LargeFiles;
beforeEach(() => {
  files = new LargeFiles(2);
});
afterEach(() => files.close());

test('writes what it is given, in order, and gives the digest of it and of what is on disk', async () => {
  const path = join(folder(), 'file');
  const fd = openSync(path, 'w+');
  const file = files.begin(fd, 0, true);
  const scratch = Buffer.alloc(200_000);
  for (const chunk of chunks) {
    chunk.copy(scratch);
    await file.write(scratch);
    scratch.fill(0);
  }
  expect(await file.digest()).toBe(sha256(content));
  expect(readFileSync(path).equals(content)).toBe(true);
  writeFileSync(path, 'X', { flag: 'r+' });
  expect(await file.digestOnDisk(content.length)).toBe(sha256(readFileSync(path)));
  await file.end();
  closeSync(fd);
});

test('goes on with what is there', async () => {
  const path = join(folder(), 'file');
  writeFileSync(path, content.subarray(0, 123_456));
  const fd = openSync(path, 'r+');
  const file = files.begin(fd, 123_456, true);
  await file.write(content.subarray(123_456));
  expect(await file.digest()).toBe(sha256(content));
  expect(readFileSync(path).equals(content)).toBe(true);
  await file.end();
  closeSync(fd);
});

test('what is read back while the file grows is what the disk holds, not what was given', async () => {
  const path = join(folder(), 'file');
  const fd = openSync(path, 'w+');
  const file = files.begin(fd, 0, true);
  const MiB = Buffer.alloc(1024 * 1024, 'a');
  for (let count = 0; count < 40; count += 1) await file.write(MiB);
  await file.settle();
  writeFileSync(path, 'X', { flag: 'r+' });
  file.readBack(20 * MiB.length);
  file.readBack(20 * MiB.length + 1);
  await file.write(content);
  expect(await file.digest()).toBe(sha256(Buffer.concat([...Array.from({ length: 40 }, () => MiB), content])));
  expect(await file.digestOnDisk(40 * MiB.length + content.length)).toBe(sha256(readFileSync(path)));
  expect(readFileSync(path, 'latin1').slice(0, 2)).toBe('Xa');
  await file.end();
  closeSync(fd);
});

test('an error of the disk comes back with its code', async () => {
  const path = join(folder(), 'file');
  writeFileSync(path, '');
  const fd = openSync(path, constants.O_RDONLY);
  const file = files.begin(fd, 0, true);
  await file.write(Buffer.from('x'));
  await expect(file.digest()).rejects.toMatchObject({ code: 'EBADF' });
  await expect(file.end()).rejects.toMatchObject({ code: 'EBADF' });
  closeSync(fd);
});

test('where the threads are gone, whoever waits is told', async () => {
  const fd = openSync(join(folder(), 'file'), 'w+');
  const file = files.begin(fd, 0, true);
  const digest = file.digest();
  await files.close();
  await expect(digest).rejects.toThrow(/thread/);
  await expect(file.digest()).rejects.toThrow(/thread/);
  await expect(file.end()).rejects.toThrow(/thread/);
  closeSync(fd);
});
