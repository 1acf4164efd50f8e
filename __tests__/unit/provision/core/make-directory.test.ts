/** Directories made one by one. */
import { existsSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirectory } from '../../../../provision/core/make-directory';
import { RunFiles } from '../../../../provision/pull/record/run-files';
import { describeWith } from '../../../helpers/needs';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const folder = useTemporaryFolder();

test('makes what is missing, the topmost first, each with the mode, and nothing a second time', () => {
  const made: string[] = [];
  const make = () => makeDirectory(join(folder(), 'a/b/c'), 0o700, (path) => made.push(path));
  make();
  make();
  expect(made).toEqual(['a', 'a/b', 'a/b/c'].map((path) => join(folder(), path)));
  expect(made.map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700, 0o700]);
});

test('goes on where another process makes one of them at the same time', () => {
  makeDirectory(join(folder(), 'a/b'), 0o777, () => makeDirectory(join(folder(), 'a/b')));
  expect(readdirSync(join(folder(), 'a'))).toEqual(['b']);
});

test.each(['taken', 'taken/below'])('a file in the way (%s) is an error and stays', (path) => {
  writeFileSync(join(folder(), 'taken'), 'mine');
  expect(() => makeDirectory(join(folder(), path))).toThrow(/EEXIST|ENOTDIR/);
  expect(statSync(join(folder(), 'taken')).isFile()).toBe(true);
});

test.each(['link', 'link/below'])('a link that leads to nothing (%s) is named with what it leads to', (path) => {
  symlinkSync('gone', join(folder(), 'link'));
  expect(() => makeDirectory(join(folder(), path))).toThrow(
    expect.objectContaining({
      code: 'DANGLING_LINK',
      message: `${join(folder(), 'link')} is a link to gone, which is not there`,
    }),
  );
});

describeWith([{ what: '/proc', met: existsSync('/proc/self') }], 'a file system that takes no directories', () => {
  test('is an error at once, where Node.js asks for ever', () => {
    expect(() => makeDirectory('/proc/nope/below')).toThrow(/ENOENT.*mkdir '\/proc\/nope'/);
  });

  test('as a state folder too', () => {
    expect(() => RunFiles.create('/proc/nope', new Date(0), 'NONE')).toThrow(
      expect.objectContaining({ code: 'STATE_UNWRITABLE' }),
    );
  });
});
