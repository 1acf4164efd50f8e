import { chmodSync, chownSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { strangersIn } from '../../../provision/pull/staging/strangers';
import { describeWith, isRoot } from '../../helpers/needs';
import { useTemporaryFolder } from '../../helpers/temporary-folder';

const above = useTemporaryFolder();
const folder = () => join(above(), 'staging');
beforeEach(() => mkdirSync(folder(), { mode: 0o700 }));

test.each([
  [0o755, 0o700, undefined],
  [0o755, 0o755, undefined],
  [0o755, 0o775, 'its mode is 0775'],
  [0o755, 0o702, 'its mode is 0702'],
  [0o775, 0o777, 'its mode is 0777'],
  // Who may write above could put another one in its place.
  [0o777, 0o777, undefined],
  // Not beneath a sticky bit.
  [0o1777, 0o777, 'its mode is 0777'],
])('above %o, the folder %o: %s', (modeAbove, mode, why) => {
  chmodSync(above(), modeAbove);
  chmodSync(folder(), mode);
  expect(strangersIn(folder())).toBe(why);
});

describeWith([isRoot], "another user's folder", () => {
  test('is told, and nothing is left in it', () => {
    chownSync(folder(), 4321, 4321);
    expect(strangersIn(folder())).toBe('it belongs to user 4321');
    expect(readdirSync(folder())).toEqual([]);
  });

  test('in a folder of that user is as safe as what it lies in', () => {
    chownSync(above(), 4321, 4321);
    chownSync(folder(), 4321, 4321);
    expect(strangersIn(folder())).toBeUndefined();
  });
});
