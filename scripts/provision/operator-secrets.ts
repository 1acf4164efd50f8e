/** Secrets that lie on the operator's machine: the private key to log in with, and the source's credentials to hand over. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Migration } from '../../config/schema';
import { messageOf, SluiceError } from '../../provision/core/errors';
import { parsePrivateKey, usableKeys } from '../../provision/core/private-key';
import { Secret } from '../../provision/core/secret';
import type { CredentialName } from '../../provision/roles/input';
import type { CliContext } from '../context';

/** Paths in a configuration are relative to its folder; `~/` is the home folder. */
export function operatorPath(path: string, folder: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(folder, path);
}

/** @throws SluiceError of kind `config` where the file cannot be read. */
export async function readSecretFile(file: string, what: string): Promise<Secret> {
  try {
    return new Secret(await readFile(file, 'utf8'));
  } catch (error) {
    throw new SluiceError(`${what} ${file} cannot be read: ${messageOf(error)}`, {
      code: 'SECRET_UNREADABLE',
      kind: 'config',
      hint: 'name a file that you can read; ~/ is your home folder, and other paths of a configuration begin at its own folder',
      cause: error,
    });
  }
}

/** The text of a file; undefined where there is none that can be read. */
export async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

/** The source's credentials that are given as a file or an environment variable; those in AWS stay there. */
export async function operatorCredentials(
  context: CliContext,
  { migration, file }: { readonly migration: Migration; readonly file: string },
): Promise<Partial<Record<CredentialName, Secret>>> {
  const found: Partial<Record<CredentialName, Secret>> = {};
  for (const name of ['privateKey', 'passphrase', 'password'] as const) {
    const reference = migration.source.credentials[name];
    const what = `source.credentials.${name}`;
    if (reference === undefined) continue;
    if ('file' in reference) found[name] = await readSecretFile(operatorPath(reference.file, dirname(file)), what);
    if ('environment' in reference) found[name] = secretFromEnvironment(context, reference.environment, what);
  }
  checkKey(found, migration);
  return found;
}

/** What opens it may lie in AWS: then the run is the first that can tell. */
function checkKey({ privateKey, passphrase }: Partial<Record<CredentialName, Secret>>, { source }: Migration): void {
  if (privateKey === undefined || (passphrase === undefined && source.credentials.passphrase !== undefined)) return;
  const key = parsePrivateKey(privateKey, passphrase);
  if (!(key instanceof Error)) return;
  throw new SluiceError(`source.credentials.privateKey cannot be used: ${key.message}`, {
    code: 'PRIVATE_KEY_UNUSABLE',
    kind: 'config',
    hint: `give ${usableKeys}, and what opens it, if it is encrypted, as source.credentials.passphrase`,
    cause: key,
  });
}

/** @throws SECRET_MISSING, of kind `config`, where the variable is not set. */
export function secretFromEnvironment(context: CliContext, variable: string, what: string): Secret {
  const value = context.env[variable];
  if (value !== undefined && value !== '') return new Secret(value);
  throw new SluiceError(`${what}: the environment variable ${variable} is not set`, {
    code: 'SECRET_MISSING',
    kind: 'config',
    hint: `set it in the shell that runs sluice provision`,
  });
}
