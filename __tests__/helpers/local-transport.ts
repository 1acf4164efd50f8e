/** This machine as a host, without SSH. */
import { spawn } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { constants } from 'node:os';
import { Readable } from 'node:stream';
import type { ExecOptions, ExecResult } from '../../provision/connection/connection';
import { execInterrupted, execTimedOut, watchdog } from '../../provision/connection/exec-limits';
import type { Transport } from '../../provision/connection/shell-connection';
import { SluiceError } from '../../provision/core/errors';

export function localTransport(): Transport {
  const running = new AbortController();
  // Every running command listens for the end.
  setMaxListeners(0, running.signal);
  return {
    host: 'localhost',
    run: (commandLine, options) => runLocally(commandLine, options, running.signal),
    close: async () => running.abort(),
  };
}

function runLocally(commandLine: string, options: ExecOptions, closed: AbortSignal): Promise<ExecResult> {
  return new Promise((resolve, reject) => {
    if (closed.aborted) return reject(lost());
    const child = spawn('sh', ['-c', commandLine], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const giveUp = (error: Error) => {
      release();
      if (child.pid !== undefined) killGroup(child.pid);
      reject(error);
    };
    const onClosed = () => giveUp(lost());
    closed.addEventListener('abort', onClosed, { once: true });
    const stopWatching = watchdog(options, {
      onTimeout: (timeoutMs) => giveUp(execTimedOut('localhost', timeoutMs)),
      onAbort: () => giveUp(execInterrupted('localhost')),
    });
    const release = () => {
      stopWatching();
      closed.removeEventListener('abort', onClosed);
    };
    if (options.stdout === undefined) child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    else child.stdout.pipe(options.stdout);
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', giveUp);
    child.on('close', (code, signal) => {
      release();
      const exitCode = code ?? 128 + constants.signals[signal ?? 'SIGKILL'];
      resolve({ exitCode, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() });
    });
    // A command that does not read its input closes the pipe: not a failure of ours.
    child.stdin.on('error', () => {});
    const source = options.stdin ?? Buffer.alloc(0);
    if (source instanceof Readable) source.on('error', giveUp).pipe(child.stdin);
    else child.stdin.end(source);
  });
}

/** The whole process group, because the shell's children hold the pipes open. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}

function lost(): SluiceError {
  return new SluiceError('localhost: the connection is closed', { code: 'CONNECTION_LOST', kind: 'unreachable' });
}
