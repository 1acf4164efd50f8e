/**
 * The three calls of AWS that the agent makes: a secret, a parameter, one number for an alarm. A client of its own in place of an SDK (megabytes,
 * no Node.js 16) or of the AWS CLI (on Amazon Linux only): docs/adr says more.
 */
import { messageOf, SluiceError } from '../../../core/errors';
import { Secret } from '../../../core/secret';
import { awsCredentials, type Environment } from './credentials';
import { exchange, type HttpAnswer } from './http';
import { type AwsCredentials, signedHeaders } from './signature';

const timeoutMs = 20_000;
const attempts = 3;
const pauseMs = 1_000;

export interface AwsTarget {
  readonly region: string;
  readonly env: Environment;
}

/** Secrets Manager API, GetSecretValue. @throws SluiceError AWS_CALL_FAILED with what AWS said. */
export async function secretValue(id: string, target: AwsTarget): Promise<Secret> {
  const operation = 'secretsmanager.GetSecretValue';
  const found = await callJson({ service: 'secretsmanager', operation, input: { SecretId: id } }, target);
  if (typeof found.SecretString === 'string') return new Secret(found.SecretString);
  if (typeof found.SecretBinary === 'string')
    return new Secret(Buffer.from(found.SecretBinary, 'base64').toString('utf8'));
  throw noSecret();
}

/** Systems Manager API, GetParameter. @throws as `secretValue`. */
export async function parameterValue(name: string, target: AwsTarget): Promise<Secret> {
  const input = { Name: name, WithDecryption: true };
  const found = await callJson({ service: 'ssm', operation: 'AmazonSSM.GetParameter', input }, target);
  const { Parameter: parameter } = found as { readonly Parameter?: { readonly Value?: unknown } };
  if (typeof parameter?.Value === 'string') return new Secret(parameter.Value);
  throw noSecret();
}

export interface Datum {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
}

/** CloudWatch API, PutMetricData, by its query protocol. @throws as `secretValue`. */
export async function putMetric({ namespace, name, dimensions, value }: Datum, target: AwsTarget): Promise<void> {
  const member = 'MetricData.member.1';
  const body = new URLSearchParams({
    Action: 'PutMetricData',
    Version: '2010-08-01',
    Namespace: namespace,
    [`${member}.MetricName`]: name,
    [`${member}.Value`]: String(value),
    [`${member}.Unit`]: 'Count',
  });
  for (const [index, [key, text]] of Object.entries(dimensions).entries()) {
    body.set(`${member}.Dimensions.member.${index + 1}.Name`, key);
    body.set(`${member}.Dimensions.member.${index + 1}.Value`, text);
  }
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  await post({ service: 'monitoring', headers, body: body.toString() }, target);
}

async function callJson(
  { service, operation, input }: { readonly service: string; readonly operation: string; readonly input: unknown },
  target: AwsTarget,
): Promise<Readonly<Record<string, unknown>>> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': operation };
  return JSON.parse(await post({ service, headers, body: JSON.stringify(input) }, target));
}

interface Post {
  readonly service: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Tried again where AWS is busy or does not answer; what it refuses is refused. */
async function post(request: Post, target: AwsTarget): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await send(request, target);
    if (answer.status === 200) return answer.body;
    const failure = failureOf(request.service, answer);
    if (!failure.retryable || attempt === attempts) throw failure;
    await new Promise((resolve) => setTimeout(resolve, attempt * pauseMs));
  }
}

/** Status 0: no answer, of the service or of the one that gives the credentials for it, and why in the body. */
async function send(request: Post, target: AwsTarget): Promise<HttpAnswer> {
  try {
    return await signedPost(request, target, await awsCredentials(target.env));
  } catch (error) {
    if (!(error instanceof SluiceError) || !error.retryable) throw error;
    return { status: 0, body: error.message };
  }
}

function signedPost(
  { service, headers, body }: Post,
  { region, env }: AwsTarget,
  credentials: AwsCredentials,
): Promise<HttpAnswer> {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const url = env.AWS_ENDPOINT_URL ?? `https://${service}.${region}.${suffix}`;
  const signed = signedHeaders({ host: new URL(url).host, service, region, headers, body }, credentials, new Date());
  return exchange({ method: 'POST', url, headers: signed, body, timeoutMs }).catch((error: unknown) => ({
    status: 0,
    body: messageOf(error),
  }));
}

/** What AWS says of a refusal names the call and the role, and no secret: JSON here, XML there. */
function failureOf(service: string, { status, body }: HttpAnswer): SluiceError {
  const type = /"__type"\s*:\s*"(?:[^"]*#)?([^"]+)"|<Code>([^<]*)<\/Code>/.exec(body);
  const said = /"[Mm]essage"\s*:\s*"((?:[^"\\]|\\.)*)"|<Message>([^<]*)<\/Message>/.exec(body);
  const words = [type?.[1] ?? type?.[2], said?.[1] ?? said?.[2]].filter((word) => word !== undefined);
  const isThrottled = status === 429 || /^Throttl/.test(words[0] ?? '');
  return new SluiceError(`${service}: ${status === 0 ? body : words.join(': ') || `status ${status}`}`, {
    code: 'AWS_CALL_FAILED',
    retryable: status === 0 || status >= 500 || isThrottled,
  });
}

function noSecret(): Error {
  return new Error('the answer holds no secret string');
}
