/**
 * Signature Version 4 of one POST to an AWS service: canonical request, string to sign, signing key (IAM user guide, "Create a signed AWS
 * API request"). Only what the agent sends: path `/`, no query, a body in memory.
 */
import { createHash, createHmac } from 'node:crypto';
import type { Secret } from '../../../core/secret';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: Secret;
  readonly sessionToken?: Secret;
}

export interface UnsignedPost {
  /** With the port where it is not the scheme's own. */
  readonly host: string;
  readonly service: string;
  readonly region: string;
  /** Names in lower case; all of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The headers to send: those given, and host, date, token and authorization. */
export function signedHeaders(post: UnsignedPost, credentials: AwsCredentials, now: Date): Record<string, string> {
  const timestamp = `${now.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
  const date = timestamp.slice(0, 8);
  const headers: Record<string, string> = {
    ...post.headers,
    host: post.host,
    'x-amz-date': timestamp,
    ...(credentials.sessionToken === undefined ? {} : { 'x-amz-security-token': credentials.sessionToken.reveal() }),
  };
  const names = Object.keys(headers).sort();
  const canonicalHeaders = names
    .map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`)
    .join('');
  const signed = names.join(';');
  const canonical = ['POST', '/', '', canonicalHeaders, signed, sha256(post.body)].join('\n');
  const scope = `${date}/${post.region}/${post.service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', timestamp, scope, sha256(canonical)].join('\n');
  const key = [post.region, post.service, 'aws4_request'].reduce<Buffer>(
    hmac,
    hmac(Buffer.from(`AWS4${credentials.secretAccessKey.reveal()}`), date),
  );
  const signature = hmac(key, toSign).toString('hex');
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
  };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
