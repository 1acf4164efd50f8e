import { localFailure } from '../../../provision/pull/destination/local-failure';
import { failed } from '../../../provision/pull/record/outcomes';

const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

test('a full disk: what is still to come is said where something was listed, and left out where nothing was', () => {
  expect(localFailure(full, { missingBytes: 2048 }).message).toBe(
    'the destination is full: 2.0 KiB at least are still to come, of the files listed so far (ENOSPC: no space left on device, write)',
  );
  const bare = 'the destination is full (ENOSPC: no space left on device, write)';
  expect(localFailure(full, { missingBytes: 0 }).message).toBe(bare);
  expect(localFailure(full).message).toBe(bare);
});

test.each([
  ['EACCES', 'permission denied', /^Let this user write/],
  ['EIO', 'i/o error', /^Look at it at the destination/],
])("%s of one entry says what to do, and nothing of this process's descriptors", (code, text, hint) => {
  const error = Object.assign(
    new Error(`${code}: ${text}, rename '/proc/self/fd/47/part' -> '/proc/self/fd/54/name'`),
    { code },
  );
  expect(failed('folder/name', error)).toEqual({
    kind: 'failed',
    path: 'folder/name',
    code,
    reason: `${code}: ${text}, rename 'part' -> 'name'`,
    hint: expect.stringMatching(hint),
  });
});

test('what no file call failed with is a fault of this program, and says so', () => {
  expect(failed('name', new TypeError('x is undefined'))).toMatchObject({
    code: 'UNEXPECTED',
    hint: expect.stringContaining('tell its authors'),
  });
});
