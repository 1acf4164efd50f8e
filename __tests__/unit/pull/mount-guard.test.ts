import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { SluiceError } from '../../../provision/core/errors';
import { checkMount, guardMount, type MountEntry, parseFindmnt } from '../../../provision/pull/destination/mount-guard';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const root = { mountPoint: '/', fsType: 'xfs' };
const lustre = { mountPoint: '/fsx', fsType: 'lustre' };
const required = lustre;

describe('checkMount', () => {
  test.each<[string, readonly MountEntry[]]>([
    ['mounted', [root, lustre]],
    ['mounted over an automount', [root, { mountPoint: '/fsx', fsType: 'autofs' }, lustre]],
    ['beside others', [lustre, { mountPoint: '/fsx2', fsType: 'nfs4' }, root]],
  ])('%s: goes on', (_what, mounts) => {
    expect(() => checkMount(required, ['/fsx/data', '/fsx/.staging', '/fsx'], mounts)).not.toThrow();
  });

  test.each<[string, readonly MountEntry[], RegExp]>([
    ['nothing mounted', [root], /\/fsx\/data lies on the xfs file system mounted at \//],
    ['an automount that did not happen', [root, { mountPoint: '/fsx', fsType: 'autofs' }], /the autofs file system/],
    ['something else over it', [root, lustre, { mountPoint: '/fsx', fsType: 'tmpfs' }], /the tmpfs file system/],
    ['another mount beneath it', [root, lustre, { mountPoint: '/fsx/data', fsType: 'nfs4' }], /mounted at \/fsx\/data/],
    ['mounted at a name that only begins alike', [root, { mountPoint: '/fs', fsType: 'lustre' }], /mounted at \//],
    ['no mounts', [], /no mount at all/],
  ])('%s: refused', (_what, mounts, message) => {
    expect(() => checkMount(required, ['/fsx/data'], mounts)).toThrow(message);
    expect(() => checkMount(required, ['/fsx/data'], mounts)).toThrow(
      expect.objectContaining({ code: 'MOUNT_MISSING', kind: 'blocked' }),
    );
  });
});

test('findmnt lines, with escapes', () => {
  expect(parseFindmnt('/ ext4\n/mnt/with\\x20space\\xc3\\xbc lustre\n')).toEqual([
    { mountPoint: '/', fsType: 'ext4' },
    { mountPoint: '/mnt/with spaceü', fsType: 'lustre' },
  ]);
});

describe('guardMount', () => {
  const folder = useTemporaryFolder();
  const destination = () => ({
    path: join(folder(), 'fsx/data/not/yet'),
    stagingPath: join(folder(), 'fsx/.staging'),
    mount: { mountPoint: join(folder(), 'fsx'), fsType: 'lustre' as const },
  });

  test('is met by the mount, until it goes away', async () => {
    mkdirSync(join(folder(), 'fsx'));
    const { mountPoint } = destination().mount;
    let table: readonly MountEntry[] = [root, { mountPoint, fsType: 'lustre' }];
    let looks = 0;
    const guard = await guardMount(
      destination(),
      async () => {
        looks += 1;
        return table;
      },
      1,
    );
    guard.check();
    table = [root];
    const before = looks;
    while (looks < before + 3) await new Promise((resolve) => setImmediate(resolve));
    expect(() => guard.check()).toThrow(/not on a lustre file system/);
    guard.stop();
  });

  test.each([
    ['twice in a row, and once more: the run goes on', [true, true, false, true], undefined],
    ['three times in a row: nobody knows any more', [true, true, true], /cannot be read: no memory/],
  ])('where the table cannot be read %s', async (_, fails, message) => {
    mkdirSync(join(folder(), 'fsx'));
    const table = [root, { mountPoint: destination().mount.mountPoint, fsType: 'lustre' }];
    let looks = -1;
    const readMounts = async () => {
      if (fails[looks++] === true) throw new SluiceError('it cannot be read: no memory', { code: 'MOUNT_UNKNOWN' });
      return table;
    };
    const guard = await guardMount(destination(), readMounts, 1);
    while (looks < fails.length + 1) await new Promise((resolve) => setImmediate(resolve));
    if (message === undefined) guard.check();
    else expect(() => guard.check()).toThrow(message);
    guard.stop();
  });

  test('sees through a link that leads off the mount', async () => {
    mkdirSync(join(folder(), 'fsx'));
    mkdirSync(join(folder(), 'elsewhere'));
    symlinkSync(join(folder(), 'elsewhere'), join(folder(), 'fsx/data'));
    const mounts = async () => [root, { mountPoint: destination().mount.mountPoint, fsType: 'lustre' }];
    await expect(guardMount(destination(), mounts)).rejects.toThrow(/elsewhere\/not\/yet lies on the xfs/);
  });

  test('asks nothing where no mount is required', async () => {
    const never = () => Promise.reject(new Error('not asked'));
    const guard = await guardMount({ ...destination(), mount: null }, never);
    guard.check();
    guard.stop();
  });
});
