/**
 * The credentials of the instance role, from the instance metadata service in its second version: a token first, then the role's name,
 * then its keys (EC2 user guide, "Retrieve security credentials from instance metadata"). Variables of the environment come before it, under
 * the names that every AWS tool reads.
 */
import { messageOf, SluiceError } from '../../../core/errors';
import { Secret } from '../../../core/secret';
import { exchange, type HttpRequest } from './http';
import type { AwsCredentials } from './signature';

export type Environment = Readonly<Record<string, string | undefined>>;

const defaultMetadataEndpoint = 'http://169.254.169.254';
const rolePath = '/latest/meta-data/iam/security-credentials/';
const timeoutMs = 5_000;

/**
 * @throws SluiceError NO_AWS_CREDENTIALS where neither the environment nor a role has any; METADATA_SILENT, retryable, where the service does not
 * answer, as for some seconds of a boot.
 */
export async function awsCredentials(env: Environment): Promise<AwsCredentials> {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: key, AWS_SESSION_TOKEN: token } = env;
  if (id !== undefined && key !== undefined) return credentials(id, key, token);
  const endpoint = (env.AWS_EC2_METADATA_SERVICE_ENDPOINT ?? defaultMetadataEndpoint).replace(/\/$/, '');
  try {
    const session = await answer({
      method: 'PUT',
      url: `${endpoint}/latest/api/token`,
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
    });
    const headers = { 'x-aws-ec2-metadata-token': session };
    const [role = ''] = (await answer({ method: 'GET', url: `${endpoint}${rolePath}`, headers })).split('\n');
    const found = JSON.parse(await answer({ method: 'GET', url: `${endpoint}${rolePath}${role}`, headers }));
    return credentials(found.AccessKeyId, found.SecretAccessKey, found.Token);
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    throw new SluiceError(`this machine has no credentials for AWS: ${messageOf(cause)}`, {
      code: 'NO_AWS_CREDENTIALS',
      kind: 'config',
      hint: 'Give the instance its profile back (`sluice plan` shows it missing), and let it use the metadata service.',
      cause,
    });
  }
}

function credentials(accessKeyId: unknown, secretAccessKey: unknown, sessionToken: unknown): AwsCredentials {
  if (typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string')
    throw new Error('the role has no keys to give');
  return {
    accessKeyId,
    secretAccessKey: new Secret(secretAccessKey),
    ...(typeof sessionToken === 'string' && sessionToken !== '' ? { sessionToken: new Secret(sessionToken) } : {}),
  };
}

async function answer(request: Omit<HttpRequest, 'timeoutMs'>): Promise<string> {
  const { status, body } = await exchange({ ...request, timeoutMs }).catch((cause: unknown) => {
    throw silent(messageOf(cause), cause);
  });
  if (status === 200) return body;
  const said = `the instance metadata service answers ${status} at ${new URL(request.url).pathname}`;
  throw status === 429 || status >= 500 ? silent(said) : new Error(said);
}

function silent(said: string, cause?: unknown): SluiceError {
  return new SluiceError(`no credentials for AWS, the instance metadata service being silent: ${said}`, {
    code: 'METADATA_SILENT',
    retryable: true,
    cause,
  });
}
