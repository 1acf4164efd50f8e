import { mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InventoryEntry } from '../../../../provision/pull/inventory/entry';
import { withDigests } from '../../../../provision/pull/inventory/known-digests';
import { RunFiles } from '../../../../provision/pull/record/run-files';
import { sha256sumLine } from '../../../../provision/pull/record/sha256sum';
import { collect } from '../../../helpers/collect';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const folder = useTemporaryFolder();
const digest = (digit: string) => digit.repeat(64);

function run(name: string, endedMs: number, files: Readonly<Record<string, string>>, rest = ''): void {
  const directory = join(folder(), 'runs', name);
  mkdirSync(directory, { recursive: true });
  const manifest = join(directory, 'manifest.sha256');
  writeFileSync(
    manifest,
    Object.entries(files)
      .map(([path, sha256]) => sha256sumLine(sha256, path))
      .join('') + rest,
  );
  utimesSync(manifest, endedMs / 1000, endedMs / 1000);
}

async function digestsOf(...entries: readonly (readonly [path: string, ctimeMs: number])[]) {
  const listed = entries.map(
    ([path, ctimeMs]): InventoryEntry => ({ path, type: 'file', sizeBytes: 1, mtimeMs: 0, ctimeMs }),
  );
  const batches = (async function* () {
    yield listed.slice(0, 1);
    yield listed.slice(1);
  })();
  const known = (await collect(withDigests(batches, folder()))).flat();
  return Object.fromEntries(known.map(({ path, sha256 }) => [path, sha256]));
}

test('the newest run that received a file counts, whatever its name and the order of arrival', async () => {
  run('1', 1000_000, { z: digest('1'), 'new\nline': digest('2'), 'back\\slash': digest('3'), a: digest('4') });
  run('2', 2000_000, { a: digest('5') }, `${digest('6')}  unfinis`);
  const found = await digestsOf(['a', 5], ['a-b', 5], ['back\\slash', 5], ['new\nline', 5], ['z', 5]);
  expect(found).toEqual({
    a: digest('5'),
    'a-b': undefined,
    'back\\slash': digest('3'),
    'new\nline': digest('2'),
    z: digest('1'),
  });
});

test('a file that was touched after its run has no digest', async () => {
  run('1', 1000_000, { early: digest('1'), late: digest('2') });
  expect(await digestsOf(['early', 999_000], ['late', 1001_000])).toEqual({ early: digest('1'), late: undefined });
});

test('the last files of a run, which are in place only after its last line is written, have their digests', async () => {
  const files = RunFiles.create(folder(), new Date(), 'NONE');
  files.recordDigest('last', digest('1'));
  files.flushDigests();
  const { mtimeMs } = statSync(files.manifestPath);
  const file = join(folder(), 'last');
  const inPlaceMs = () => {
    writeFileSync(file, '');
    return statSync(file).ctimeMs;
  };
  let ctimeMs = inPlaceMs();
  while (Math.ceil(mtimeMs) >= ctimeMs) ctimeMs = inPlaceMs();
  expect(await digestsOf(['last', ctimeMs])).toEqual({ last: undefined });
  files.close();
  expect(await digestsOf(['last', ctimeMs])).toEqual({ last: digest('1') });
});

test('a manifest that cannot be read is told, and not taken for one without digests', async () => {
  run('1', 1000_000, { a: digest('1') });
  mkdirSync(join(folder(), 'runs/2/manifest.sha256'), { recursive: true });
  await expect(digestsOf(['a', 5], ['b', 5])).rejects.toMatchObject({
    code: 'DIGESTS_UNREADABLE',
    message: expect.stringContaining('EISDIR'),
  });
});

test('without any run no digest is known', async () => {
  expect(await digestsOf(['a', 1])).toEqual({ a: undefined });
});
