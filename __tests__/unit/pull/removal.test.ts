/** Removing what the list of a run names, whatever the names are. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { directDisk } from '../../../provision/pull/destination/disk';
import { LocalDirectory } from '../../../provision/pull/destination/local-directory';
import { removeExtras } from '../../../provision/pull/removal/removal';
import type { ExtraEntry } from '../../../provision/pull/removal/removal-plan';
import { SftpStatusError, statusNoSuchFile } from '../../../provision/pull/sftp/errors';
import { nameEncoder } from '../../../provision/pull/sftp/filename';
import type { SessionPool } from '../../../provision/pull/sftp/session-pool';
import { collect } from '../../helpers/collect';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const folder = useTemporaryFolder();

test('names with line separators of Unicode, and with newlines, are removed as any other', async () => {
  const names = ['before', 'a\u2028b', 'c\u2029d', 'e\u0085f', 'g\nh', 'i\rj', 'after'];
  const out = join(folder(), 'out');
  mkdirSync(out);
  for (const name of [...names, 'kept']) writeFileSync(join(out, name), 'x');
  const list = join(folder(), 'removals.ndjson');
  const entries = names.map((name): ExtraEntry => ({ path: name, kind: 'file', sizeBytes: 1, missing: name }));
  writeFileSync(list, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  const pool = { use: async () => Promise.reject(new SftpStatusError('LSTAT', statusNoSuchFile, '')) };
  const root = await LocalDirectory.openRoot(directDisk, out);
  const outcomes = await collect(
    removeExtras(list, {
      root,
      disk: directDisk,
      pool: pool as unknown as SessionPool,
      sourcePath: '/data',
      encode: nameEncoder('UTF-8'),
      signal: new AbortController().signal,
      checkMount: () => undefined,
    }),
  );
  await root.close();
  expect(outcomes.map(({ kind, ...rest }) => [kind, 'path' in rest && rest.path])).toEqual(
    names.map((name) => ['removed', name]),
  );
  expect(readdirSync(out)).toEqual(['kept']);
});
