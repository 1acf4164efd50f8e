/** job.json, from the configuration and the outputs. */
import { posix } from 'node:path';
import { parseDataRepository } from '../../config/data-repository';
import { SluiceError } from '../core/errors';
import type { CredentialReference, PullJob } from '../pull/job/job';
import { settingNames } from '../pull/job/settings';
import type { CredentialName, RoleInput } from './input';
import { type HostLayout, hostPaths } from './layout';

/** Outside every association, or FSx would export unfinished files under their temporary names. */
export const stagingName = '.sluice-staging';

export function pullJob({ migration, outputs, layout }: Pick<RoleInput, 'migration' | 'outputs' | 'layout'>): PullJob {
  const { source, host, pull, fileSystem } = migration;
  const mountPoint = layout.standInForMount ?? host.mountPoint;
  const association = fileSystem.associations.find(({ path }) => path === pull.association);
  if (association === undefined || association.path === '/')
    throw new SluiceError(`no pull can go into the association ${pull.association}`, {
      code: 'PULL_ASSOCIATION',
      kind: 'config',
      hint: 'link a directory of the file system: one at / leaves no place outside it for unfinished files',
    });
  const prefix = parseDataRepository(association.dataRepository)?.prefix ?? '';
  return {
    version: 1,
    source: {
      host: source.host,
      port: source.port,
      username: source.username,
      hostKeys: source.hostKeys,
      credentials: credentialReferences(source.credentials, { region: outputs.region, layout }),
      path: source.path,
      connections: source.connections,
      access: source.access,
      filenameEncoding: source.filenameEncoding,
      timeOffsetSeconds: source.timeOffsetSeconds,
      legacyAlgorithms: source.legacyAlgorithms,
    },
    destination: {
      path: posix.join(mountPoint, association.path),
      stagingPath: posix.join(mountPoint, stagingName),
      mount: layout.without.lustre === undefined ? { mountPoint, fsType: 'lustre' } : null,
      keyPrefix: prefix === '' ? '' : `${prefix}/`,
    },
    options: settingsOf(pull),
    metrics: {
      migration: migration.name,
      directory: hostPaths(layout).metrics,
      emf: pull.metrics.emf,
      failuresTo: migration.alarms === undefined ? null : { region: outputs.region },
    },
    stateDirectory: layout.stateDirectory,
  };
}

/** The engine's own of `pull`: not where the tree lands, nor when a run begins. */
function settingsOf(pull: PullJob['options']): PullJob['options'] {
  const given = settingNames.flatMap((name) => (pull[name] === undefined ? [] : [[name, pull[name]] as const]));
  return Object.fromEntries(given) as unknown as PullJob['options'];
}

export const credentialNames: readonly CredentialName[] = ['privateKey', 'passphrase', 'password'];

const fileNames: Readonly<Record<CredentialName, string>> = {
  privateKey: 'private-key',
  passphrase: 'passphrase',
  password: 'password',
};

/** Where a credential that the operator hands over lies on the host. */
export function credentialPath(layout: HostLayout, name: CredentialName): string {
  return posix.join(hostPaths(layout).credentials, fileNames[name]);
}

/** Where one lies that is handed over at a start: in memory, gone with a reboot. */
export function handedOverPath(layout: HostLayout, name: CredentialName): string {
  return posix.join(hostPaths(layout).handedOver, fileNames[name]);
}

type Credentials = RoleInput['migration']['source']['credentials'];

/** What lies on the operator's machine becomes a file on the host; what lies in AWS is read there with the instance's role. */
function credentialReferences(
  credentials: Credentials,
  { region, layout }: { region: string; layout: HostLayout },
): PullJob['source']['credentials'] {
  const referenceOf = (name: CredentialName): CredentialReference | undefined => {
    const given = credentials[name];
    if (given === undefined) return undefined;
    if ('stdin' in given) return { file: handedOverPath(layout, name) };
    if ('file' in given || 'environment' in given) return { file: credentialPath(layout, name) };
    return { ...given, region: regionIn(Object.values(given)) ?? region };
  };
  return Object.fromEntries(
    credentialNames.flatMap((name) => {
      const reference = referenceOf(name);
      return reference === undefined ? [] : [[name, reference]];
    }),
  );
}

/** Of an ARN; the services know nothing of another region's. */
function regionIn([reference = '']: readonly string[]): string | undefined {
  return /^arn:[^:]+:[^:]+:([^:]+):/.exec(reference)?.[1];
}
