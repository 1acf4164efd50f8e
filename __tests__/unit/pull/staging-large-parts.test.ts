import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stagingWays, useStaging } from '../../helpers/staging-folder';

const metadata = { mtimeSeconds: 1000, mode: 0o644, uid: undefined, gid: undefined };

describe.each(stagingWays)('staging of a large part, disk calls: $name', (way) => {
  const { disk } = way;
  const { folder, path, open, parts } = useStaging(way);
  const recordEveryBytes = 100_000;
  const large = Buffer.alloc(600_000, 'large part ');
  const version = { path: 'a/large', sizeBytes: large.length, mtimeSeconds: 1000 };
  const safe = () => readdirSync(join(path(), 'safe'));
  const grownTo = async (bytes: number) => {
    const part = await (await open('boot', { recordEveryBytes })).part(version);
    await part.append(large.subarray(0, bytes));
    return part;
  };

  test('what was made safe is gone on with after a reboot, and nothing else', async () => {
    const part = await grownTo(250_000);
    await part.secure();
    await part.append(large.subarray(250_000, 280_000));
    await part.close();
    const again = await (await open('another boot', { recordEveryBytes })).part(version);
    expect(again.resumedBytes).toBe(250_000);
    await again.append(large.subarray(250_000));
    expect(await again.complete(metadata)).toEqual({
      sha256: createHash('sha256').update(large).digest('hex'),
      isAsWritten: true,
    });
    await again.moveTo(join(folder(), 'target'));
    await again.close();
    expect([parts(), safe()]).toEqual([[], []]);
  });

  test('of a source that gives a file once, one with bytes beyond its record is set aside whole', async () => {
    const openOnce = (bootId: string) => open(bootId, { readOnce: true, recordEveryBytes });
    const part = await grownTo(250_000);
    await part.secure();
    await part.close();
    await openOnce('another boot');
    const safely = await (await open('another boot', { recordEveryBytes })).part(version);
    expect(safely.resumedBytes).toBe(250_000);
    await safely.append(large.subarray(250_000, 280_000));
    await safely.close();
    await openOnce('a third boot');
    expect(safe()).toEqual([]);
    const [aside = ''] = parts();
    expect(aside).toMatch(/~unverified$/);
    expect(readFileSync(join(path(), 'parts', aside))).toEqual(large.subarray(0, 280_000));
  });

  test('a record goes before its part does', async () => {
    const part = await grownTo(250_000);
    await part.secure();
    await part.close();
    await part.remove();
    expect([parts(), safe()]).toEqual([[], []]);
  });

  test('a record without its part, as a kill may leave it, is met by no later part', async () => {
    const part = await grownTo(250_000);
    await part.secure();
    await part.close();
    unlinkSync(join(path(), 'parts', parts()[0] as string));
    await (await grownTo(120_000)).close();
    const [id] = parts();
    // The later part may have been recorded by itself, but never as longer than it is.
    const again = await (await open('another boot', { recordEveryBytes })).part(version);
    expect(again.resumedBytes ?? 0).toBeLessThanOrEqual(120_000);
    expect(id).toBeDefined();
    await again.close();
  });

  test.each([
    ['half a record', (whole: string) => whole.slice(0, 30), 100_000],
    ['zeros where a record was to be', (whole: string) => `${whole.slice(0, 17)}${'\0'.repeat(17)}`, 100_000],
    ['nothing', () => '', 0],
  ])('%s of a power cut is no record', async (_what, damage, resumedBytes) => {
    const part = await grownTo(100_000);
    await part.secure();
    await part.append(large.subarray(100_000, 200_000));
    await part.secure();
    await part.close();
    const record = join(path(), 'safe', safe()[0] as string);
    writeFileSync(record, damage(readFileSync(record, 'utf8')));
    const again = await (await open('another boot', { recordEveryBytes })).part(version);
    expect(again.resumedBytes).toBe(resumedBytes);
    await again.close();
  });

  test('where a sync fails, nothing after the last good one is kept, not even in this boot', async () => {
    let isFailing = false;
    const failing = Object.assign(Object.create(disk) as typeof disk, {
      sync: async (fd: number) => {
        if (isFailing) throw Object.assign(new Error('the disk lost it'), { code: 'EIO' });
        return disk.sync(fd);
      },
    });
    const part = await (await open('boot', { disk: failing, recordEveryBytes })).part(version);
    await part.append(large.subarray(0, 150_000));
    await part.secure();
    // Too little for a record in the background.
    await part.append(large.subarray(150_000, 200_000));
    isFailing = true;
    await expect(part.complete(metadata)).rejects.toMatchObject({ code: 'EIO' });
    // The kernel tells it once.
    isFailing = false;
    await expect(part.secure()).rejects.toMatchObject({ code: 'EIO' });
    await part.close();
    const again = await (await open('boot', { recordEveryBytes })).part(version);
    expect(again.resumedBytes).toBe(150_000);
    await again.close();
  });
});
