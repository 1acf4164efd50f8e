/**
 * A stand-in for the EC2 host: a real SSH server on loopback whose `exec` runs a POSIX shell on this machine, as the
 * person who started it, with a home folder of its own. What needs root or EC2 is not there, and says so.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { ServerChannel } from 'ssh2';
import { type Account, listenSsh, type SshListener } from './ssh-listener';

export interface SshHostOptions extends Account {
  /** Working folder and $HOME of every command. */
  readonly home: string;
  /** $PATH of every command. */
  readonly path: string;
}

export function startSshHost(options: SshHostOptions): Promise<SshListener> {
  return listenSsh(options, (session) => {
    session.on('exec', (accept, _reject, { command }) => run(accept(), command, options));
  });
}

function run(channel: ServerChannel, command: string, { home, path }: SshHostOptions): void {
  const env = { HOME: home, PATH: path, LANG: 'C.UTF-8' };
  const child = spawn('/bin/sh', ['-c', command], { cwd: home, env, detached: true });
  const errors: Buffer[] = [];
  child.on('error', (error) => end(channel, 127, [Buffer.from(notStarted(error))]));
  // Where no more files can be open it has no pipes either.
  if (child.pid === undefined) return;
  channel.pipe(child.stdin);
  child.stdin.on('error', () => {});
  child.stdout.pipe(channel, { end: false });
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  channel.on('close', () => endGroup(child));
  child.on('close', (code) => end(channel, code ?? 255, errors));
}

/** The shell's children with it: they hold its pipes open, and the agent would pull on, for a server that is gone. */
function endGroup({ pid = 0, exitCode, signalCode }: ChildProcess): void {
  if (exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    // Already gone.
  }
}

/** As the agent tells its failures. */
function notStarted(error: Error): string {
  return `error: no shell can be started: ${error.message}\n  fix: allow more open files and processes (ulimit -n, ulimit -u)\n`;
}

/** Standard error after standard output: of two that wait for the client's window at one time, ssh2's server forgets one. */
function end(channel: ServerChannel, code: number, errors: readonly Buffer[]): void {
  channel.write('', () => {
    channel.stderr.write(Buffer.concat(errors), () => {
      channel.exit(code);
      channel.end();
    });
  });
}
