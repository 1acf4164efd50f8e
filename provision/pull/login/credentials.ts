/** Resolves credential references on the machine the engine runs on. What comes out is a Secret from the first moment. */
import * as fs from 'node:fs';
import { messageOf, SluiceError } from '../../core/errors';
import { wrongClock } from '../../core/host-trouble';
import { Secret } from '../../core/secret';
import type { CredentialReference, PullJob } from '../job/job';
import type { Authentication } from '../sftp/authentication';
import { parameterValue, secretValue } from './aws/call';
import type { Environment } from './aws/credentials';

/** Reads every reference anew: a credential that was rotated meanwhile is the new one. */
export async function resolveAuthentication(
  credentials: PullJob['source']['credentials'],
  env: Environment,
): Promise<Authentication> {
  const resolve = async (reference: CredentialReference | undefined) =>
    reference === undefined ? undefined : resolveCredential(reference, env);
  const [privateKey, passphrase, password] = await Promise.all([
    resolve(credentials.privateKey),
    resolve(credentials.passphrase),
    resolve(credentials.password),
  ]);
  return {
    privateKey,
    privateKeyPlace: credentials.privateKey && placeOf(credentials.privateKey),
    passphrase: passphrase && withoutNewline(passphrase),
    password: password && withoutNewline(password),
    agentSocket: credentials.agentSocket,
    fallbackKeys: (credentials.identityFiles ?? []).flatMap(readableSecrets),
  };
}

function placeOf(reference: CredentialReference): string {
  if ('file' in reference) return reference.file;
  if ('environment' in reference) return `the environment variable ${reference.environment}`;
  return 'secretsManager' in reference
    ? `the secret ${reference.secretsManager}`
    : `the parameter ${reference.ssmParameter}`;
}

async function resolveCredential(reference: CredentialReference, env: Environment): Promise<Secret> {
  if ('file' in reference) return new Secret(readSecretFile(reference.file));
  const place = placeOf(reference);
  if ('environment' in reference) {
    const value = env[reference.environment];
    if (value !== undefined && value !== '') return new Secret(value);
    throw missing(`${place} is not set`);
  }
  const target = { region: reference.region, env };
  const answer =
    'secretsManager' in reference
      ? secretValue(reference.secretsManager, target)
      : parameterValue(reference.ssmParameter, target);
  return answer.catch((error: unknown) => {
    throw missing(`${place} cannot be read: ${messageOf(error)}`, error);
  });
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

const awsAway = 'Check that this machine reaches AWS and its instance metadata service, then run again.';
const wrongReference =
  'Check source.credentials (for sluice copy: --identity, --password-env), and that this machine may read what is named.';

/** Where AWS cannot be reached for now, nothing is wrong with the reference. */
function missing(message: string, cause?: unknown): SluiceError {
  const mayPass = cause instanceof SluiceError && cause.retryable;
  return new SluiceError(message, {
    code: 'CREDENTIAL_MISSING',
    kind: mayPass ? 'unreachable' : 'config',
    retryable: mayPass,
    hint: wrongClock.says.test(message) ? wrongClock.fix : mayPass ? awsAway : wrongReference,
    cause,
  });
}
