import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { directDisk, pooledDisk } from '../../../provision/pull/disk';
import { FileWorkers } from '../../../provision/pull/file-worker';
import { makeStagingFolder, removeStagingIfEmpty, Staging } from '../../../provision/pull/staging';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const content = Buffer.from('0123456789'.repeat(5000));
const sha256 = createHash('sha256').update(content).digest('hex');
const version = { path: 'a/file', sizeBytes: content.length, mtimeSeconds: 1000 };

describe.each([directDisk, pooledDisk])('staging, disk calls: $name', (disk) => {
  const folder = useTemporaryFolder();
  const workers = new FileWorkers(1);
  afterAll(() => workers.close());
  beforeEach(() => makeStagingFolder(join(folder(), 'staging')));
  const open = (bootId: string | undefined = 'boot') =>
    Staging.open({ path: join(folder(), 'staging'), disk, bootId, workers, hash: true });
  const parts = () => readdirSync(join(folder(), 'staging/parts'));

  /** What a killed process leaves: a part with the first bytes, never completed. */
  async function interruptAt(bytes: number): Promise<void> {
    const part = await open().part(version);
    await part.append(content.subarray(0, bytes));
    await part.close();
  }

  test('resumed at any byte gives the same file and digest', async () => {
    const points = fc.integer({ min: 0, max: content.length });
    await fc.assert(
      fc.asyncProperty(points, async (bytes) => {
        await interruptAt(bytes);
        const part = await open().part(version);
        expect(part.resumedBytes).toBe(bytes);
        await part.append(content.subarray(part.sizeBytes));
        expect(await part.digest()).toBe(sha256);
        await part.complete(1000, 0o440);
        expect(await part.digestOnDisk()).toBe(sha256);
        const target = join(folder(), 'target');
        await part.moveTo(target);
        await part.close();
        expect(readFileSync(target).equals(content)).toBe(true);
        expect(statSync(target)).toMatchObject({ mtimeMs: 1_000_000 });
        expect(statSync(target).mode & 0o777).toBe(0o440);
      }),
      { numRuns: 15 },
    );
  });

  test('another version of the file never meets the old part, which goes at the end', async () => {
    await interruptAt(100);
    const staging = open();
    const part = await staging.part({ ...version, mtimeSeconds: 1001 });
    expect(part.resumedBytes).toBe(0);
    await part.close();
    await part.remove();
    expect(parts()).toHaveLength(1);
    await staging.removeLeftovers();
    expect(parts()).toEqual([]);
  });

  test.each([['another boot'], [undefined]])('parts are not trusted over a reboot (%s)', async (bootId) => {
    await interruptAt(100);
    const staging = Staging.open({ path: join(folder(), 'staging'), disk, bootId, workers, hash: true });
    expect(parts()).toEqual([]);
    const part = await staging.part(version);
    expect(part.resumedBytes).toBe(0);
    await part.close();
  });

  test('a part complete but for its rename, read-only already, is gone on with', async () => {
    await interruptAt(content.length);
    chmodSync(join(folder(), 'staging/parts', parts()[0] as string), 0o444);
    const part = await open().part(version);
    expect(part.resumedBytes).toBe(content.length);
    expect(await part.digest()).toBe(sha256);
    await part.close();
  });

  test('a part longer than the file is thrown away', async () => {
    await interruptAt(10);
    writeFileSync(join(folder(), 'staging/parts', parts()[0] as string), Buffer.alloc(content.length + 1));
    const part = await open().part(version);
    expect(part.resumedBytes).toBe(0);
    await part.close();
  });

  test('damage on disk shows in the digest read back', async () => {
    const part = await open().part(version);
    await part.append(content);
    const digest = await part.digest();
    const path = join(folder(), 'staging/parts', parts()[0] as string);
    writeFileSync(path, 'X', { flag: 'r+' });
    expect(await part.digestOnDisk()).not.toBe(digest);
    await part.close();
  });

  test('the same version twice at one time is refused', async () => {
    const staging = open();
    const part = await staging.part(version);
    await expect(staging.part(version)).rejects.toMatchObject({ code: 'LISTED_TWICE' });
    await part.close();
  });

  test('the folder goes when nothing is left in it, and stays otherwise', async () => {
    const path = join(folder(), 'staging');
    await interruptAt(1);
    removeStagingIfEmpty(path);
    expect(existsSync(path)).toBe(true);
    await open().removeLeftovers();
    removeStagingIfEmpty(path);
    expect(existsSync(path)).toBe(false);
  });
});
