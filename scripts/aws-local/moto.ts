/** moto's server as a child process: everything of AWS that sluice uses, except FSx. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** moto leaves AWS's managed policies out unless told otherwise. */
export const motoEnvironment = { MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' } as const;

/** Arguments behind the program: loopback only, any free port. */
export const motoArguments = ['-H', '127.0.0.1', '-p', '0'] as const;

/** Its endpoint, from what it prints once it listens. */
export function motoEndpoint(output: string): string | undefined {
  return /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
}

export interface Moto {
  readonly endpoint: string;
  /** Resolves when the process ends, with how it did and the end of what it printed. */
  readonly ended: Promise<string>;
  /** May be called twice. */
  stop(): Promise<void>;
}

/** Ways to start it, in order of preference. */
export const motoCommands: readonly (readonly [string, ...string[]])[] = [
  ['moto_server'],
  ['python3', '-m', 'moto.server'],
];

/**
 * Resolves once moto listens.
 * @throws Error with its output where it ends before.
 */
export async function startMoto(
  [program, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Moto> {
  const child = spawn(program, [...args, ...motoArguments], {
    env: { ...env, ...motoEnvironment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = once(child, 'close').then(([code, signal]) => `${program} ended (${code ?? signal}):\n${output}`);
  const endpoint = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output = (output + chunk).slice(-4000);
        const found = motoEndpoint(output);
        if (found !== undefined) resolve(found);
      });
    ended.then((how) => reject(new Error(how)), reject);
  });
  return { endpoint, ended, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
