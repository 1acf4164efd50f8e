import { parseCopySource } from '../../../scripts/copy-target';

describe('the source of a copy', () => {
  test.each([
    ['sftp://me@host/a%20', '/a '],
    ['sftp://me@host/a b', '/a b'],
    ['sftp://me@host/a%09b', '/a\tb'],
    ['sftp://me@host/a..b/..c', '/a..b/..c'],
    ['sftp://me@host/a%3F', '/a?'],
    ['sftp://me@host/~/a', './a'],
  ])('%j is %j', (text, path) => {
    expect(parseCopySource(text).path).toBe(path);
  });

  test.each([
    ['sftp://me@host/a ', '%20'],
    [' sftp://me@host/a', '%20'],
    ['sftp://me@host/a\tb', '%09'],
    ['sftp://me@host/a\n', '%0A'],
    ['sftp://me@host/~/../b', 'the path that it leads to'],
    ['sftp://me@host/a/%2E%2e/b', 'the path that it leads to'],
  ])('%j would be another folder: refused', (text, fix) => {
    expect(() => parseCopySource(text)).toThrow(
      expect.objectContaining({ code: 'BAD_SOURCE', kind: 'config', hint: expect.stringContaining(fix) }),
    );
  });

  test.each(['sftp://me@host/a?', 'sftp://me@host/a#'])('%j: what a URL ends at is refused', (text) => {
    expect(() => parseCopySource(text)).toThrow(/%3F and %23/);
  });
});
