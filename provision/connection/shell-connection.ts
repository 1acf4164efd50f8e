/**
 * A Connection over anything that can run one shell command: privileges and `put` are built here once, so that every
 * transport only has to run a command and report its exit status.
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { SluiceError } from '../core/errors';
import { hostTroubleIn } from '../core/host-trouble';
import { lastLines } from '../core/last-lines';
import { sha256Function } from '../core/portable-shell';
import { Secret } from '../core/secret';
import { type Command, joinCommands, sh } from '../core/sh';
import type { Connection, ExecOptions, ExecResult, PutContent, PutOptions } from './connection';
import type { FirstTry } from './first-try';
import { forLoginShell } from './login-shell';
import { behindMark, behindMarkInto, withMark } from './own-output';
import { sudoRefusal } from './sudo-refusal';

/** Runs one command line; see Connection.exec for what it owes. */
export interface Transport {
  readonly host: string;
  run(commandLine: string, options: ExecOptions): Promise<ExecResult>;
  close(): Promise<void>;
}

/**
 * Whose privileges commands run with: the login's own, or root's through sudo where the login is not root. With a password, that goes
 * to sudo on its standard input, and nowhere else.
 */
export type Privileges =
  | 'login'
  | 'root'
  | {
      readonly sudoPassword: Secret;
      /** Where the same password is for other hosts too. */
      readonly firstTry?: FirstTry;
    };

/** The exit status that says sudo wants a password or refuses; chosen outside what shells and coreutils use. */
const sudoRefused = 113;
const putChecksumDiffers = 114;
/** For the largest file over the slowest line: whether the host is still there is the keepalive's matter. */
const putTimeoutMs = 3_600_000;
/** The other hosts wait as long: a directory service may be slow to answer, and a host that hangs is not to hold them up. */
const firstTryTimeoutMs = 60_000;
/** Stands on standard input between the password and what the command is to read. */
const inputBegins = 'sluice: input begins';

export class ShellConnection implements Connection {
  readonly host: string;
  readonly #transport: Transport;
  readonly #privileges: Privileges;
  #roundTrips = 0;
  /** A password that sudo did not take is not tried again: a host may lock the login after a few tries (pam_faillock(8)). */
  #refusal: SluiceError | undefined;

  constructor(transport: Transport, privileges: Privileges) {
    this.#transport = transport;
    this.#privileges = privileges;
    this.host = transport.host;
  }

  get roundTrips(): number {
    return this.#roundTrips;
  }

  async exec(command: Command, options: ExecOptions = {}): Promise<ExecResult> {
    await this.#whenPasswordIsTaken();
    return this.#execNow(command, options);
  }

