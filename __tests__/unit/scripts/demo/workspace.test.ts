import { existsSync, lstatSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openWorkspace } from '../../../../scripts/demo/workspace';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

describe("the demo's folder", () => {
  const temporary = useTemporaryFolder();

  test('is emptied, and stays the very folder that it was, as a link to another disk does', async () => {
    const disk = join(temporary(), 'disk');
    const folder = join(temporary(), 'demo');
    mkdirSync(disk);
    symlinkSync(disk, folder);
    const { ino } = statSync(disk);
    const { host, release } = await openWorkspace(folder);
    mkdirSync(join(host, 'opt'));
    writeFileSync(join(folder, '.hidden'), 'of the demo before');
    release();
    (await openWorkspace(folder)).release();
    expect(lstatSync(folder).isSymbolicLink()).toBe(true);
    expect(statSync(disk).ino).toBe(ino);
    expect(readdirSync(disk).sort()).toEqual(['.sluice-demo', 'fsx', 'host', 'vendor']);
    expect(existsSync(join(host, 'opt'))).toBe(false);
  });

  test('is not taken from a demo that still runs there', async () => {
    const folder = join(temporary(), 'demo');
    const { configFile, release } = await openWorkspace(folder);
    writeFileSync(configFile, 'of the first');
    await expect(openWorkspace(folder)).rejects.toMatchObject({
      message: expect.stringContaining(`another run writes to ${folder}: process ${process.pid} `),
      kind: 'blocked',
    });
    expect(existsSync(configFile)).toBe(true);
    release();
    await openWorkspace(folder);
    expect(existsSync(configFile)).toBe(false);
  });

  test('is made with the folders above it', async () => {
    const { vendor } = await openWorkspace(join(temporary(), 'not/there/yet'));
    expect(existsSync(vendor)).toBe(true);
  });

  test('where none can be made, that is said', async () => {
    await expect(openWorkspace('/proc/sluice/demo')).rejects.toMatchObject({
      code: 'DEMO_FOLDER_UNUSABLE',
      kind: 'config',
    });
  });
});
