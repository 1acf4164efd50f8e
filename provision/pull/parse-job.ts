/** Reads job.json strictly: every field there, of its type, none unknown. By hand, because the agent carries no schema library. */
import { SluiceError } from '../core/errors';
import type { CredentialReference, PullJob } from './job';

/** Throws a SluiceError of kind `config` that names the field, its value and what it should be. */
export function parseJob(text: string): PullJob {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid('the job', 'not JSON', error);
  }
  const job = fieldsOf(value, 'job', ['version', 'source', 'destination', 'options', 'stateDirectory']);
  if (job.version !== 1) throw invalid('job.version', `${show(job.version)}; this agent reads version 1`);
  return {
    version: 1,
    source: parseSource(job.source),
    destination: parseDestination(job.destination),
    options: parseOptions(job.options),
    stateDirectory: absolutePath(job.stateDirectory, 'job.stateDirectory'),
  };
}

function parseSource(value: unknown): PullJob['source'] {
  const at = 'job.source';
  const source = fieldsOf(value, at, ['host', 'port', 'username', 'hostKeys', 'credentials', 'path', 'connections']);
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

function parseOptions(value: unknown): PullJob['options'] {
  const at = 'job.options';
  const options = fieldsOf(value, at, ['transferMode', 'verifyMode', 'overwriteMode', 'includes', 'excludes']);
  const verifyModes = ['ONLY_FILES_TRANSFERRED', 'POINT_IN_TIME_CONSISTENT', 'NONE'] as const;
  return {
    transferMode: oneOf(options.transferMode, `${at}.transferMode`, ['CHANGED', 'ALL']),
    verifyMode: oneOf(options.verifyMode, `${at}.verifyMode`, verifyModes),
    overwriteMode: oneOf(options.overwriteMode, `${at}.overwriteMode`, ['ALWAYS', 'NEVER']),
    includes: strings(options.includes, `${at}.includes`),
    excludes: strings(options.excludes, `${at}.excludes`),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function objectOf(value: unknown, at: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(at, `${show(value)}; an object is needed`);
  return value as Fields;
}

function fieldsOf(value: unknown, at: string, required: readonly string[], optional: readonly string[] = []): Fields {
  const fields = objectOf(value, at);
  const unknown = Object.keys(fields).filter((name) => !required.includes(name) && !optional.includes(name));
  if (unknown.length > 0) throw problem(`${at} has an unknown field ${show(unknown[0])}`);
  const absent = required.filter((name) => !(name in fields));
  if (absent.length > 0) throw problem(`${at} has no field "${absent[0]}"`);
  return fields;
}

function string(value: unknown, at: string): string {
  if (typeof value !== 'string' || value.includes('\0')) throw invalid(at, `${show(value)}; a string is needed`);
  return value;
}

function nonEmpty(value: unknown, at: string): string {
  if (string(value, at) === '') throw invalid(at, 'empty');
  return value as string;
}

function absolutePath(value: unknown, at: string): string {
  const path = nonEmpty(value, at);
  if (!path.startsWith('/')) throw invalid(at, `${show(path)}; an absolute path is needed`);
  return path;
}

function strings(value: unknown, at: string): readonly string[] {
  if (!Array.isArray(value)) throw invalid(at, `${show(value)}; a list of strings is needed`);
  return value.map((item, index) => string(item, `${at}[${index}]`));
}

function integer(value: unknown, at: string, range: { readonly min: number; readonly max: number }): number {
  if (Number.isInteger(value) && Number(value) >= range.min && Number(value) <= range.max) return value as number;
  throw invalid(at, `${show(value)}; a whole number from ${range.min} to ${range.max} is needed`);
}

function oneOf<T extends string>(value: unknown, at: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw invalid(at, `${show(value)}; one of ${choices.join(', ')} is needed`);
  return found;
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function invalid(at: string, what: string, cause?: unknown): SluiceError {
  return problem(`${at} is ${what}`, cause);
}

function problem(message: string, cause?: unknown): SluiceError {
  return new SluiceError(message, {
    code: 'JOB_INVALID',
    kind: 'config',
    hint: 'Write the job anew with `sluice provision`.',
    cause,
  });
}
