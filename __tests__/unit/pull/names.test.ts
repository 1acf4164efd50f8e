import fc from 'fast-check';
import { checkName, displayName, isSelfOrParent, s3KeyProblem } from '../../../provision/pull/source/names';

describe('checkName', () => {
  test.each([
    ['an empty name', Buffer.alloc(0), /empty/],
    ['the directory itself', Buffer.from('.'), /"\." or "\.\."/],
    ['the parent', Buffer.from('..'), /"\." or "\.\."/],
    ['a path', Buffer.from('../../etc/passwd'), /holds a "\/"/],
    ['an absolute path', Buffer.from('/etc/passwd'), /holds a "\/"/],
    ['a NUL byte', Buffer.from('a\0b'), /NUL/],
    ['Latin-1', Buffer.from([0x67, 0x72, 0xf6]), /UTF-8/],
    ['an encoded surrogate', Buffer.from([0xed, 0xa0, 0x80]), /UTF-8/],
    ['an overlong slash', Buffer.from([0xc0, 0xaf]), /UTF-8/],
    ['256 bytes', Buffer.from('ü'.repeat(128)), /256 bytes/],
  ])('refuses %s', (_what, bytes, reason) => {
    const ofEncoding = reason.source === 'UTF-8' ? { isEncoding: true } : {};
    expect(checkName(bytes)).toEqual({ ok: false, reason: expect.stringMatching(reason), ...ofEncoding });
  });

  test.each(['-rf', ' ', 'a\nb', '...', '.hidden', 'größe', '日本', 'a\\b', `${'x'.repeat(255)}`, '\u{1f600}'])(
    'takes %j',
    (name) => {
      expect(checkName(Buffer.from(name))).toEqual({ ok: true, name });
    },
  );

  test('whatever passes is the same bytes again and one path component', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const checked = checkName(Buffer.from(bytes));
        if (!checked.ok) return;
        expect(Buffer.from(checked.name).equals(Buffer.from(bytes))).toBe(true);
        expect(checked.name.split('/')).toHaveLength(1);
      }),
    );
  });
});

test('only "." and ".." are a listing\'s own', () => {
  expect(['.', '..', '...', '.a', 'a.', ''].filter((name) => isSelfOrParent(Buffer.from(name)))).toEqual(['.', '..']);
});

test('a refused name is shown without control characters', () => {
  expect(displayName(Buffer.from('a\u001b[2Jb\0'))).toBe('a\\u001b[2Jb\\u0000');
  expect(displayName(Buffer.from([0x61, 0xf6]))).toBe('aö');
});

describe('s3KeyProblem', () => {
  const path = 'x'.repeat(1000);

  test('counts prefix and path in bytes', () => {
    expect(s3KeyProblem(`${'p'.repeat(23)}/`, path, false)).toBeUndefined();
    expect(s3KeyProblem(`${'p'.repeat(24)}/`, path, false)).toMatch(/1025 bytes; S3 takes 1024/);
    expect(s3KeyProblem('', 'ü'.repeat(513), false)).toMatch(/1026 bytes/);
  });

  test("counts a directory's slash", () => {
    expect(s3KeyProblem(`${'p'.repeat(23)}/`, path, true)).toMatch(/1025 bytes/);
  });
});
