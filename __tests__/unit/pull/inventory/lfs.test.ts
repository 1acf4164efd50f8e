import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { fulfil } from '../../../../provision/pull/inventory/hsm-requests';
import { commandLines, hsmStates, type Lfs, parseHsmStates } from '../../../../provision/pull/inventory/lfs';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const line = (path: string, flags: number) =>
  `${path}: (0x${flags.toString(16).padStart(8, '0')}) exists archived, archive_id:1\n`;

describe('lfs hsm_state', () => {
  test('any names give back the flags that were printed', () => {
    const name = fc.oneof(fc.string(), fc.constantFrom('a\nb', 'x: (0x00000001)\n/y', ': (0x'));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.integer({ min: 0, max: 127 }))), (files) => {
        const paths = files.map(([path], index) => `/fsx/${index}/${path}`);
        const output = files.map(([, flags], index) => line(paths[index] as string, flags)).join('');
        expect(parseHsmStates(output, paths)).toEqual(files.map(([, flags]) => flags));
      }),
    );
  });

  test('a file that is gone has no state, and the others have theirs', () => {
    expect(parseHsmStates(line('/a', 9) + line('/c', 13), ['/a', '/b', '/c'])).toEqual([9, undefined, 13]);
    expect(parseHsmStates('/a: (0x00000000)\n', ['/a'])).toEqual([0]);
  });

  test('a refusal of every file is an error with its words', async () => {
    const refuses: Lfs = async () => ({ exitCode: 1, stdout: '', stderr: 'Operation not permitted' });
    await expect(hsmStates(['/a', '/b'], refuses)).rejects.toThrow('lfs hsm_state failed: Operation not permitted');
  });

  test('command lines stay short whatever the number of files', () => {
    const paths = Array.from({ length: 5000 }, (_, index) => `/fsx/${'d'.repeat(200)}/${index}`);
    const groups = commandLines(paths);
    expect(groups.flat()).toEqual(paths);
    for (const group of groups) expect(group.join(' ').length).toBeLessThan(256 * 1024);
  });
});

describe('requests', () => {
  const folder = useTemporaryFolder();
  const states = new Map<string, number>();
  const asked: string[] = [];
  const lfs: Lfs = async (command, paths) => {
    if (command === 'hsm_state') {
      const found = paths.filter((path) => states.has(path));
      return { exitCode: 0, stdout: found.map((path) => line(path, states.get(path) ?? 0)).join(''), stderr: '' };
    }
    if (paths.some((path) => path.endsWith('refused'))) return { exitCode: 1, stdout: '', stderr: 'not today' };
    asked.push(...paths.map((path) => `${command} ${path}`));
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  const file = (path: string, flags: number) => {
    const full = join(folder(), path);
    writeFileSync(full, 'content');
    states.set(full, flags);
    const { size, mtimeMs } = statSync(full);
    return { path, sizeBytes: size, mtimeMs };
  };
  const ask = (verb: 'archive' | 'release', requests: readonly object[]) =>
    fulfil(verb, Readable.from([Buffer.from(requests.map((each) => `${JSON.stringify(each)}\n`).join(''))]), {
      root: folder(),
      lfs,
    });

  beforeEach(() => {
    states.clear();
    asked.length = 0;
    mkdirSync(folder(), { recursive: true });
  });

  test('release frees what is still as it was compared, and tells why it left the rest', async () => {
    const good = file('good', 0x9);
    const longer = { ...file('longer', 0x9), sizeBytes: 6 };
    const touched = { ...file('touched', 0x9), mtimeMs: 1 };
    const requests = [
      good,
      longer,
      touched,
      file('dirty', 0xb),
      file('new', 0),
      file('pinned', 0x19),
      file('done', 0xd),
    ];
    const counts = await ask('release', [...requests, { ...good, path: 'gone' }, { ...good, path: '../good' }]);
    expect(asked).toEqual([`hsm_release ${join(folder(), 'good')}`]);
    expect(counts).toMatchObject({ files: 1, bytes: 7, refused: 8 });
    expect(Object.fromEntries(counts.examples.map(({ path, reason }) => [path, reason]))).toEqual({
      longer: 'it was changed since it was compared',
      touched: 'it was changed since it was compared',
      dirty: 'its last change is not exported',
      new: 'its last change is not exported',
      pinned: 'it is marked norelease',
      done: 'it is released already',
      gone: 'it is gone',
      '../good': 'its path leads out of the tree',
    });
  });

  test('one refusal does not keep the others back', async () => {
    const counts = await ask('archive', [file('a', 0), file('refused', 0), file('b', 0)]);
    expect(asked).toEqual([`hsm_archive ${join(folder(), 'a')}`, `hsm_archive ${join(folder(), 'b')}`]);
    expect(counts).toMatchObject({ files: 2, refused: 1, examples: [{ path: 'refused', reason: 'not today' }] });
  });
});
