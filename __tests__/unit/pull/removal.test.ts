/** Removing what the list of a run names, whatever the names are. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SluiceError } from '../../../provision/core/errors';
import { directDisk } from '../../../provision/pull/destination/disk';
import { LocalDirectory } from '../../../provision/pull/destination/local-directory';
import { type RemovalOptions, removeExtras } from '../../../provision/pull/removal/removal';
import type { ExtraEntry } from '../../../provision/pull/removal/removal-plan';
import { SftpStatusError, statusNoSuchFile } from '../../../provision/pull/sftp/errors';
import { nameEncoder } from '../../../provision/pull/sftp/filename';
import type { SessionPool } from '../../../provision/pull/sftp/session-pool';
import { collect } from '../../helpers/collect';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const out = () => join(folder(), 'out');
const extra = (path: string, kind: ExtraEntry['kind'] = 'file'): ExtraEntry => ({
  path,
  kind,
  sizeBytes: 1,
  missing: path,
});

/** From a source that has none of them. */
async function removing(entries: readonly ExtraEntry[], options: Partial<RemovalOptions> = {}) {
  const list = join(folder(), 'removals.ndjson');
  writeFileSync(list, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  const pool = { use: async () => Promise.reject(new SftpStatusError('LSTAT', statusNoSuchFile, '')) };
  const root = await LocalDirectory.openRoot(directDisk, out());
  try {
    return await collect(
      removeExtras(list, {
        root,
        disk: directDisk,
        pool: pool as unknown as SessionPool,
        sourcePath: '/data',
        encode: nameEncoder('UTF-8'),
        signal: new AbortController().signal,
        checkMount: () => undefined,
        ...options,
      }),
    );
  } finally {
    await root.close();
  }
}

function there(...names: readonly string[]): void {
  mkdirSync(out(), { recursive: true });
  for (const name of names) writeFileSync(join(out(), name), 'x');
}

test('names with line separators of Unicode, and with newlines, are removed as any other', async () => {
  const names = ['before', 'a\u2028b', 'c\u2029d', 'e\u0085f', 'g\nh', 'i\rj', 'after'];
  there(...names, 'kept');
  const outcomes = await removing(names.map((name) => extra(name)));
  expect(outcomes.map(({ kind, ...rest }) => [kind, 'path' in rest && rest.path])).toEqual(
    names.map((name) => ['removed', name]),
  );
  expect(readdirSync(out())).toEqual(['kept']);
});

test('a run that is stopped removes nothing more', async () => {
  there('a');
  await expect(removing([extra('a')], { signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'interrupted' });
  expect(readdirSync(out())).toEqual(['a']);
});

test('where the mount is gone nothing beneath it is removed', async () => {
  there('a');
  const gone = new SluiceError('it went away', { code: 'MOUNT_MISSING', kind: 'blocked' });
  const checkMount = () => {
    throw gone;
  };
  await expect(removing([extra('a')], { checkMount })).rejects.toBe(gone);
  expect(readdirSync(out())).toEqual(['a']);
});

test.each(['ENOTEMPTY', 'EEXIST'])('a directory that something keeps stays, and is no failure: %s', async (code) => {
  there();
  mkdirSync(join(out(), 'd'));
  const rmdir = async () => Promise.reject(Object.assign(new Error(code), { code }));
  expect(await removing([extra('d', 'directory')], { disk: { ...directDisk, rmdir } })).toEqual([]);
});
