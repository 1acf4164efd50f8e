import { parseCopyDestination, parseCopySource } from '../../../scripts/copy-target';

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

  test('an IPv6 address without brackets is no URL: the fix shows them', () => {
    expect(() => parseCopySource('sftp://me@2001:db8::1/a')).toThrow(
      expect.objectContaining({ code: 'BAD_SOURCE', hint: expect.stringContaining('[2001:db8::1]') }),
    );
  });

  test.each(['sftp://me@host/a?', 'sftp://me@host/a#'])('%j: what a URL ends at is refused', (text) => {
    expect(() => parseCopySource(text)).toThrow(/%3F and %23/);
  });
});

describe('the destination of a copy', () => {
  test.each([
    ['s3://bucket/prefix', 'S3 is reached by migration.yaml'],
    ['S3:/bucket', 'S3 is reached by migration.yaml'],
    ['sftp://me@host/a', 'Name a folder'],
    ['me@host:/a', 'Name a folder'],
    ['me@host:a', 'Name a folder'],
    ['host:/a', 'Name a folder'],
    ['~/out', '$HOME'],
    ['~', '$HOME'],
  ])('%j would be a folder of that very name: refused', (text, fix) => {
    expect(() => parseCopyDestination('/cwd', text)).toThrow(
      expect.objectContaining({
        code: 'BAD_DESTINATION',
        kind: 'config',
        message: expect.stringContaining(JSON.stringify(text)),
        hint: expect.stringContaining(fix),
      }),
    );
  });

  test('a password in it is not shown', () => {
    expect(() => parseCopyDestination('/cwd', 'sftp://me:hunter2@host/a')).toThrow(/^(?!.*hunter2).*me:\*\*\*@host/);
  });

  test.each([
    ['./s3://bucket/prefix', '/cwd/s3:/bucket/prefix'],
    ['./~/out', '/cwd/~/out'],
    ['~out', '/cwd/~out'],
    ['12:30', '/cwd/12:30'],
    ['in/me@host:/a', '/cwd/in/me@host:/a'],
    ['/abs/s3://x', '/abs/s3:/x'],
    ['out', '/cwd/out'],
  ])('%j is %j', (text, path) => {
    expect(parseCopyDestination('/cwd', text)).toBe(path);
  });
});
