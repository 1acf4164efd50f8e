/** What the AWS SDK throws, as the one error class: who is asked for credentials, who lacks a permission, what cannot be reached. */
import { credentialErrors, loginHint, unknownCallerCode } from '../../provision/core/aws-credentials';
import { interrupted, messageOf, SluiceError } from '../../provision/core/errors';

/** AWS's own, and those of the SDK's credential providers. */
const unknownCaller = new Set(['CredentialsProviderError', 'TokenProviderError', ...credentialErrors]);
const denials = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation']);
const networkErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EAI_AGAIN',
]);

/** @param action What was asked, as an IAM policy names it: `ec2:DescribeSubnets`. */
export function awsFailure(error: unknown, action: string): SluiceError {
  if (error instanceof SluiceError) return error;
  const { name, code } = error as { readonly name?: string; readonly code?: string };
  const cause = error;
  if (name === 'AbortError') return interrupted(cause);
  if (unknownCaller.has(name ?? ''))
    return new SluiceError(`AWS does not know who asks: ${messageOf(error)}`, {
      code: unknownCallerCode,
      kind: 'config',
      hint: loginHint,
      cause,
    });
  if (denials.has(name ?? '') || httpStatusOf(error) === 403)
    return new SluiceError(`you may not ask AWS: ${action} is denied`, {
      code: 'AWS_DENIED',
      hint: `allow ${action} to the role you work with`,
      cause,
    });
  if (networkErrors.has(code ?? '') || name === 'TimeoutError')
    return new SluiceError(`AWS cannot be reached: ${messageOf(error)}`, {
      code: 'AWS_UNREACHABLE',
      kind: 'unreachable',
      retryable: true,
      hint: 'see the network of this machine, HTTPS_PROXY and AWS_ENDPOINT_URL',
      cause,
    });
  return new SluiceError(`${action} failed: ${name ?? 'Error'}: ${messageOf(error)}`, { code: 'AWS_FAILED', cause });
}

export function httpStatusOf(error: unknown): number | undefined {
  return (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
