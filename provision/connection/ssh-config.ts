/**
 * What ~/.ssh/config says of a host (ssh_config(5)). As in OpenSSH the first value wins and IdentityFile adds up. A host goes by several
 * names at once here (its name, its instance id, its address), so a section counts when it names any of them and excludes none.
 * Of Match only `all`, `host` and `originalhost` are understood: the other criteria never match, and none runs a program. What is included
 * counts where its Include stands: not at all under a section that does not count, and sections in it end with it.
 */
import { SluiceError } from '../core/errors';
import { linesOf, matchesPattern, type SshConfigLine, sshConfigUnreadable, wordsOf } from './ssh-config-lines';

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
  readonly username?: string | undefined;
  readonly port?: number | undefined;
}

/** What depends on the name that a host is called by. */
export interface CalledBy {
  /** As written, with its tokens. */
  readonly text: string;
  /** The name that its section is for; undefined where that is for every host. */
  readonly name: string | undefined;
}

export interface SshConfigAnswer {
  readonly hostName?: CalledBy | undefined;
  /** Only from a section that names the host: a `User` for every host is not meant for a cloud host's system account. */
  readonly user?: string | undefined;
  /** From any section. */
  readonly anyUser?: string | undefined;
  readonly port?: number | undefined;
  /** Absolute paths, in order; `expandPath` expands their tokens once the user is known, here and of the other paths. */
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** The ssh-agent's socket; `none` for no agent, `SSH_AUTH_SOCK` or `$NAME` for a variable that names it. */
  readonly identityAgent?: string | undefined;
  readonly hostKeyAlias?: string | undefined;
  /** Both empty where nothing is said: OpenSSH's own files are meant. */
  readonly userKnownHostsFiles: readonly string[];
  readonly globalKnownHostsFiles: readonly string[];
  /** From the operator's machine to the host. */
  readonly proxyJump: readonly Hop[];
  /** For the shell. */
  readonly proxyCommand?: CalledBy | undefined;
}

/** The patterns of every Include of a file, in any section. Throws SSH_CONFIG_UNREADABLE, of kind `config`. */
export function includePatterns(text: string, file: string): readonly string[] {
  return linesOf(text, file).flatMap((line) => (line.keyword === 'include' ? wordsOf(line) : []));
}

/** Throws SSH_CONFIG_UNREADABLE, of kind `config`. */
export function resolveSshConfig(config: SshConfigFile, query: SshConfigQuery): SshConfigAnswer {
  const first = new Map<string, Found>();
  const identityFiles: string[] = [];
  for (const found of directivesFor(config, query.names)) {
    const { keyword } = found.line;
    if (keyword === 'identityfile') identityFiles.push(textOf(found.line));
    const key = keyword === 'user' && found.name === undefined ? 'anyuser' : keyword;
    if (!first.has(key)) first.set(key, found);
  }
  const said = (keyword: string) => {
    const found = first.get(keyword);
    return found === undefined ? undefined : textOf(found.line);
  };
  const home = (path: string) => expandHome(path, query.home);
  const files = (keyword: string) => {
    const found = first.get(keyword);
    return found === undefined ? [] : wordsOf(found.line).filter(isSomething).map(home);
  };
  const portLine = first.get('port')?.line;
  const agent = said('identityagent');
  const hostName = first.get('hostname');
  const command = first.get('proxycommand');
  const jumpLine = first.get('proxyjump')?.line;
  const jump = jumpLine !== undefined && isSomething(textOf(jumpLine)) ? jumpLine : undefined;
  return {
    hostName: hostName && { text: textOf(hostName.line), name: hostName.name },
    user: said('user'),
    anyUser: said('user') ?? said('anyuser'),
    port: portLine && portOf(textOf(portLine), portLine.where),
    identityFiles: identityFiles.filter(isSomething).map(home),
    identitiesOnly: said('identitiesonly')?.toLowerCase() === 'yes',
    identityAgent: agent === undefined ? undefined : home(agent),
    hostKeyAlias: said('hostkeyalias'),
    userKnownHostsFiles: files('userknownhostsfile'),
    globalKnownHostsFiles: files('globalknownhostsfile'),
    proxyJump: jump === undefined ? [] : parseHops(textOf(jump), jump.where),
    proxyCommand:
      jump === undefined && command !== undefined && isSomething(command.line.text)
        ? { text: command.line.text, name: command.name }
        : undefined,
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
      username,
      port: port === undefined ? undefined : portOf(port, where),
    };
  });
}

