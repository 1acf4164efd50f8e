/** Before the first listing: the connections to the source, and what has to be right at both ends. */
import * as fs from 'node:fs';
import { relative, sep } from 'node:path';
import { performance } from 'node:perf_hooks';
import { SluiceError } from '../core/errors';
import type { PullJob } from './job/job';
import { resolveAuthentication } from './login/credentials';
import { RotatingLogin } from './login/rotating-login';
import { interrupted } from './record/outcomes';
import type { RunOptions } from './run-options';
import { connectSession } from './sftp/connect';
import { SftpStatusError } from './sftp/errors';
import { Pace } from './sftp/pace';
import type { PoolChange } from './sftp/pool-options';
import { SessionPool } from './sftp/session-pool';
import { mayBeDirectory } from './source/classify';

const defaultRequestTimeoutMs = 60_000;

export interface LaunchOptions extends Pick<RunOptions, 'env' | 'signal' | 'requestTimeoutMs'> {
  readonly onChange?: (change: PoolChange) => void;
}

export async function openPool(job: PullJob, options: LaunchOptions): Promise<SessionPool> {
  const { signal } = options;
  const { access, connections, legacyAlgorithms, timeOffsetSeconds } = job.source;
  const now = () => performance.now();
  const wait = (durationMs: number) => sleep(durationMs, signal);
  const { bytesPerSecond } = job.options;
  const login = await RotatingLogin.open(() => resolveAuthentication(job.source.credentials, options.env));
  const sessionOptions = {
    requestTimeoutMs: options.requestTimeoutMs ?? defaultRequestTimeoutMs,
    now,
    pace: bytesPerSecond === -1 ? undefined : new Pace(bytesPerSecond, { now, sleep: wait }),
    timeOffsetSeconds,
    legacyAlgorithms,
  };
  const pool = new SessionPool({
    connect: (signal, options) =>
      login.use((authentication) =>
        connectSession(job.source, authentication, { ...sessionOptions, ...options, signal }),
      ),
    maxConnections: access === 'PARALLEL' ? connections : 1,
    oneAtATime: access !== 'PARALLEL',
    sleep: wait,
    now,
    onChange: options.onChange,
  });
  if (signal.aborted) throw interrupted();
  const stop = () => pool.close();
  signal.addEventListener('abort', stop);
  try {
    await pool.start();
    return pool;
  } catch (error) {
    throw signal.aborted ? interrupted() : error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

export async function checkSourceRoot(pool: SessionPool, path: string): Promise<void> {
  const attrs = await pool
    .use((session) => session.stat(path), { isBrief: true })
    .catch((error: unknown) => {
      if (!(error instanceof SftpStatusError)) throw error;
      throw new SluiceError(`the source path ${path} cannot be opened: ${error.message}`, {
        code: 'SOURCE_PATH_MISSING',
        kind: 'config',
        hint: 'Give a directory that this user can see on the server; paths start at the root the server shows.',
        cause: error,
      });
    });
  if (mayBeDirectory(attrs)) return;
  throw new SluiceError(`the source path ${path} is not a directory`, {
    code: 'SOURCE_PATH_NOT_A_DIRECTORY',
    kind: 'config',
    hint: 'Give the directory it lies in, and an include for the one file.',
  });
}

export function checkSameFileSystem({ path, stagingPath }: PullJob['destination']): void {
  if (fs.statSync(path).dev === fs.statSync(stagingPath).dev) return;
  throw new SluiceError(`the staging folder ${stagingPath} lies on another file system than ${path}`, {
    code: 'STAGING_ELSEWHERE',
    kind: 'config',
    hint: 'Put it on the same one: finished files are moved into place by a rename.',
  });
}

/** Where the staging folder lies in the destination's root, no entry of the source may have its name. */
export function reservedNames({ path, stagingPath }: PullJob['destination']): readonly string[] {
  const below = relative(path, stagingPath);
  return below === '' || below.startsWith('..') ? [] : [below.split(sep)[0] ?? below];
}

function sleep(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(interrupted());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, durationMs);
    signal.addEventListener('abort', stop, { once: true });
  });
}
