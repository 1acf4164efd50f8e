/**
 * Terraform (or OpenTofu, by TERRAFORM_BINARY_NAME) as a child process in a stack's folder.
 *
 * It runs in a process group of its own, so that a Ctrl-C at the terminal reaches it once, passed on from here: a
 * second SIGINT would make it abandon the request in flight and its state. It writes to the very file descriptors of
 * this process where it can, so that it survives us and saves its state even when we are ended before it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { SluiceError } from '../../provision/core/errors';
import type { CliContext } from '../context';

export interface Terraform {
  /** `terraform` or `tofu`, for messages. */
  readonly binary: string;
  /** Runs with both outputs on stderr; resolves with the exit code. */
  stream(args: readonly string[]): Promise<number>;
  /** Runs and resolves with stdout. @throws SluiceError TERRAFORM_FAILED with what it said on stderr. */
  capture(args: readonly string[]): Promise<string>;
}

type TerraformContext = Pick<CliContext, 'env' | 'signal' | 'stderr'>;

/** @param folder Absolute. */
export function terraformIn(context: TerraformContext, folder: string): Terraform {
  const binary = context.env.TERRAFORM_BINARY_NAME || 'terraform';
  const start = (args: readonly string[], output: 'pipe' | number, errors: 'pipe' | number) => {
    if (context.signal.aborted) throw interrupted(binary);
    const env = { ...context.env, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' };
    return spawn(binary, args, { cwd: folder, env, detached: true, stdio: ['ignore', output, errors] });
  };
  return {
    binary,
    stream: async (args) => {
      const { fd } = context.stderr as { fd?: number };
      const output = fd ?? 'pipe';
      const child = start(args, output, output);
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => context.stderr.write(chunk));
      return ended(context.signal, child, binary);
    },
    capture: async (args) => {
      const child = start(args, 'pipe', 'pipe');
      const [output, errors] = [collect(child.stdout), collect(child.stderr)];
      const code = await ended(context.signal, child, binary);
      if (code === 0) return output();
      throw new SluiceError(`${binary} ${args[0]} failed: ${errors().trim()}`, { code: 'TERRAFORM_FAILED' });
    },
  };
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

function ended(signal: AbortSignal, child: ChildProcess, binary: string): Promise<number> {
  const passOn = () => child.kill('SIGINT');
  signal.addEventListener('abort', passOn, { once: true });
  return new Promise<number>((resolve, reject) => {
    child.on('error', (cause) => reject(notStarted(binary, cause)));
    child.on('close', (code) => {
      if (signal.aborted) reject(interrupted(binary));
      else resolve(code ?? 1);
    });
  }).finally(() => signal.removeEventListener('abort', passOn));
}

function interrupted(binary: string): SluiceError {
  return new SluiceError(`interrupted; ${binary} was asked to stop and has saved its state`, {
    code: 'INTERRUPTED',
    kind: 'interrupted',
  });
}

function notStarted(binary: string, cause: Error): SluiceError {
  const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
  return new SluiceError(missing ? `${binary} is not on PATH` : `cannot run ${binary}: ${cause.message}`, {
    code: 'TERRAFORM_MISSING',
    kind: 'config',
    hint: 'install Terraform 1.11 or later, or set TERRAFORM_BINARY_NAME=tofu for OpenTofu',
    cause,
  });
}
