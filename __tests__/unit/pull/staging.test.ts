import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { SmallFiles } from '../../../provision/pull/staging/small-files';
import { removeStagingIfEmpty } from '../../../provision/pull/staging/staging';
import { threadOn } from '../../helpers/file-thread';
import { stagingWays, useStaging } from '../../helpers/staging-folder';

const content = Buffer.from('0123456789'.repeat(5000));
const sha256 = createHash('sha256').update(content).digest('hex');
const metadata = { mtimeSeconds: 1000, mode: 0o644, uid: undefined, gid: undefined };
const version = { path: 'a/file', sizeBytes: content.length, mtimeSeconds: 1000 };

describe.each(stagingWays)('staging, disk calls: $name', (way) => {
  const { disk } = way;
  const { folder, path, beforeMove, open, parts } = useStaging(way);

  /** What a killed process leaves: a part with the first bytes, never completed. */
  async function interruptAt(bytes: number): Promise<void> {
    const part = await (await open()).part(version);
    await part.append(content.subarray(0, bytes));
    await part.close();
  }

  test('a part is named so that a person sees what it is, where a name can hold that', async () => {
    const staging = await open();
    const named = async (path: string) => {
      const part = await staging.part({ path, sizeBytes: 5, mtimeSeconds: 7 });
      await part.append(content.subarray(0, 5));
      await part.close();
      const [name] = parts();
      await part.remove();
      return name;
    };
    expect(await named('2026/11/100%.csv')).toBe('2026%2F11%2F100%25.csv~5~7');
    for (const path of ['ü', 'a\nb', 'x'.repeat(250), '/'.repeat(100)]) {
      expect(await named(path)).toMatch(/^[0-9a-f]{40}$/);
    }
  });

  test('resumed at any byte gives the same file and digest', async () => {
    const points = fc.integer({ min: 0, max: content.length });
    await fc.assert(
      fc.asyncProperty(points, async (bytes) => {
        await interruptAt(bytes);
        const part = await (await open()).part(version);
        expect(part.resumedBytes).toBe(bytes);
        await part.append(content.subarray(part.sizeBytes));
        const complete = await part.complete({ ...metadata, mode: 0o440 });
        expect(complete).toEqual({ sha256, isAsWritten: true });
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
    const staging = await open();
    const part = await staging.part({ ...version, mtimeSeconds: 1001 });
    expect(part.resumedBytes).toBe(0);
    await part.close();
    await part.remove();
    expect(parts()).toHaveLength(1);
    await staging.removeLeftovers();
    expect(parts()).toEqual([]);
  });

  test("a killed run's link is none of what is left once it is made again", async () => {
    symlinkSync('target', (await open()).linkPath('a/link'));
    const staging = await open();
    const draft = staging.linkPath('a/link');
    expect(readlinkSync(draft)).toBe('target');
    renameSync(draft, join(folder(), 'link'));
    await staging.removeLeftovers();
    expect(parts()).toEqual([]);
  });

  test('what is left may be gone before it is removed', async () => {
    await interruptAt(100);
    const staging = await open();
    for (const part of parts()) unlinkSync(join(path(), 'parts', part));
    await staging.removeLeftovers();
    expect(parts()).toEqual([]);
  });

  test.each([['another boot'], [null]])(
    'a part of which nothing is recorded is not trusted over a reboot (%s)',
    async (bootId) => {
      await interruptAt(100);
      const staging = await open(bootId);
      expect(parts()).toEqual([]);
      const part = await staging.part(version);
      expect(part.resumedBytes).toBe(0);
      await part.close();
    },
  );

  test('of a source that gives a file once, what is not trusted over a reboot is set aside, each time', async () => {
    const again = async (bootId: string) => {
      const staging = await open(bootId, { readOnce: true });
      await staging.removeLeftovers();
    };
    await interruptAt(100);
    await again('another boot');
    const part = await (await open('another boot')).part(version);
    expect(part.resumedBytes).toBe(0);
    await part.append(content.subarray(0, 50));
    await part.close();
    await again('a third boot');
    const [first = '', second = ''] = parts().toSorted((a, b) => a.length - b.length);
    expect([first, second]).toEqual([
      expect.stringMatching(/~1000~unverified$/),
      expect.stringMatching(/~2~unverified$/),
    ]);
    const contentOf = (name: string) => readFileSync(join(path(), 'parts', name));
    expect([first, second].map(contentOf)).toEqual([content.subarray(0, 100), content.subarray(0, 50)]);
  });

  test('a part complete but for its rename, read-only already, is gone on with', async () => {
    await interruptAt(content.length);
    chmodSync(join(path(), 'parts', parts()[0] as string), 0o444);
    const part = await (await open()).part(version);
    expect(part.resumedBytes).toBe(content.length);
    expect(await part.complete(metadata)).toEqual({ sha256, isAsWritten: true });
    await part.close();
  });

  test('a part longer than the file is thrown away', async () => {
    await interruptAt(10);
    writeFileSync(join(path(), 'parts', parts()[0] as string), Buffer.alloc(content.length + 1));
    const part = await (await open()).part(version);
    expect(part.resumedBytes).toBe(0);
    await part.close();
  });

  test('a file received in one piece is there when it is moved, and not before', async () => {
    const part = await (await open()).part(version);
    await part.append(content);
    expect(parts()).toEqual([]);
    expect(await part.complete({ ...metadata, mode: 0o440 })).toEqual({ sha256, isAsWritten: true });
    const target = join(folder(), 'target');
    expect(beforeMove).not.toHaveBeenCalled();
    await part.moveTo(target);
    expect(beforeMove).toHaveBeenCalledTimes(1);
    await part.close();
    expect(readFileSync(target).equals(content)).toBe(true);
    expect(statSync(target)).toMatchObject({ mtimeMs: 1_000_000 });
    expect(statSync(target).mode & 0o777).toBe(0o440);
    expect(parts()).toEqual([]);
  });

  test('one that is not wanted after all is taken away, one in whose way something is tells so', async () => {
    const staging = await open();
    const part = await staging.part(version);
    await part.append(content);
    await part.complete(metadata);
    await part.close();
    const [name] = parts() as [string];
    await part.remove();
    expect(parts()).toEqual([]);
    const again = await staging.part(version);
    await again.append(content);
    mkdirSync(join(path(), 'parts', name));
    await expect(again.complete(metadata)).rejects.toMatchObject({ code: 'EEXIST' });
    await again.close().catch(() => undefined);
  });

  describe('a small file whose sync fails', () => {
    const complete = async (readOnce: boolean) => {
      const fsyncSync = () => {
        throw Object.assign(new Error('no room after all'), { code: 'ENOSPC', syscall: 'fsync' });
      };
      const files = new SmallFiles({
        mostThreads: 1,
        hash: true,
        sync: true,
        verify: true,
        beforeRename: beforeMove,
        newThread: () => threadOn({ fs: { fsyncSync } }),
      });
      const part = await (await open('boot', { smallFiles: files, readOnce })).part(version);
      await part.append(content);
      await expect(part.complete(metadata)).rejects.toMatchObject({ code: 'ENOSPC' });
      await part.secure();
      await part.close();
    };

    test('is not gone on with, not even in this boot', async () => {
      await complete(false);
      expect(parts()).toEqual([]);
    });

    test('is set aside where the source gives it only once', async () => {
      await complete(true);
      expect(parts()).toEqual([expect.stringMatching(/~unverified$/)]);
      expect(readFileSync(join(path(), 'parts', parts()[0] as string))).toEqual(content);
      const part = await (await open()).part(version);
      expect(part.resumedBytes).toBe(0);
      await part.close();
    });
  });

  test('damage on disk shows when it is read back', async () => {
    const sync = async (fd: number) => {
      await disk.sync(fd);
      writeFileSync(join(path(), 'parts', parts()[0] as string), 'X', { flag: 'r+' });
    };
    const part = await (await open('boot', { smallFiles: undefined, disk: { ...disk, sync } })).part(version);
    await part.append(content);
    expect(await part.complete(metadata)).toEqual({ sha256, isAsWritten: false });
    await part.close();
  });

  test('the same version twice at one time is refused', async () => {
    const staging = await open();
    const part = await staging.part(version);
    await expect(staging.part(version)).rejects.toMatchObject({ code: 'LISTED_TWICE' });
    await part.close();
  });

  test('the folder goes when nothing is left in it, and stays otherwise', async () => {
    await interruptAt(1);
    removeStagingIfEmpty(path());
    expect(existsSync(path())).toBe(true);
    await (await open()).removeLeftovers();
    removeStagingIfEmpty(path());
    expect(existsSync(path())).toBe(false);
  });
});
