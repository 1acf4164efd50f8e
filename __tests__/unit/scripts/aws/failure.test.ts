import { SluiceError } from '../../../../provision/core/errors';
import { awsFailure } from '../../../../scripts/aws/failure';

const thrown = (properties: object) => Object.assign(new Error('said so'), properties);

test.each([
  [{ name: 'CredentialsProviderError' }, 'AWS_CREDENTIALS', 3],
  [{ name: 'ExpiredToken', $metadata: { httpStatusCode: 403 } }, 'AWS_CREDENTIALS', 3],
  [{ name: 'UnauthorizedOperation', $metadata: { httpStatusCode: 403 } }, 'AWS_DENIED', 1],
  [{ name: 'AccessDeniedException' }, 'AWS_DENIED', 1],
  [{ name: 'Error', code: 'ECONNREFUSED' }, 'AWS_UNREACHABLE', 4],
  [{ name: 'TimeoutError' }, 'AWS_UNREACHABLE', 4],
  [{ name: 'InternalError', $metadata: { httpStatusCode: 500 } }, 'AWS_FAILED', 1],
])('%j is %s, exit code %i', (properties, code, exitCode) => {
  const cause = thrown(properties);
  expect(awsFailure(cause, 'ec2:DescribeVpcs')).toMatchObject({ code, exitCode, cause });
});

test('a denial names the action to allow', () => {
  const { message, hint } = awsFailure(thrown({ name: 'AccessDenied' }), 's3:GetBucketPolicy');
  expect(message).toBe('you may not ask AWS: s3:GetBucketPolicy is denied');
  expect(hint).toContain('s3:GetBucketPolicy');
});

test('one of ours stays what it is', () => {
  const own = new SluiceError('interrupted', { code: 'INTERRUPTED', kind: 'interrupted' });
  expect(awsFailure(own, 'ec2:DescribeVpcs')).toBe(own);
});
