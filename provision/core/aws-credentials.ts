/** Credentials that AWS does not know, or no longer: by which words it says so, and what helps. */

/** Names of the errors, from the API references ("Common errors"), S3's and EC2's error codes. */
export const credentialErrors: readonly string[] = [
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'AuthFailure',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
];

/** Code of the error. */
export const unknownCallerCode = 'AWS_CREDENTIALS';

export const loginHint =
  'log in (aws sso login), or set AWS_PROFILE; aws sts get-caller-identity shows whether it worked';

/** What the AWS CLI says: of AWS's refusal, or before it asks, without credentials or with an SSO session that is over. */
export function isUnknownCaller(said: string): boolean {
  const code = /\((\w+)\) when calling/.exec(said)?.[1] ?? '';
  return credentialErrors.includes(code) || /credentials|config profile|SSO|[Tt]oken .*(expired|not exist)/.test(said);
}
