/**
 * Servers for tests that never outlive the test process, however it ends: a shell beside the server reads from a
 * pipe held open by this process (the lease), and kills the server when the pipe closes. Works wherever there is
 * `sh`, unlike PR_SET_PDEATHSIG.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../scripts/listen-on-loopback';

export interface LeasedProcess {
  /** Process id of the server itself. */
  readonly pid: number;
  isRunning(): boolean;
  /** Everything it printed so far, stdout and stderr. */
  output(): string;
  /** Resolves once `pattern` has been printed; rejects with the output when the process ends, or two minutes pass, before. */
  printed(pattern: RegExp): Promise<void>;
  /** Kills the server and everything it started (sessions of sshd run in sessions of their own). May run twice. */
  stop(): Promise<void>;
}

const keeper = `
exec 3<&0
afterwards=$1
shift
"$@" 3<&- </dev/null &
server=$!
echo "leased $server"
# A shell that reports what it killed to a closed pipe would be killed itself.
exec >/dev/null 2>&1
{ read -r _ <&3; kill -KILL "$server"; } &
watcher=$!
wait "$server"
status=$?
kill "$watcher" 2>/dev/null
eval "$afterwards"
exit "$status"
`;

export interface LeaseOptions {
  /** Shell commands run once the server has ended, also when this process is gone. */
  readonly afterwards?: string;
}

export async function startLeased(
  command: string,
  args: readonly string[],
  { afterwards = '' }: LeaseOptions = {},
): Promise<LeasedProcess> {
  // In a session of its own: an interrupt from the keyboard ends the test process, and by that the server.
  const child = spawn('sh', ['-c', keeper, 'lease', afterwards, command, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const text = collect(child);
  const printed = (pattern: RegExp) => waitForOutput(child, text, pattern);
  // A server that a failed test forgot ends with the test process; it must not keep that process alive.
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) (stream as unknown as Socket).unref();
  // `stop` after a crash of the server: the shell that reads the lease is gone.
  child.stdin.on('error', () => {});
  await printed(/^leased \d+$/m);
  const pid = Number(/^leased (\d+)$/m.exec(text.value)?.[1]);
  return {
    pid,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    output: () => text.value.replace(/^leased \d+\n/m, ''),
    printed,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      // Stopped, it starts no new session between the listing and its end.
      killIfThere(pid, 'SIGSTOP');
      for (const descendant of descendantsOf(pid)) killIfThere(descendant);
      child.stdin.end();
      await ended;
    },
  };
}

function collect(child: ChildProcess): { value: string } {
  const text = { value: '' };
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text.value += chunk;
      child.emit('printed');
    });
  return text;
}

function waitForOutput(child: ChildProcess, text: { readonly value: string }, pattern: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      clearTimeout(deadline);
      child.off('printed', look);
      child.off('close', ended);
      child.off('error', reject);
      finish();
    };
    const look = () => {
      if (pattern.test(text.value)) settle(resolve);
    };
    const fail = (what: string) => settle(() => reject(new Error(`${what} ${pattern}:\n${text.value}`)));
    const ended = () => fail('ended before printing');
    const deadline = setTimeout(() => fail('within 2 minutes did not print'), 120_000);
    child.on('printed', look);
    child.on('close', ended);
    child.on('error', reject);
    if (child.exitCode !== null && !pattern.test(text.value)) ended();
    else look();
  });
}

/** Children, grandchildren and so on of a process, without the process itself. */
export function descendantsOf(pid: number): readonly number[] {
  const listing = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).stdout ?? '';
  const children = new Map<number, number[]>();
  for (const line of listing.trim().split('\n')) {
    const [child = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const found: number[] = [];
  for (let queue = [pid]; queue.length > 0; ) {
    queue = queue.flatMap((parent) => children.get(parent) ?? []);
    found.push(...queue);
  }
  return found;
}

export function killIfThere(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

export interface ListenOptions {
  /** Default: any free port, another one when somebody was quicker. */
  readonly port: number | undefined;
  readonly start: (port: number) => Promise<LeasedProcess>;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** What the server prints when it listens, or soon will. */
  readonly ready: RegExp;
}

/** Starts a server which cannot choose a free port by itself. */
export async function startListening(
  options: ListenOptions,
): Promise<{ readonly port: number; readonly server: LeasedProcess }> {
  const { host = '127.0.0.1' } = options;
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort(host));
    const server = await options.start(port);
    try {
      await server.printed(options.ready);
      await acceptsConnections(server, { host, port });
      return { port, server };
    } catch (error) {
      await server.stop();
      const taken = /address already in use/i.test(server.output());
      if (!taken || options.port !== undefined || attempt === 5) throw error;
    }
  }
}

async function acceptsConnections(
  server: LeasedProcess,
  endpoint: { readonly host: string; readonly port: number },
): Promise<void> {
  for (;;) {
    const socket = connect(endpoint);
    const accepted = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (accepted) return;
    if (!server.isRunning()) throw new Error(`ended before it listened on port ${endpoint.port}:\n${server.output()}`);
    await delay(10);
  }
}
