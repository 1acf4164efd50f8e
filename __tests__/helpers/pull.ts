/** Runs the pull engine in this process, against any server, and keeps what it told. */
import { join } from 'node:path';
import type { PullJob } from '../../provision/pull/job/job';
import { defaultSettings, defaultSourceSettings, type SourceSettings } from '../../provision/pull/job/settings';
import type { PullEvent } from '../../provision/pull/record/events';
import type { Outcome } from '../../provision/pull/record/outcomes';
import type { PullReport } from '../../provision/pull/record/report';
import { runPull } from '../../provision/pull/run';
import type { RunOptions } from '../../provision/pull/run-options';

/** A server to pull from, whichever it is. */
export interface PullSource {
  readonly port: number;
  readonly username: string;
  readonly hostKeyFingerprint: string;
  readonly identityFile?: string;
  readonly password?: string;
}

export interface JobOverrides {
  readonly connections?: number;
  readonly source?: Partial<SourceSettings & Pick<PullJob['source'], 'path'>>;
  readonly options?: Partial<PullJob['options']>;
  readonly destination?: Partial<PullJob['destination']>;
  readonly hostKeys?: readonly string[];
}

/** A job that lands in `folder`/out, with staging and state beside it. */
export function pullJob(source: PullSource, path: string, folder: string, overrides: JobOverrides = {}): PullJob {
  return {
    version: 1,
    source: {
      host: '127.0.0.1',
      port: source.port,
      username: source.username,
      hostKeys: overrides.hostKeys ?? [source.hostKeyFingerprint],
      credentials: {
        ...(source.identityFile === undefined ? {} : { privateKey: { file: source.identityFile } }),
        ...(source.password === undefined ? {} : { password: { environment: 'TEST_PASSWORD' } }),
      },
      path,
      connections: overrides.connections ?? 2,
      ...defaultSourceSettings,
      ...overrides.source,
    },
    destination: {
      path: join(folder, 'out'),
      stagingPath: join(folder, 'staging'),
      mount: null,
      ...overrides.destination,
    },
    options: { ...defaultSettings, ...overrides.options },
    stateDirectory: join(folder, 'state'),
  };
}

export interface Pulled {
  readonly report: PullReport;
  readonly events: readonly PullEvent[];
  /** Outcomes of one kind, by path. */
  paths(kind: Outcome['kind']): string[];
}

export interface PullRunOptions {
  readonly signal?: AbortSignal;
  readonly password?: string;
  readonly requestTimeoutMs?: number;
  readonly clock?: { now(): number };
  readonly begunAtMs?: number;
  readonly onEvent?: (event: PullEvent) => void;
  readonly decorateDisk?: RunOptions['decorateDisk'];
}

export async function pull(job: PullJob, options: PullRunOptions = {}): Promise<Pulled> {
  const events: PullEvent[] = [];
  const report = await runPull(job, {
    reporter: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
    signal: options.signal ?? new AbortController().signal,
    env: { TEST_PASSWORD: options.password },
    clock: options.clock ?? Date,
    ...(options.begunAtMs === undefined ? {} : { begunAtMs: options.begunAtMs }),
    ...(options.decorateDisk === undefined ? {} : { decorateDisk: options.decorateDisk }),
    ...(options.requestTimeoutMs === undefined ? {} : { requestTimeoutMs: options.requestTimeoutMs }),
  });
  return {
    report,
    events,
    paths: (kind) =>
      events
        .flatMap((event) => (event.type === 'entry' && event.outcome.kind === kind ? [event.outcome.path] : []))
        .sort(),
  };
}
