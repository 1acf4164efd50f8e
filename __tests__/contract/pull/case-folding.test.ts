/** A destination that takes names which differ in case for one, as disks of macOS and Windows do: played, for Linux has none by default. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Disk } from '../../../provision/pull/destination/disk';
import { packetType } from '../../../provision/pull/sftp/wire';
import { useScriptedPull } from '../../helpers/scripted-pull';
import { scriptedFile } from '../../helpers/scripted-sftp';
import { status } from '../../helpers/sftp-bytes';

const { serve, run, out } = useScriptedPull();

const fold = (path: string) => join(dirname(path), basename(path).toLowerCase());

function folding(disk: Disk): Disk {
  return {
    ...disk,
    open: (path, ...rest) => disk.open(fold(path), ...rest),
    lstat: (path) => disk.lstat(fold(path)),
    mkdir: (path, mode) => disk.mkdir(fold(path), mode),
    rename: (from, to) => disk.rename(fold(from), fold(to)),
    unlink: (path) => disk.unlink(fold(path)),
    rmdir: (path) => disk.rmdir(fold(path)),
  };
}

const files = {
  '/data/Prices.csv': scriptedFile('first'),
  '/data/prices.csv': scriptedFile('the second'),
  '/data/Orders/a': scriptedFile('a'),
  '/data/ORDERS/b': scriptedFile('b'),
  '/data/other': scriptedFile('other'),
};

test('of two names that would be one file, the second is a failure that names the cause: they would take turns', async () => {
  await serve({ files });
  for (const transferred of [['Orders/a', 'Prices.csv', 'other'], []]) {
    const { report, paths } = await run({}, { decorateDisk: folding });
    expect(paths('transferred')).toEqual(transferred);
    expect(report.state).toBe('ERROR');
    expect(report.failed.map(({ path, code }) => [path, code]).sort()).toEqual([
      ['ORDERS', 'NAMES_FOLDED'],
      ['prices.csv', 'NAMES_FOLDED'],
    ]);
  }
  expect(readFileSync(out('prices.csv'), 'utf8')).toBe('first');
  expect(readdirSync(out('orders'))).toEqual(['a']);
});

test('one that is excluded leaves its name to the other', async () => {
  await serve({ files });
  const excludes = ['/Prices.csv', '/Orders'];
  const { report, paths } = await run({ options: { excludes } }, { decorateDisk: folding });
  expect(report).toMatchObject({ state: 'SUCCESS', failed: [] });
  expect(paths('transferred')).toEqual(['ORDERS/b', 'other', 'prices.csv']);
});

test('what lies there under another case is no file that is gone at the source', async () => {
  await serve({
    files: { '/data/Prices.csv': scriptedFile('first') },
    // So it was named in the run before.
    intercept: ({ type, id, path }) =>
      type === packetType.lstat && path === '/data/prices.csv' ? status(id, 2) : undefined,
  });
  const options = { preserveDeletedFiles: 'REMOVE', removalLimit: '100%' } as const;
  await run({ options }, { decorateDisk: folding });
  const { report, paths } = await run({ options }, { decorateDisk: folding });
  expect(paths('removed')).toEqual([]);
  expect(report).toMatchObject({ state: 'SUCCESS', counts: { filesUnchanged: 1 } });
  expect(readFileSync(out('prices.csv'), 'utf8')).toBe('first');
});

test('a disk that tells them apart takes both', async () => {
  await serve({ files });
  const { report } = await run();
  expect(report).toMatchObject({ state: 'SUCCESS', counts: { filesTransferred: 5 } });
});
