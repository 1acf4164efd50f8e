/**
 * What `sluice copy` is given: `sftp://user@host:port/path`, taken apart (draft-ietf-secsh-scp-sftp-ssh-uri; a password in it is refused),
 * and a folder of this machine.
 */
import { resolve } from 'node:path';
import { SluiceError } from '../provision/core/errors';

export interface CopySource {
  readonly host: string;
  readonly port: number;
  /** Undefined: the name of the user at this machine. */
  readonly username: string | undefined;
  readonly path: string;
}

const mostPort = 65_535;

/** Throws a SluiceError of kind `config`. `/~/` at the start of the path stands for the server's own starting folder. */
export function parseCopySource(text: string): CopySource {
  refuseWhatUrlChanges(text);
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    const port = /^sftp:\/\/[^/]*:(\d+)(?:\/|$)/.exec(text)?.[1];
    const isPortTooLarge = port !== undefined && Number(port) > mostPort;
    const problem = isPortTooLarge ? `names port ${port}, and ports end at ${mostPort}` : 'is not a URL';
    throw badSource(`${shown(text)} ${problem}`, cause);
  }
  // The text itself is not shown: it holds the password.
  if (url.password !== '') {
    throw new SluiceError('the source URL holds a password, which every user of this machine could read', {
      code: 'PASSWORD_IN_URL',
      kind: 'config',
      hint: 'Take it out, put it into an environment variable and name that: --password-env NAME.',
    });
  }
  if (url.protocol !== 'sftp:') throw badSource(`${shown(text)} is not an sftp:// URL`);
  if (url.hostname === '') throw badSource(`${shown(text)} names no host`);
  if (/[?#]/.test(url.href)) throw badSource('"?" and "#" in a path are written %3F and %23');
  if (url.pathname === '') throw withoutPath(text);
  try {
    const path = decodeURIComponent(url.pathname);
    return {
      host: decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? 22 : Number(url.port),
      username: url.username === '' ? undefined : decodeURIComponent(url.username),
      path: path === '/~' || path.startsWith('/~/') ? `.${path.slice(2)}` : withoutFinalSlash(path),
    };
  } catch (cause) {
    throw badSource('a "%" in the URL is not followed by two hexadecimal digits; a "%" itself is written %25', cause);
  }
}

/**
 * The absolute path of the folder. Throws a SluiceError of kind `config` on what other programs take as a place elsewhere (a URL, `host:/path`,
 * `user@host:path`) or as the user's home: a folder of that very name would be made here, and all copied into it.
 */
export function parseCopyDestination(cwd: string, text: string): string {
  const refused = (problem: string, hint: string) =>
    new SluiceError(`${shown(text)} ${problem}`, { code: 'BAD_DESTINATION', kind: 'config', hint });
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^[^/]*(?:@[^/]*:|:\/)/.test(text))
    throw refused(
      'is no folder of this machine, and sluice copy writes to no other place',
      'Name a folder (one of this very name is written with ./ before it). S3 is reached by migration.yaml, through FSx for Lustre.',
    );
  if (/^~(?:\/|$)/.test(text))
    throw refused(
      'begins with a "~" that the shell left as it is',
      'Write it without quotes, or $HOME in its place; a folder of this very name is written with ./ before it.',
    );
  return resolve(cwd, text);
}

/** `new URL()` drops white space and works out `..` without a word: another folder would be copied. */
function refuseWhatUrlChanges(text: string): void {
  const refused = (problem: string, hint: string) =>
    new SluiceError(`${shown(text)} ${problem}`, { code: 'BAD_SOURCE', kind: 'config', hint });
  if (/^[\p{Cc} ]|[\p{Cc} ]$|[\t\n\r]/u.test(text))
    throw refused(
      'begins or ends with white space, or has a tab or line end in it',
      'Take it out; as part of a name a space is written %20, a tab %09, a line end %0A.',
    );
  if (/\/(?:\.|%2e){2}(?=\/|$)/i.test(text))
    throw refused('has a ".." in its path', 'Write the path that it leads to at the server.');
}

/** Of text that is no source, perhaps with a password in it: nothing between the colon after the user's name and the last `@` is shown. */
function shown(text: string): string {
  const scheme = /^\w+:\/\//.exec(text)?.[0] ?? '';
  const colon = text.indexOf(':', scheme.length);
  const at = text.lastIndexOf('@');
  const isSafe = colon === -1 || at < colon;
  return JSON.stringify(isSafe ? text : `${text.slice(0, colon + 1)}***${text.slice(at)}`);
}

function withoutFinalSlash(path: string): string {
  return path.replace(/(?<=.)\/+$/, '');
}

/** All of a server is more than most who forgot the path mean. */
function withoutPath(text: string): SluiceError {
  return new SluiceError(`${JSON.stringify(text)} names no path`, {
    code: 'BAD_SOURCE',
    kind: 'config',
    hint: `Write ${text}/ for all that the server shows, ${text}/~/ for the folder that it starts in, or the path of a folder.`,
  });
}

function badSource(message: string, cause?: unknown): SluiceError {
  return new SluiceError(message, {
    code: 'BAD_SOURCE',
    kind: 'config',
    hint: 'A source looks like sftp://user@host:22/path/to/folder; an IPv6 address stands in brackets, as [2001:db8::1].',
    cause,
  });
}
