import { bucketReplaced } from '../../../../../scripts/plan-review/rules/bucket-replaced';
import { check, create, found, replace } from '../plan-builder';

test('tells emptying from failing', () => {
  const emptied = replace('aws_s3_bucket.a', { bucket: 'one', force_destroy: true }, { changes: { bucket: 'two' } });
  const kept = replace('aws_s3_bucket.b', { bucket: 'three', force_destroy: false }, { changes: { bucket: 'four' } });
  const messages = check(bucketReplaced, [emptied, kept, create('aws_s3_bucket.c', {})]).map(({ message }) => message);
  expect(messages).toEqual([
    expect.stringContaining('every object and version in it is deleted'),
    expect.stringContaining('the apply fails unless it is empty'),
  ]);
});

test('finds a directory bucket as well', () => {
  const express = replace('aws_s3_directory_bucket.a', { force_destroy: true }, { changes: { bucket: 'b' } });
  expect(found(bucketReplaced, [express])).toEqual([express.address]);
});
