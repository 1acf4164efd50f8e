import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SluiceError } from '../../../provision/core/errors';
import { fixOfFileFailure } from '../../../scripts/file-failure';
import { useTemporaryFolder } from '../../helpers/temporary-folder';
import { unnamedError } from '../../helpers/unnamed-error';

const folder = useTemporaryFolder();

test.each([
  ['a folder that is opened as a file', 'r+', (path: string) => mkdirSync(path), 'it is a folder'],
  ['nothing there', 'r', () => {}, 'is not there'],
])('%s has a fix', (_, flags, make, fix) => {
  const path = join(folder(), 'x');
  make(path);
  expect(fixOf(() => openSync(path, flags))).toContain(fix);
});

test('what is beneath a file has a fix', () => {
  writeFileSync(join(folder(), 'x'), '');
  expect(fixOf(() => readFileSync(join(folder(), 'x', 'y')))).toContain('is a file');
});

test('an error that tells of another one has its fix, also where the call was given no path', () => {
  const told = (cause: unknown) => new SluiceError('cannot read x', { code: 'CONFIG_UNREADABLE', cause });
  const read = () => readFileSync(folder());
  expect(fixOf(read)).toBeUndefined();
  expect(fixOfFileFailure(told(thrownBy(read)))).toContain('it is a folder');
});

test('a quota used up has a fix, although Node.js has no name for it', () => {
  const error = Object.assign(unnamedError('EDQUOT', 'open'), { path: '/full/file' });
  expect(fixOfFileFailure(error)).toContain('quota');
});

test('an error of the program has none: its stack is what helps', () => {
  expect(fixOf(() => (undefined as never as string[]).length)).toBeUndefined();
});

function fixOf(work: () => unknown): string | undefined {
  return fixOfFileFailure(thrownBy(work));
}

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