/** `%h`, `%p`, `%r`, `%u`, `%d` and `%%` of ssh_config(5), "TOKENS"; any other stays as it is. */
export function expandTokens(text: string, tokens: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/%(.)/g, (whole, token: string) => (token === '%' ? '%' : (tokens[token] ?? whole)));
}

export interface PathExpansion {
  readonly tokens: Readonly<Record<string, string | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The configuration file, for messages. */
  readonly file: string;
}

/** The tokens of a path and its `${NAME}` (ssh_config(5), "ENVIRONMENT VARIABLES"). Throws SSH_CONFIG_UNREADABLE where that is not set. */
export function expandPath(path: string, { tokens, env, file }: PathExpansion): string {
  return path
    .split(/(\$\{\w+\})/)
    .map((part) => {
      const name = /^\$\{(\w+)\}$/.exec(part)?.[1];
      if (name === undefined) return expandTokens(part, tokens);
      const value = env[name];
      if (value !== undefined) return value;
      throw sshConfigUnreadable(
        `${file}: ${path}: the environment variable ${name} is not set`,
        `export ${name}, or write the path itself`,
      );
    })
    .join('');
}

interface Found {
  readonly line: SshConfigLine;
  /** The host's name that the section is for; undefined under no section, or under one for every host. */
  readonly name: string | undefined;
}

/** An Include gives what counts of its files in its place. */
function* directivesFor({ text, file, included }: SshConfigFile, names: readonly string[]): Iterable<Found> {
  let section: { readonly counts: boolean; readonly name?: string | undefined } = { counts: true };
  for (const line of linesOf(text, file)) {
    const { keyword } = line;
    if (keyword === 'host' || keyword === 'match') section = sectionFor(patternsOf(line), names);
    else if (!section.counts) continue;
    else if (keyword !== 'include') yield { line, name: section.name };
    else
      for (const inner of wordsOf(line).flatMap((pattern) => included.get(pattern) ?? []))
        for (const found of directivesFor(inner, names)) yield { ...found, name: found.name ?? section.name };
  }
}

function sectionFor(patterns: readonly string[], names: readonly string[]) {
  const isFor = (wanted: readonly string[]) => names.find((name) => wanted.some((one) => matchesPattern(one, name)));
  const excluded = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!'));
  if (isFor(excluded) !== undefined || isFor(wanted) === undefined) return { counts: false };
  return { counts: true, name: isFor(wanted.filter((pattern) => pattern !== '*')) };
}

/** The names that a section is for; none where it asks for something else. */
function patternsOf(line: SshConfigLine): readonly string[] {
  if (line.keyword === 'host') return wordsOf(line);
  const [criterion = '', value = '', ...others] = wordsOf(line)
    .flatMap((word) => word.split('='))
    .filter((word) => word !== '');
  if (criterion.toLowerCase() === 'all' && value === '') return ['*'];
  const isName = ['host', 'originalhost'].includes(criterion.toLowerCase());
  return isName && others.length === 0 ? value.split(',') : [];
}

function textOf(line: SshConfigLine): string {
  return wordsOf(line).join(' ');
}

function isSomething(value: string): boolean {
  return value.toLowerCase() !== 'none';
}

function portOf(text: string, where: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw sshConfigUnreadable(`${where}: ${JSON.stringify(text)} is no port`, 'write a whole number from 1 to 65535');
}

function expandHome(path: string, home: string): string {
  return path.replace(/^~(?=\/|$)/, home).replaceAll('%d', home);
}
