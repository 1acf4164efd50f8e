/**
 * What ~/.ssh/config says of a host (ssh_config(5)). As in OpenSSH the first value wins and IdentityFile adds up. A host goes by several
 * names at once here (its name, its instance id, its address), so a section counts when it names any of them and excludes none.
 * Of Match only `all`, `host` and `originalhost` are understood: the other criteria never match, and none runs a program. What is included
 * counts where its Include stands: not at all under a section that does not count, and sections in it end with it.
 */
import SSHConfig, { type Directive, glob, type Line, type Section } from 'ssh-config';
import { messageOf, SluiceError } from '../core/errors';

/** A configuration file, read. */
export interface SshConfigFile {
  /** Its path, for messages. */
  readonly file: string;
  readonly text: string;
  /** What each pattern of an Include stands for, in order (`includePatterns`). */
  readonly included: ReadonlyMap<string, readonly SshConfigFile[]>;
}

export interface SshConfigQuery {
  /** The host's names, any of which a section may use. */
  readonly names: readonly string[];
  /** The operator's home folder. */
  readonly home: string;
}

/** A hop as ProxyJump writes it. */
export interface Hop {
  readonly host: string;
  readonly username?: string;
  readonly port?: number;
}

export interface SshConfigAnswer {
  readonly hostName?: string;
  /** Only from a section that names the host: a `User` for every host is not meant for a cloud host's system account. */
  readonly user?: string;
  /** From any section. */
  readonly anyUser?: string;
  readonly port?: number;
  /** Absolute paths, in order; tokens are expanded by `expandTokens` once the user is known. */
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** The ssh-agent's socket; `none` for no agent. */
  readonly identityAgent?: string;
  readonly hostKeyAlias?: string;
  /** Both empty where nothing is said: OpenSSH's own files are meant. */
  readonly userKnownHostsFiles: readonly string[];
  readonly globalKnownHostsFiles: readonly string[];
  /** From the operator's machine to the host. */
  readonly proxyJump: readonly Hop[];
  /** As written, with its tokens. */
  readonly proxyCommand?: string;
}

/** The patterns of every Include of a file, in any section. Throws SSH_CONFIG_UNREADABLE, of kind `config`. */
export function includePatterns(text: string, file: string): readonly string[] {
  const lines = parse(text, file).flatMap((line) => ('config' in line ? [...line.config] : [line]));
  return lines.flatMap((line) => (isDirective(line) && isInclude(line) ? wordsOf(line.value) : []));
}

/** Throws SSH_CONFIG_UNREADABLE, of kind `config`. */
export function resolveSshConfig(config: SshConfigFile, query: SshConfigQuery): SshConfigAnswer {
  const { file } = config;
  const values = new Map<string, string>();
  const identityFiles: string[] = [];
  const setOnce = (name: string, value: string) => {
    if (!values.has(name)) values.set(name, value);
  };
  for (const { directive, isForAll } of directivesFor(config, query.names)) {
    const name = directive.param.toLowerCase();
    const value = textOf(directive);
    if (name === 'identityfile') identityFiles.push(value);
    else if (name === 'user' && isForAll) setOnce('anyuser', value);
    else setOnce(name, value);
  }
  const said = (name: string) => values.get(name);
  const home = (path: string) => expandHome(path, query.home);
  const files = (name: string) =>
    (said(name) ?? '')
      .split(/\s+/)
      .filter((path) => path !== '' && path.toLowerCase() !== 'none')
      .map(home);
  const port = said('port') === undefined ? undefined : portOf(said('port') ?? '', `${file}: Port`);
  const [jump, command] = [said('proxyjump'), said('proxycommand')].map((value) =>
    value?.toLowerCase() === 'none' ? undefined : value,
  );
  const optional = {
    hostName: said('hostname'),
    user: said('user'),
    anyUser: said('user') ?? said('anyuser'),
    port,
    identityAgent: said('identityagent'),
    hostKeyAlias: said('hostkeyalias'),
    proxyCommand: jump === undefined ? command : undefined,
  };
  return {
    ...(Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)) as Partial<
      Pick<
        SshConfigAnswer,
        'hostName' | 'user' | 'anyUser' | 'port' | 'identityAgent' | 'hostKeyAlias' | 'proxyCommand'
      >
    >),
    identityFiles: identityFiles.filter((path) => path.toLowerCase() !== 'none').map(home),
    identitiesOnly: said('identitiesonly')?.toLowerCase() === 'yes',
    userKnownHostsFiles: files('userknownhostsfile'),
    globalKnownHostsFiles: files('globalknownhostsfile'),
    proxyJump: jump === undefined ? [] : parseHops(jump, `${file}: ProxyJump`),
  };
}

