import { chmodSync, lstatSync, mkdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultSettings } from '../../../provision/pull/job/settings';
import { decideFile, differsInTimeAlone } from '../../../provision/pull/transfer/plan';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

describe('decideFile', () => {
  const folder = useTemporaryFolder();
  const source = { sizeBytes: 3, mtimeSeconds: 1_000_000_000, mode: 0o100640, uid: 0, gid: 0 };
  const changed = defaultSettings;

  function localFile(options: { text?: string; mtime?: number; mode?: number } = {}) {
    const path = join(folder(), 'file');
    writeFileSync(path, options.text ?? 'abc');
    chmodSync(path, options.mode ?? 0o640);
    utimesSync(path, 1, options.mtime ?? 1_000_000_000);
    return statSync(path);
  }

  test('nothing there: transfer, whatever the modes', () => {
    expect(decideFile(source, undefined, changed)).toEqual({ kind: 'transfer' });
    expect(decideFile(source, undefined, { ...changed, transferMode: 'ALL', overwriteMode: 'NEVER' })).toEqual({
      kind: 'transfer',
    });
  });

  test.each([
    ['the same', {}, 'unchanged'],
    ['another size', { text: 'abcd' }, 'transfer'],
    ['older', { mtime: 999_999_999 }, 'transfer'],
    ['newer', { mtime: 1_000_000_001 }, 'transfer'],
    ['newer by less than SFTP can tell', { mtime: 1_000_000_000.5 }, 'unchanged'],
    ['other permissions', { mode: 0o600 }, 'set-access'],
  ])('CHANGED, %s: %s', (_what, options, kind) => {
    expect(decideFile(source, localFile(options), changed).kind).toBe(kind);
  });

  test.each([
    [0x7fff_ffff, 0x8000_0000, 'unchanged'],
    // 1969 in the words of SFTP version 3.
    [0x7fff_ffff, 0xffff_fff0, 'unchanged'],
    [0x7fff_ffff, 0x7fff_fffe, 'transfer'],
    [0x7fff_fffe, 0x8000_0000, 'transfer'],
  ])(
    'a file system whose times end in 2038 keeps a later one as its last: %d for %d is %s',
    (mtime, mtimeSeconds, kind) => {
      expect(decideFile({ ...source, mtimeSeconds }, localFile({ mtime }), changed).kind).toBe(kind);
    },
  );

  test('ALL takes what is the same too', () => {
    expect(decideFile(source, localFile(), { ...changed, transferMode: 'ALL' })).toEqual({ kind: 'transfer' });
  });

  test.each([
    ['another time', { mtime: 1 }, {}, true],
    ['another size too', { mtime: 1, text: 'abcd' }, {}, false],
    ['the same', {}, {}, false],
    ['taken whatever its time', { mtime: 1 }, { transferMode: 'ALL' }, false],
    ['taken, for it is taken away at the source', { mtime: 1 }, { takesAll: true }, false],
    ['left as it is', { mtime: 1 }, { overwriteMode: 'NEVER' }, false],
  ] as const)('is asked for again for its time alone, %s: %j %j: %s', (_what, local, settings, isAsked) => {
    expect(differsInTimeAlone(source, localFile(local), { ...changed, ...settings })).toBe(isAsked);
  });

  test('NEVER leaves what is there, content and permissions', () => {
    const never = { ...changed, overwriteMode: 'NEVER' } as const;
    expect(decideFile(source, localFile({ text: 'abcd' }), never)).toMatchObject({ kind: 'skip' });
    expect(decideFile(source, localFile({ mode: 0o600 }), never)).toEqual({ kind: 'unchanged' });
  });

  test('something of another type is a conflict that names it', () => {
    mkdirSync(join(folder(), 'dir'));
    symlinkSync('dir', join(folder(), 'link'));
    expect(decideFile(source, lstatSync(join(folder(), 'dir')), changed)).toEqual({
      kind: 'conflict',
      found: 'a directory',
    });
    expect(decideFile(source, lstatSync(join(folder(), 'link')), changed)).toEqual({
      kind: 'conflict',
      found: 'a symbolic link',
    });
  });

  test('only permission bits are compared: a set-id bit is not asked for', () => {
    expect(decideFile({ ...source, mode: 0o104640 }, localFile(), changed)).toEqual({ kind: 'unchanged' });
  });
});
