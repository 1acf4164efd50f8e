import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { compareKeys } from '../../../../provision/core/key-order';
import type { InventoryEntry, SourceSide } from '../../../../provision/pull/inventory/entry';
import type { SourceTree } from '../../../../provision/pull/inventory/source-tree';
import { walkTree } from '../../../../provision/pull/inventory/walk-tree';
import { collect } from '../../../helpers/collect';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const folder = useTemporaryFolder();

async function walk(root: string, source?: SourceTree): Promise<readonly InventoryEntry[]> {
  return (await collect(walkTree(root, source))).flat();
}

function write(root: string, ...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    if (path.endsWith('/')) mkdirSync(join(root, path), { recursive: true });
    else writeFileSync(join(root, path), path);
  }
}

test('a directory comes where its key does: behind a-b and a.b, before a0', async () => {
  write(folder(), 'a/x', 'a-b', 'a.b', 'a0', 'empty/', 'b/a/', 'B', '\u{1F600}', '\uFFFD');
  const entries = await walk(folder());
  const paths = entries.map(({ path }) => path);
  expect(paths).toEqual(['B', 'a-b', 'a.b', 'a/', 'a/x', 'a0', 'b/', 'b/a/', 'empty/', '\uFFFD', '\u{1F600}']);
  expect(entries.filter(({ isEmpty }) => isEmpty).map(({ path }) => path)).toEqual(['b/a/', 'empty/']);
});

test('any tree: each entry once, in the order of keys', async () => {
  const name = fc.string({ unit: fc.constantFrom(...'a-.0/ü\u{1F600}'), minLength: 1, maxLength: 2 });
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/').replaceAll(/\/+/g, '/'));
  await fc.assert(
    fc.asyncProperty(fc.array(path, { maxLength: 20 }), fc.integer({ min: 0 }), async (paths, run) => {
      const root = join(folder(), String(run));
      mkdirSync(root, { recursive: true });
      const isName = (each: string) => !each.split('/').some((part) => ['', '.', '..'].includes(part));
      for (const each of paths.filter(isName)) {
        try {
          write(root, each);
        } catch {
          // A file where this path wants a directory, or the other way round.
        }
      }
      const found = (await walk(root)).map((entry) => entry.path);
      expect(found).toEqual([...new Set(found)].sort(compareKeys));
      rmSync(root, { recursive: true });
    }),
    { numRuns: 30 },
  );
});

test('what is no file is told as what it is, and a name outside UTF-8 stands aside', async () => {
  write(folder(), 'file');
  symlinkSync('file', join(folder(), 'link'));
  writeFileSync(Buffer.concat([Buffer.from(`${folder()}/`), Buffer.from([0x66, 0xff])]), '');
  const entries = await walk(folder());
  expect(entries.map(({ path, type, problem }) => [path, type, problem])).toEqual([
    ['f\u00ff', 'file', 'the name is not valid UTF-8'],
    ['file', 'file', undefined],
    ['link', 'link', undefined],
  ]);
});

describe('with the source beside it', () => {
  const aFile: SourceSide = { sizeBytes: 1, mtimeSeconds: 2 };
  const aDirectory: SourceSide = { directory: true };

  function sourceOf(directories: Readonly<Record<string, Readonly<Record<string, SourceSide>> | string>>) {
    const asked: string[] = [];
    const source: SourceTree = {
      prefetch: () => undefined,
      list: async (path) => {
        asked.push(path);
        const found = directories[path];
        return typeof found === 'object' ? new Map(Object.entries(found)) : { problem: found ?? 'no such directory' };
      },
      close: () => undefined,
    };
    return { source, asked };
  }

  test('each key has what either side has, and only the source is asked for what it listed', async () => {
    write(folder(), 'both/file', 'here/file', 'kind');
    const { source, asked } = sourceOf({
      '': { both: aDirectory, there: aDirectory, kind: aDirectory, gone: aFile },
      'both/': { file: aFile, more: aFile },
      'there/': { file: aFile },
      'kind/': {},
    });
    const entries = await walk(folder(), source);
    expect(entries.map(({ path, type, source: side }) => [path, type, side])).toEqual([
      ['both/', 'directory', aDirectory],
      ['both/file', 'file', aFile],
      ['both/more', 'absent', aFile],
      ['gone', 'absent', aFile],
      ['here/', 'directory', undefined],
      ['here/file', 'file', undefined],
      ['kind', 'file', undefined],
      ['kind/', 'absent', aDirectory],
      ['there/', 'absent', aDirectory],
      ['there/file', 'absent', aFile],
    ]);
    expect(asked).toEqual(['', 'both/', 'kind/', 'there/']);
  });

  test('a directory that the source does not show is a problem, not an empty one', async () => {
    write(folder(), 'shut/file');
    const { source } = sourceOf({ '': { shut: aDirectory }, 'shut/': 'permission denied' });
    const entries = await walk(folder(), source);
    expect(entries).toContainEqual(
      expect.objectContaining({ path: 'shut/', type: 'absent', source: { problem: 'permission denied' } }),
    );
  });
});
