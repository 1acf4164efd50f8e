/**
 * Terraform (or OpenTofu, by TERRAFORM_BINARY_NAME) as a child process in a stack's folder.
 *
 * It runs in a process group of its own, so that a Ctrl-C at the terminal reaches it once, passed on from here: a
 * second SIGINT would make it abandon the request in flight and its state. What takes long writes to a file, which is read as it grows:
 * unlike a pipe, that survives us, so that Terraform saves its state even when we are ended before it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { interrupted, SluiceError } from '../../provision/core/errors';
import type { CliContext } from '../context';
import { followLines } from './follow-lines';

export interface Terraform {
  /** `terraform` or `tofu`, for messages. */
  readonly binary: string;
  /** Runs with both outputs in a file, made anew and readable to its owner only; gives its lines as they come, and resolves with the exit code. */
  follow(args: readonly string[], output: { readonly file: string; onLine(line: string): void }): Promise<number>;
  /** Runs and resolves with stdout. @throws SluiceError TERRAFORM_FAILED with what it said on stderr. */
  capture(args: readonly string[]): Promise<string>;
}

type TerraformContext = Pick<CliContext, 'env' | 'signal'>;

/** @param folder Absolute. */
export function terraformIn(context: TerraformContext, folder: string): Terraform {
  const binary = context.env.TERRAFORM_BINARY_NAME || 'terraform';
  const start = (args: readonly string[], output: 'pipe' | number, errors: 'pipe' | number) => {
    if (context.signal.aborted) throw interrupted();
    const env = { ...context.env, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' };
    const run = () => spawn(binary, args, { cwd: folder, env, detached: true, stdio: ['ignore', output, errors] });
    return args[0] === 'plan' ? withUmask(0o077, run) : run();
  };
  return {
    binary,
    follow: async (args, { file, onLine }) => {
      const output = openSync(file, 'w', 0o600);
      try {
        const child = start(args, output, output);
        const begun = new AbortController();
        const started = { binary, command: args[0], ...(args[0] === 'apply' && { begun: begun.signal }) };
        return await followLines(file, ended(context.signal, child, started), (line) => {
          if (operationBegun.test(line)) begun.abort();
          onLine(line);
        });
      } finally {
        closeSync(output);
      }
    },
    capture: async (args) => {
      const child = start(args, 'pipe', 'pipe');
      const [output, errors] = [collect(child.stdout), collect(child.stderr)];
      const code = await ended(context.signal, child, { binary, command: args[0] });
      if (code === 0) return output();
      // It colors its errors, read by a terminal or not.
      const said = stripVTControlCharacters(errors()).trim();
      throw new SluiceError(`${binary} ${args[0]} failed: ${said}`, { code: 'TERRAFORM_FAILED' });
    },
  };
}

/**
 * A plan holds every value of the state, secrets among them: its file is its owner's alone from the first byte on. Other commands keep the
 * mask, with which they share what they download.
 */
function withUmask<Result>(mask: number, run: () => Result): Result {
  const before = process.umask(mask);
  try {
    return run();
  } finally {
    process.umask(before);
  }
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

interface Started {
  readonly binary: string;
  readonly command: string | undefined;
  /** Aborted once it is at a resource. Where absent, it is stopped at any time. */
  readonly begun?: AbortSignal;
}

/** Of its machine-readable UI. */
const operationBegun = /"type":"apply_start"/;

/** Of an apply that comes to no resource: it is stopped all the same. */
const longestStartMs = 30_000;

/**
 * Terraform takes an interrupt before the first resource, says that it stops, and applies everything (1.11): so one of an apply is held
 * back until then. It is passed on at once where this process ends, as by a second Ctrl-C.
 */
function ended(signal: AbortSignal, child: ChildProcess, { binary, command, begun }: Started): Promise<number> {
  let timer: NodeJS.Timeout | undefined;
  const done = () => {
    clearTimeout(timer);
    begun?.removeEventListener('abort', stop);
    process.off('exit', stop);
    signal.removeEventListener('abort', passOn);
  };
  const stop = () => {
    done();
    child.kill('SIGINT');
  };
  const passOn = () => {
    if (begun === undefined || begun.aborted) return stop();
    begun.addEventListener('abort', stop);
    process.once('exit', stop);
    timer = setTimeout(stop, longestStartMs);
  };
  signal.addEventListener('abort', passOn, { once: true });
  return new Promise<number>((resolve, reject) => {
    child.on('error', (cause: NodeJS.ErrnoException) => reject(notStarted(binary, cause)));
    child.on('close', (code) => {
      if (signal.aborted) reject(command === 'apply' ? interruptedApply(binary, code) : interrupted());
      else resolve(code ?? 1);
    });
  }).finally(done);
}

/** Terraform's own last words are errors: of every resource that it was at. */
function interruptedApply(binary: string, code: number | null): SluiceError {
  const isWhole = code === 0;
  return new SluiceError(
    isWhole
      ? `interrupted, when ${binary} had come to the end of the plan`
      : `interrupted: ${binary} stopped half way, and what it had built or taken down is in its state`,
    {
      code: 'INTERRUPTED',
      kind: 'interrupted',
      hint: isWhole
        ? 'npx sluice plan shows that nothing is left to do'
        : 'npx sluice plan shows what is left to do; it would replace what was being created, and says how that is kept',
    },
  );
}

/** That nothing more can be opened or started here is no fault of the program's: the fix is that of any such call. */
const lacking: readonly (string | undefined)[] = ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM'];

function notStarted(binary: string, cause: NodeJS.ErrnoException): SluiceError {
  if (lacking.includes(cause.code))
    return new SluiceError(`cannot run ${binary}: ${cause.message}`, { code: 'TERRAFORM_NOT_STARTED', cause });
  const missing = cause.code === 'ENOENT';
  return new SluiceError(missing ? `${binary} is not on PATH` : `cannot run ${binary}: ${cause.message}`, {
    code: 'TERRAFORM_MISSING',
    kind: 'config',
    hint: 'install Terraform 1.11 or later, or set TERRAFORM_BINARY_NAME=tofu for OpenTofu',
    cause,
  });
}
