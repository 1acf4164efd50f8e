/** The agent as the host gets it: one bundled file, run as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type { PullJob } from '../../provision/pull/job/job';
import type { PullEvent } from '../../provision/pull/record/events';
import { hostBundle } from '../../scripts/host-bundle';

export interface AgentBundle {
  readonly path: string;
  remove(): void;
}

export function bundleAgent(): AgentBundle {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-agent-'));
  const path = join(folder, 'agent.js');
  buildSync({ ...hostBundle, entryPoints: [join(__dirname, '../../provision/pull/agent.ts')], outfile: path });
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface AgentRun {
  readonly child: ChildProcess;
  /** Resolves with the exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;
  output(): string;
}

export interface AgentOptions {
  readonly folder: string;
  readonly node?: string;
  /** After the job. */
  readonly args?: readonly string[];
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Runs as this user; wants root. */
  readonly uid?: number;
}

/** Starts the agent on a job, or on the text of one; the job file lies in `folder`. */
export function startAgent(bundle: AgentBundle, job: PullJob | string, options: AgentOptions): AgentRun {
  const jobFile = join(options.folder, 'job.json');
  writeFileSync(jobFile, typeof job === 'string' ? job : JSON.stringify(job));
  const args = [...(options.nodeArgs ?? []), bundle.path, 'run', '--job', jobFile, ...(options.args ?? [])];
  const child = spawn(options.node ?? process.execPath, args, {
    env: { ...process.env, ...options.env },
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const ended = new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  return { child, ended, output: () => output };
}

/** The events that the newest run of a job left. */
export function eventsOf(job: PullJob): PullEvent[] {
  const text = readFileSync(join(job.stateDirectory, 'latest', 'events.ndjson'), 'utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as PullEvent]));
}
