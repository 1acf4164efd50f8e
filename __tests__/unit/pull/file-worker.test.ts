/** Large files on threads of their own: order, digests, errors of the disk, and a thread that ends. */
import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileWorkers } from '../../../provision/pull/staging/file-worker';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const chunks = Array.from({ length: 40 }, (_, index) => Buffer.alloc(200_000, `${index} `));
const content = Buffer.concat(chunks);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
let workers: FileWorkers;
beforeEach(() => {
  workers = new FileWorkers(2);
});
afterEach(() => workers.close());

test('writes what it is given, in order, and gives the digest of it and of what is on disk', async () => {
  const path = join(folder(), 'file');
  const fd = openSync(path, 'w+');
  const file = workers.begin(fd, 0, true);
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
  const file = workers.begin(fd, 123_456, true);
  await file.write(content.subarray(123_456));
  expect(await file.digest()).toBe(sha256(content));
  expect(readFileSync(path).equals(content)).toBe(true);
  await file.end();
  closeSync(fd);
});

test('an error of the disk comes back with its code', async () => {
  const path = join(folder(), 'file');
  writeFileSync(path, '');
  const fd = openSync(path, constants.O_RDONLY);
  const file = workers.begin(fd, 0, true);
  await file.write(Buffer.from('x'));
  await expect(file.digest()).rejects.toMatchObject({ code: 'EBADF' });
  await expect(file.end()).rejects.toMatchObject({ code: 'EBADF' });
  closeSync(fd);
});

test('where the threads are gone, whoever waits is told', async () => {
  const fd = openSync(join(folder(), 'file'), 'w+');
  const file = workers.begin(fd, 0, true);
  const digest = file.digest();
  await workers.close();
  await expect(digest).rejects.toThrow(/thread/);
  await expect(file.digest()).rejects.toThrow(/thread/);
  await expect(file.end()).rejects.toThrow(/thread/);
  closeSync(fd);
});
