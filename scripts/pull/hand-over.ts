/** Credentials handed over at a start: from standard input to files in the host's memory, never on a command line and never on a disk. */
import { posix } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Migration } from '../../config/schema';
import type { Connection } from '../../provision/connection/connection';
import { SluiceError } from '../../provision/core/errors';
import { Secret } from '../../provision/core/secret';
import { sh } from '../../provision/core/sh';
import type { CredentialName } from '../../provision/roles/input';
import { handedOverPath } from '../../provision/roles/job';
import { ec2Layout } from '../../provision/roles/layout';

/** Those of the source's credentials that are `{ stdin: true }`. */
export function credentialsToHandOver({ source }: Migration): readonly CredentialName[] {
  return (['privateKey', 'passphrase', 'password'] as const).filter((name) => {
    const reference = source.credentials[name];
    return reference !== undefined && 'stdin' in reference;
  });
}

/** One credential is the whole of the input; several are a JSON object with just their names. @throws of kind `config`. */
export async function readCredentials(
  names: readonly CredentialName[],
  stdin: NodeJS.ReadableStream,
): Promise<ReadonlyMap<CredentialName, Secret>> {
  const [only, ...more] = names;
  if (only === undefined)
    throw invalid(
      'the configuration has no credential that is read from standard input',
      'write { stdin: true } there',
    );
  const given = await text(stdin);
  if (given === '') throw invalid('standard input is empty', `give it the ${names.join(', ')}`);
  if (more.length === 0) return new Map([[only, new Secret(given)]]);
  const values = parse(given, names);
  return new Map(names.map((name) => [name, new Secret(values[name] ?? '')]));
}

/** Into a tmpfs, in a folder of root's alone: whoever reads them is the agent. They are gone after a reboot. */
export async function handOver(host: Connection, secrets: ReadonlyMap<CredentialName, Secret>): Promise<void> {
  const paths = [...secrets].map(([name, secret]) => ({ path: handedOverPath(ec2Layout, name), secret }));
  const folder = posix.dirname(paths[0]?.path ?? '');
  const { exitCode, stdout, stderr } = await host.exec(
    sh`mkdir -p ${folder} && chmod 700 ${folder} && findmnt -no FSTYPE -T ${folder}`,
  );
  const fsType = stdout.toString().trim();
  if (exitCode !== 0 || fsType !== 'tmpfs')
    throw new SluiceError(`${host.host}: ${folder} is not in memory (${stderr.trim() || fsType})`, {
      code: 'NOT_IN_MEMORY',
      hint: 'name the secret by secretsManager or ssmParameter instead',
    });
  for (const { path, secret } of paths) await host.put(secret, path, { mode: '0600', owner: 'root:root' });
}

/** Rejects where a credential is to be handed over and is not there; `hint` says how it comes there. */
export async function checkHandedOver(
  host: Connection,
  names: readonly CredentialName[],
  hint = 'add --credentials-stdin, and give it on standard input',
): Promise<void> {
  for (const name of names) {
    const { exitCode } = await host.exec(sh`test -e ${handedOverPath(ec2Layout, name)}`);
    if (exitCode === 0) continue;
    throw new SluiceError(`${host.host}: source.credentials.${name} has not been handed over since the host booted`, {
      code: 'CREDENTIAL_MISSING',
      kind: 'config',
      hint,
    });
  }
}

function parse(given: string, names: readonly CredentialName[]): Readonly<Record<string, string>> {
  const shape = `a JSON object with ${names.map((name) => JSON.stringify(name)).join(' and ')}, each a string`;
  let values: unknown;
  try {
    values = JSON.parse(given);
  } catch {
    // The parser's message would show what was read.
    throw invalid('standard input is not JSON', `give it ${shape}`);
  }
  const isRight =
    typeof values === 'object' &&
    values !== null &&
    Object.keys(values).sort().join() === [...names].sort().join() &&
    Object.values(values).every((value) => typeof value === 'string' && value !== '');
  if (!isRight) throw invalid('standard input holds other fields', `give it ${shape}`);
  return values as Readonly<Record<string, string>>;
}

function invalid(message: string, hint: string): SluiceError {
  return new SluiceError(`--credentials-stdin: ${message}`, { code: 'CREDENTIALS_INVALID', kind: 'config', hint });
}
