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
    const { host } = await openWorkspace(folder);
    mkdirSync(join(host, 'opt'));
    writeFileSync(join(folder, '.hidden'), 'of the demo before');
    await openWorkspace(folder);
    expect(lstatSync(folder).isSymbolicLink()).toBe(true);
    expect(statSync(disk).ino).toBe(ino);
    expect(readdirSync(disk).sort()).toEqual(['.sluice-demo', 'fsx', 'host', 'vendor']);
    expect(existsSync(join(host, 'opt'))).toBe(false);
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