  async #whenPasswordIsTaken(): Promise<void> {
    if (typeof this.#privileges !== 'object') return;
    const nothing = () => this.#execNow(sh`:`, { repeatable: true, timeoutMs: firstTryTimeoutMs });
    await this.#privileges.firstTry?.taken(this.host, nothing).catch((error) => {
      throw this.#refusal ?? error;
    });
  }

  async #execNow(command: Command, options: ExecOptions): Promise<ExecResult> {
    if (this.#refusal !== undefined) throw this.#refusal;
    this.#roundTrips += 1;
    const into = options.stdout === undefined ? {} : { stdout: behindMarkInto(options.stdout) };
    const result = await this.#run(withMark(inKnownSurroundings(command)), { ...options, ...into });
    if (this.#privileges !== 'login' && result.exitCode === sudoRefused) {
      const refusal = sudoRefusal(this.host, lastLines(result.stderr), typeof this.#privileges === 'object');
      if (typeof this.#privileges === 'object') this.#refusal = refusal;
      throw refusal;
    }
    return { ...result, stdout: behindMark(result.stdout) };
  }

  #run(command: Command, options: ExecOptions): Promise<ExecResult> {
    const run = (script: Command, given = options) => this.#transport.run(forLoginShell(script).text, given);
    if (this.#privileges === 'login') return run(command);
    if (this.#privileges === 'root') return run(elevated(command));
    const head = `${this.#privileges.sudoPassword.reveal()}\n${inputBegins}\n`;
    return run(elevatedWithPassword(command), { ...options, stdin: withHead(head, options.stdin) });
  }

  async put(content: PutContent, path: string, options: PutOptions): Promise<void> {
    const { stdin, sha256, compressed } = await payload(content);
    const script = putScript({ path, compressed, ...options });
    const result = await this.exec(script, {
      stdin: withHead(`${sha256}\n`, stdin),
      timeoutMs: putTimeoutMs,
    }).finally(() => {
      // A host that had enough before the end leaves the file open behind it.
      if (stdin instanceof Readable) stdin.destroy();
    });
    if (result.exitCode === 0) return;
    const isDamaged = result.exitCode === putChecksumDiffers;
    const detail = isDamaged ? 'the bytes arrived damaged' : result.stderr.trim();
    const folder = path.slice(0, path.lastIndexOf('/'));
    throw new SluiceError(`${this.host}: writing ${path} failed: ${detail}`, {
      code: 'PUT_FAILED',
      retryable: isDamaged,
      hint: isDamaged
        ? 'run again: they are sent anew'
        : (hostTroubleIn(detail)?.fix ??
          `see on the host whether the folder is there and has room: ls -ld ${folder}; df -h ${folder}`),
    });
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}

/**
 * What programs say is read here, and a translation is not understood. `C.UTF-8` is not on every host; bytes pass through `C` as they are. On a hardened
 * host the login's umask would keep all but root out of folders that are made on the way, and out of what package managers write.
 */
function inKnownSurroundings(command: Command): Command {
  return sh`umask 022; ${untranslated}; ${command}`;
}

const untranslated = sh`LC_ALL=C; export LC_ALL`;

/**
 * sudo says by 1 that it refuses, the shell by 126 and 127 that there is none; as the command may say the same, only then is sudo asked by
 * itself. What it said stands on standard error.
 */
function elevated(command: Command): Command {
  const script = joinCommands(
    [
      untranslated,
      sh`if [ "$(id -u)" = 0 ]; then exec sh -c "$1"; fi`,
      sh`sudo -n sh -c "$1"; status=$?`,
      sh`case $status in 1|126|127) sudo -n true </dev/null >/dev/null 2>&1 || exit ${sudoRefused};; esac`,
      sh`exit "$status"`,
    ],
    '; ',
  );
  return sh`exec sh -c ${script.text} sluice ${command.text}`;
}

/**
 * sudo would take what follows a wrong password for further tries, and leave the password to the command where it wants none. So it
 * is tried once by itself, and the command's own input begins after a mark.
 */
function elevatedWithPassword(command: Command): Command {
  const behindMark = sh`IFS= read -r line; [ "$line" = ${inputBegins} ] || IFS= read -r line; unset line; exec sh -c "$1"`;
  const script = joinCommands(
    [
      untranslated,
      // Without a line the command was given up, and an empty password would count as a wrong one.
      sh`IFS= read -r password || exit`,
      sh`if [ "$(id -u)" = 0 ]; then unset password; IFS= read -r mark; exec sh -c "$1"; fi`,
      sh`printf '%s\n' "$password" | sudo -S -k -p '' true || exit ${sudoRefused}`,
      sh`{ printf '%s\n%s\n' "$password" ${inputBegins}; unset password; IFS= read -r mark; exec cat; } | sudo -S -k -p '' sh -c ${behindMark.text} sluice "$1"`,
    ],
    '\n',
  );
  return sh`exec sh -c ${script.text} sluice ${command.text}`;
}

function withHead(text: string, stdin: Buffer | Readable | undefined): Buffer | Readable {
  const head = Buffer.from(text);
  if (stdin === undefined) return head;
  if (Buffer.isBuffer(stdin)) return Buffer.concat([head, stdin]);
  return Readable.from(
    (async function* () {
      yield head;
      yield* stdin;
    })(),
    { objectMode: false },
  );
}

async function payload(content: PutContent) {
  if ('file' in content) {
    const { sha256 } = content;
    const file = await open(content.file);
    const stdin = createGzip({ level: 1 });
    pipeline(file.createReadStream(), stdin).catch((error: Error) => stdin.destroy(error));
    return { stdin, sha256, compressed: true };
  }
  const stdin = content instanceof Secret ? Buffer.from(content.reveal()) : content;
  return { stdin, sha256: createHash('sha256').update(stdin).digest('hex'), compressed: false };
}

interface PutScript extends PutOptions {
  readonly path: string;
  readonly compressed: boolean;
}

/** The digest comes first on standard input: that of a password would let everyone who sees the command line try passwords. */
function putScript({ path, compressed, mode, owner }: PutScript): Command {
  const slash = path.lastIndexOf('/') + 1;
  const name = path.slice(slash);
  const template = `${path.slice(0, slash)}.${name}.sluice-XXXXXX`;
  const leftovers = `.${name.replace(/[*?[\]\\]/g, '\\$&')}.sluice-??????`;
  return joinCommands(
    [
      sh`set -eu; umask 077; IFS= read -r digest`,
      // Of an upload that was killed; one of today may be under way.
      sh`find ${path.slice(0, slash)} -maxdepth 1 -name ${leftovers} -mtime +0 -exec rm -f {} + 2>/dev/null || :`,
      sh`t=$(mktemp ${template}); trap 'rm -f "$t"' EXIT`,
      compressed ? sh`gzip -dc >"$t"` : sh`cat >"$t"`,
      sha256Function,
      sh`[ "$(sha256 <"$t")" = "$digest" ] || exit ${putChecksumDiffers}`,
      owner === undefined ? sh`:` : sh`chown ${owner} "$t"`,
      sh`chmod ${mode} "$t"`,
      sh`[ ! -d ${path} ] || [ -L ${path} ] || { echo "it is a directory" >&2; exit 1; }`,
      // Else a power cut may leave the new name with nothing in it (XFS). The sync of Amazon Linux 2 takes no file: it would wait for all of them, Lustre's too.
      sh`dd if=/dev/null of="$t" conv=notrunc,fsync 2>/dev/null || sync "$t"`,
      sh`mv -f "$t" ${path}`,
      sh`trap - EXIT`,
    ],
    '\n',
  );
}
