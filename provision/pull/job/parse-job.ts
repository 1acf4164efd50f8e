/** Reads job.json strictly. */
import type { CredentialReference, PullJob } from './job';
import { parseSettings, parseSourceSettings, sourceSettingNames } from './parse-settings';
import {
  absolutePath,
  boolean,
  fieldsOf,
  integer,
  invalid,
  nonEmpty,
  objectOf,
  oneOf,
  show,
  string,
  strings,
} from './read-fields';

/** Throws a SluiceError of kind `config` that names the field, its value and what it should be. */
export function parseJob(text: string): PullJob {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid('the job', 'not JSON', error);
  }
  const job = fieldsOf(value, 'job', ['version', 'source', 'destination', 'options', 'stateDirectory'], ['metrics']);
  if (job.version !== 1) throw invalid('job.version', `${show(job.version)}; this agent reads version 1`);
  return {
    version: 1,
    source: parseSource(job.source),
    destination: parseDestination(job.destination),
    options: parseSettings(job.options),
    ...(job.metrics === undefined ? {} : { metrics: parseMetrics(job.metrics) }),
    stateDirectory: absolutePath(job.stateDirectory, 'job.stateDirectory'),
  };
}

function parseSource(value: unknown): PullJob['source'] {
  const at = 'job.source';
  const names = ['host', 'port', 'username', 'hostKeys', 'credentials', 'path', 'connections'];
  const source = fieldsOf(value, at, [...names, ...sourceSettingNames]);
  const hostKeys = strings(source.hostKeys, `${at}.hostKeys`);
  for (const key of hostKeys) {
    if (!/^SHA256:[A-Za-z0-9+/]{43}$/.test(key)) {
      throw invalid(
        `${at}.hostKeys`,
        `${show(key)}; a fingerprint is "SHA256:" and 43 characters, as ssh-keygen -lf prints it`,
      );
    }
  }
  return {
    host: nonEmpty(source.host, `${at}.host`),
    port: integer(source.port, `${at}.port`, { min: 1, max: 65_535 }),
    username: nonEmpty(source.username, `${at}.username`),
    hostKeys,
    credentials: parseCredentials(source.credentials),
    path: nonEmpty(source.path, `${at}.path`),
    connections: integer(source.connections, `${at}.connections`, { min: 1, max: 64 }),
    ...parseSourceSettings(source, at),
  };
}

function parseCredentials(value: unknown): PullJob['source']['credentials'] {
  const at = 'job.source.credentials';
  const credentials = fieldsOf(value, at, [], ['privateKey', 'passphrase', 'password', 'agentSocket', 'identityFiles']);
  const reference = (name: string) =>
    credentials[name] === undefined ? {} : { [name]: parseReference(credentials[name], `${at}.${name}`) };
  return {
    ...reference('privateKey'),
    ...reference('passphrase'),
    ...reference('password'),
    ...(credentials.agentSocket === undefined
      ? {}
      : { agentSocket: absolutePath(credentials.agentSocket, `${at}.agentSocket`) }),
    ...(credentials.identityFiles === undefined
      ? {}
      : { identityFiles: strings(credentials.identityFiles, `${at}.identityFiles`) }),
  };
}

function parseReference(value: unknown, at: string): CredentialReference {
  const reference = objectOf(value, at);
  if ('file' in reference) return { file: absolutePath(fieldsOf(value, at, ['file']).file, `${at}.file`) };
  if ('environment' in reference) {
    return { environment: nonEmpty(fieldsOf(value, at, ['environment']).environment, `${at}.environment`) };
  }
  for (const kind of ['secretsManager', 'ssmParameter'] as const) {
    if (!(kind in reference)) continue;
    const fields = fieldsOf(value, at, [kind, 'region']);
    const name = nonEmpty(fields[kind], `${at}.${kind}`);
    const region = nonEmpty(fields.region, `${at}.region`);
    return kind === 'secretsManager' ? { secretsManager: name, region } : { ssmParameter: name, region };
  }
  throw invalid(at, 'none of file, environment, secretsManager and ssmParameter');
}

function parseDestination(value: unknown): PullJob['destination'] {
  const at = 'job.destination';
  const destination = fieldsOf(value, at, ['path', 'stagingPath', 'mount'], ['keyPrefix']);
  return {
    path: absolutePath(destination.path, `${at}.path`),
    stagingPath: absolutePath(destination.stagingPath, `${at}.stagingPath`),
    mount: destination.mount === null ? null : parseMount(destination.mount),
    ...(destination.keyPrefix === undefined ? {} : { keyPrefix: string(destination.keyPrefix, `${at}.keyPrefix`) }),
  };
}

function parseMount(value: unknown): PullJob['destination']['mount'] {
  const at = 'job.destination.mount';
  const mount = fieldsOf(value, at, ['mountPoint', 'fsType']);
  return {
    mountPoint: absolutePath(mount.mountPoint, `${at}.mountPoint`),
    fsType: oneOf(mount.fsType, `${at}.fsType`, ['lustre']),
  };
}

function parseMetrics(value: unknown): NonNullable<PullJob['metrics']> {
  const at = 'job.metrics';
  const metrics = fieldsOf(value, at, ['migration', 'directory', 'emf', 'failuresTo']);
  const failuresTo = metrics.failuresTo === null ? null : fieldsOf(metrics.failuresTo, `${at}.failuresTo`, ['region']);
  return {
    migration: nonEmpty(metrics.migration, `${at}.migration`),
    directory: absolutePath(metrics.directory, `${at}.directory`),
    emf: boolean(metrics.emf, `${at}.emf`),
    failuresTo: failuresTo === null ? null : { region: nonEmpty(failuresTo.region, `${at}.failuresTo.region`) },
  };
}
