import { parseFileTime } from '../../../../scripts/export-proof/object-facts';
import { parseFailure } from '../../../../scripts/export-proof/repository-log';

const time = new Date(0);

test.each([
  [
    'plain text',
    'S3ExportAccessDenied: Failed to export file because access was denied to S3 object with key nasdaq/a b.csv in S3 bucket example.',
    { code: 'S3ExportAccessDenied', key: 'nasdaq/a b.csv' },
  ],
  [
    'JSON with a message',
    JSON.stringify({
      level: 'ERROR',
      errorCode: 'PathSizeTooLong',
      message: 'Failed: S3 object with key x in S3 bucket b.',
    }),
    { code: 'PathSizeTooLong', key: 'x' },
  ],
  [
    'a whole bucket',
    'S3ImportListObjectError: Failed to list S3 objects in S3 bucket b',
    { code: 'S3ImportListObjectError', key: undefined },
  ],
  ['something new', 'the moon was in the wrong house', { code: '', key: undefined }],
])('an event: %s', (_, text, expected) => {
  expect(parseFailure(text, time)).toMatchObject({ ...expected, time });
});

test.each([
  ['1595002920000000000ns', 1595002920000],
  ['1595002920123456789ns', 1595002920123.456],
  ['1595002920123', 1595002920123],
  ['yesterday', undefined],
  [undefined, undefined],
])('x-amz-meta-file-mtime %s', (text, expected) => {
  expect(parseFileTime(text)).toBe(expected);
});
