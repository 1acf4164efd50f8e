/** Resolves credential references on the machine the engine runs on. What comes out is a Secret from the first moment. */
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import { messageOf, SluiceError } from '../core/errors';
import { Secret } from '../core/secret';
import type { CredentialReference, PullJob } from './job';
import type { Authentication } from './sftp/authentication';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Runs a program with a fixed argument list and resolves with its output. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<string>;

export async function resolveAuthentication(
  credentials: PullJob['source']['credentials'],
  env: Environment,
  run: RunProgram = runProgram,
): Promise<Authentication> {
  const resolve = async (reference: CredentialReference | undefined) =>
    reference === undefined ? undefined : resolveCredential(reference, env, run);
  const [privateKey, passphrase, password] = await Promise.all([
    resolve(credentials.privateKey),
    resolve(credentials.passphrase),
    resolve(credentials.password),
  ]);
  return {
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(passphrase === undefined ? {} : { passphrase: withoutNewline(passphrase) }),
    ...(password === undefined ? {} : { password: withoutNewline(password) }),
    ...(credentials.agentSocket === undefined ? {} : { agentSocket: credentials.agentSocket }),
    fallbackKeys: (credentials.identityFiles ?? []).flatMap(readableSecrets),
  };
}

async function resolveCredential(reference: CredentialReference, env: Environment, run: RunProgram): Promise<Secret> {
  if ('file' in reference) return new Secret(readSecretFile(reference.file));
  if ('environment' in reference) {
    const value = env[reference.environment];
    if (value !== undefined && value !== '') return new Secret(value);
    throw missing(`the environment variable ${reference.environment} is not set`);
  }
  const [what, args] = awsCommand(reference);
  try {
    const answer = await run('aws', [...args, '--region', reference.region, '--output', 'json']);
    return new Secret(secretFromAnswer(JSON.parse(answer)));
  } catch (error) {
    throw missing(`${what} cannot be read: ${messageOf(error)}`, error);
  }
}

/** AWS CLI, `secretsmanager get-secret-value` and `ssm get-parameter`: the secret travels on stdout only. */
function awsCommand(
  reference: Exclude<CredentialReference, { file: string } | { environment: string }>,
): [string, readonly string[]] {
  if ('secretsManager' in reference) {
    return [
      `the secret ${reference.secretsManager}`,
      ['secretsmanager', 'get-secret-value', '--secret-id', reference.secretsManager],
    ];
  }
  return [
    `the parameter ${reference.ssmParameter}`,
    ['ssm', 'get-parameter', '--with-decryption', '--name', reference.ssmParameter],
  ];
}

function secretFromAnswer(answer: {
  SecretString?: unknown;
  SecretBinary?: unknown;
  Parameter?: { Value?: unknown };
}): string {
  const text = answer.SecretString ?? answer.Parameter?.Value;
  if (typeof text === 'string') return text;
  if (typeof answer.SecretBinary === 'string') return Buffer.from(answer.SecretBinary, 'base64').toString('utf8');
  throw new Error('the answer holds no secret string');
}

function readSecretFile(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch (error) {
    throw missing(`the credential file ${path} cannot be read: ${messageOf(error)}`, error);
  }
}

function readableSecrets(path: string): Secret[] {
  try {
    return [new Secret(fs.readFileSync(path, 'utf8'))];
  } catch {
    return [];
  }
}

/** Editors and `echo` end a file with a newline that is no part of a password. */
function withoutNewline(secret: Secret): Secret {
  return new Secret(secret.reveal().replace(/\r?\n$/, ''));
}

function missing(message: string, cause?: unknown): SluiceError {
  return new SluiceError(message, {
    code: 'CREDENTIAL_MISSING',
    kind: 'config',
    hint: 'Check the reference under source.credentials, and that this machine may read what it names.',
    cause,
  });
}

/** The error of a failed program says its exit status and what it wrote to stderr, never its output. */
function runProgram(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, [...args], { timeout: 60_000, maxBuffer: 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(stderr.trim().split('\n').pop() || `${program} failed (${error.code ?? error.signal})`));
    });
  });
}
