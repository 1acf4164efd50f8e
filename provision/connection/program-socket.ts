/**
 * A program whose standard input and output carry an SSH session: the SSM Session Manager tunnel (AWS Systems Manager user guide,
 * "Allow and control permissions for SSH connections through Session Manager"), or what a ProxyCommand says.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { isUnknownCaller, loginHint, unknownCallerCode } from '../core/aws-credentials';
import { SluiceError } from '../core/errors';

export interface SocketProgram {
  /** For messages: `the SSM tunnel`. */
  readonly what: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Port 22 of an instance, by SSM: neither a public address nor an open port is needed. */
export function ssmTunnel(
  instance: { readonly id: string; readonly region: string; readonly port: number },
  env: SocketProgram['env'],
): SocketProgram {
  return {
    what: `the SSM tunnel to ${instance.id}`,
    program: 'aws',
    args: [
      ...['ssm', 'start-session', '--target', instance.id, '--region', instance.region],
      ...['--document-name', 'AWS-StartSSHSession', '--parameters', `portNumber=${instance.port}`],
    ],
    env,
  };
}

/** Resolves once the program runs. What it says on standard error becomes the stream's error when it ends on its own. */
export function programSocket({ what, program, args, env }: SocketProgram): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    // A group of its own: an interrupt from the keyboard is ours to handle, and its children end with it.
    const child = spawn(program, [...args], { env: { ...env }, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    child.once('error', (error) => {
      reject(
        new SluiceError(`${what} cannot be opened: ${error.message}`, {
          code: 'TUNNEL_UNAVAILABLE',
          kind: 'config',
          hint: program === 'aws' ? 'install the AWS CLI and its session-manager-plugin' : `is ${program} installed?`,
          cause: error,
        }),
      );
    });
    const failed = program === 'aws' ? tunnelFailure : (message: string) => new Error(message);
    child.once('spawn', () => resolve(streamOf(child, what, failed)));
  });
}

/** A host that is waited for gets no nearer while AWS does not know who asks. */
function tunnelFailure(message: string): Error {
  return isUnknownCaller(message)
    ? new SluiceError(message, { code: unknownCallerCode, kind: 'config', hint: loginHint })
    : new Error(message);
}

const keptCharacters = 2_000;

function streamOf(child: ChildProcess, what: string, failed: (message: string) => Error): Duplex {
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new TypeError('the program has no pipes');
  let said = '';
  let isOver = false;
  stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-keptCharacters);
  });
  const stream = new Duplex({
    // A program that ends without a word ends the session: ssh2 waits for both directions.
    allowHalfOpen: false,
    read: () => void stdout.resume(),
    write: (chunk: Buffer, _encoding, done) => void stdin.write(chunk, () => done()),
    // Of a program that has ended, nobody would say that its input is at an end.
    final: (done) => {
      stdin.end();
      done();
    },
    destroy: (error, done) => {
      if (!isOver) kill(child);
      done(error);
    },
  });
  stdout.on('data', (chunk: Buffer) => {
    if (!stream.push(chunk)) stdout.pause();
  });
  // A write after the program's end: its end says more.
  stdin.on('error', () => {});
  child.once('close', (code) => {
    isOver = true;
    if (code === 0 && said.trim() === '') stream.push(null);
    else stream.destroy(failed(`${what} ended with ${code}: ${said.trim() || 'no message'}`));
  });
  return stream;
}

function kill(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  } catch {
    // Already gone.
  }
}