/** `user@host:port,host` as hops, in order; `where` is for messages. Throws JUMP_UNREADABLE, of kind `config`. */
export function parseHops(text: string, where: string): readonly Hop[] {
  return text.split(',').map((part) => {
    const match = /^(?:ssh:\/\/)?(?:([^@\s]+)@)?(\[[0-9a-f:.%]+\]|[^:\s@[\]]+)(?::(\d+))?$/i.exec(part.trim());
    const [, username, host = '', port] = match ?? [];
    if (match === null)
      throw new SluiceError(`${where}: ${JSON.stringify(part.trim())} is no jump host`, {
        code: 'JUMP_UNREADABLE',
        kind: 'config',
        hint: 'write user@host:port, several separated by commas',
      });
    return {
      host: host.replace(/^\[|\]$/g, ''),
      ...(username === undefined ? {} : { username }),
      ...(port === undefined ? {} : { port: portOf(port, where) }),
    };
  });
}

/** `%h`, `%p`, `%r`, `%u`, `%d` and `%%` of ssh_config(5), "TOKENS"; any other stays as it is. */
export function expandTokens(text: string, tokens: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/%(.)/g, (whole, token: string) => (token === '%' ? '%' : (tokens[token] ?? whole)));
}

interface Found {
  readonly directive: Directive;
  /** It stands under no section, or under one for every host. */
  readonly isForAll: boolean;
}

function* directivesFor(config: SshConfigFile, names: readonly string[]): Iterable<Found> {
  for (const line of parse(config.text, config.file)) {
    if (!isDirective(line)) continue;
    if (!('config' in line)) {
      yield* withIncluded(line, config, { names, isForAll: true });
      continue;
    }
    const patterns = patternsOf(line);
    if (patterns === undefined || !names.some((name) => matches(patterns, name, names))) continue;
    const isForAll = patterns.every((pattern) => pattern === '*' || pattern.startsWith('!'));
    for (const inner of line.config) if (isDirective(inner)) yield* withIncluded(inner, config, { names, isForAll });
  }
}

/** The directive itself, or what counts of the files that it includes. */
function* withIncluded(
  directive: Directive,
  { included }: SshConfigFile,
  { names, isForAll }: Pick<SshConfigQuery, 'names'> & Pick<Found, 'isForAll'>,
): Iterable<Found> {
  if (!isInclude(directive)) {
    yield { directive, isForAll };
    return;
  }
  for (const config of wordsOf(directive.value).flatMap((pattern) => included.get(pattern) ?? []))
    for (const found of directivesFor(config, names)) yield { ...found, isForAll: isForAll && found.isForAll };
}

function isDirective(line: Line): line is Directive | Section {
  return line.type === SSHConfig.DIRECTIVE;
}

function isInclude({ param }: Directive): boolean {
  return param.toLowerCase() === 'include';
}

function matches(patterns: readonly string[], name: string, names: readonly string[]): boolean {
  const excluded = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  if (excluded.length > 0 && names.some((other) => glob(excluded, other))) return false;
  return glob([...patterns], name);
}

/** The names that a section is for; undefined where it asks for something else. */
function patternsOf(section: Section): readonly string[] | undefined {
  if (section.param.toLowerCase() === 'host') return wordsOf(section.value);
  const { criteria } = section as Section & { criteria?: Record<string, Directive['value']> };
  const [[criterion, value] = ['', '' as Directive['value']], ...others] = Object.entries(criteria ?? {});
  if (others.length > 0) return undefined;
  if (criterion.toLowerCase() === 'all') return ['*'];
  if (!['host', 'originalhost'].includes(criterion.toLowerCase())) return undefined;
  return wordsOf(value).flatMap((word) => word.split(','));
}

function wordsOf(value: Directive['value']): readonly string[] {
  return typeof value === 'string' ? value.split(/\s+/) : value.map(({ val }) => val);
}

function textOf({ value }: Directive): string {
  return wordsOf(value).join(' ');
}

function parse(text: string, file: string): readonly Line[] {
  try {
    return SSHConfig.parse(text);
  } catch (error) {
    throw new SluiceError(`${file} cannot be understood: ${messageOf(error)}`, {
      code: 'SSH_CONFIG_UNREADABLE',
      kind: 'config',
      hint: 'see what `ssh -G HOST` says of it',
      cause: error,
    });
  }
}

function portOf(text: string, where: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new SluiceError(`${where}: ${JSON.stringify(text)} is no port`, {
    code: 'SSH_CONFIG_UNREADABLE',
    kind: 'config',
    hint: 'write a whole number from 1 to 65535',
  });
}

function expandHome(path: string, home: string): string {
  return path.replace(/^~(?=\/|$)/, home).replaceAll('%d', home);
}
