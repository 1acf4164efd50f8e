import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixOfFileFailure } from '../../../scripts/file-failure';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

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

test('an error of the program has none: its stack is what helps', () => {
  expect(fixOf(() => (undefined as never as string[]).length)).toBeUndefined();
});

function fixOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    return fixOfFileFailure(error);
  }
  throw new Error('nothing was thrown');
}
