/**
 * `npm run bench:provision`: a rerun on a converged host, 30 ms of round trip away: `sluice provision` beside `ansible-playbook` doing the
 * same tasks. Both are whole processes, from start to exit, against one booted host through one delaying proxy; both must say changed=0.
 * Nothing is installed: without ansible-playbook (Debian: ansible-core) there is sluice's figure alone. Exit code 1 where the target is missed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startDelayProxy } from '../../../scripts/bench/delay-proxy';
import { type BootedHost, bootedHostNeeds, startBootedHost } from '../../helpers/booted-host';
import { testFileSystem } from '../../helpers/host-plays';
import { findProgram } from '../../helpers/needs';
import { writeOperatorFolder } from '../../helpers/operator';
import { agentBuilt, runtimes, runtimesEnvironment, runtimesNeed } from '../../helpers/runtimes';
import { writePlaybook } from './ansible';

const roundTripMs = 30;
const repetitions = 3;
const target = 0.1;
const nodeVersion = '24.21.0';
const root = join(__dirname, '../../..');

const print = (text: string) => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const needs = [...bootedHostNeeds, agentBuilt, runtimesNeed([nodeVersion])];
  const unmet = needs.filter(({ met }) => !met).map(({ what }) => what);
  if (unmet.length > 0) throw new Error(`a host to provision needs ${unmet.join(', ')}`);
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const host = await startBootedHost({ os: 'amazon-linux-2023', fileSystems: [testFileSystem] });
  const proxy = await startDelayProxy({ address: host.address, port: host.port }, roundTripMs);
  try {
    await compare(host, folder, proxy.port);
  } finally {
    proxy.close();
    await host.stop();
    rmSync(folder, { recursive: true });
  }
}

async function compare(host: BootedHost, folder: string, port: number): Promise<void> {
  writeOperatorFolder(folder, { key: host, hosts: [{ name: 'host-1', address: '127.0.0.1' }] });
  const pins = host.hostKeyFingerprints.flatMap((fingerprint) => ['--host-key', fingerprint]);
  const access = ['--identity', 'identity', '--outputs', 'outputs.json', '--port', String(port), ...pins];
  const sluice = () =>
    timed(folder, [process.execPath, join(root, 'dist/sluice.js'), 'provision', ...access], runtimesEnvironment);
  await sluice();

  const ansible = findProgram('ansible-playbook');
  const folderOfPlaybook = join(folder, 'ansible');
  const { file: runtime } = await runtimes('x64', nodeVersion);
  const files = { folder: folderOfPlaybook, agent: join(root, 'dist/agent.js'), runtime };
  const taskCount = await writePlaybook(host, port, files);
  const playbook = (settings: Readonly<Record<string, string>>) => {
    const env = { ...process.env, HOME: folder, ANSIBLE_NOCOLOR: '1', ...settings };
    return timed(folderOfPlaybook, [ansible ?? '', '-i', 'inventory.json', 'playbook.yml'], env);
  };
  const tuned = { ANSIBLE_PIPELINING: '1' };
  // Whatever the two see differently is settled before anything is measured.
  if (ansible !== undefined) await playbook(tuned);
  await sluice();

  const ours: Measured[] = [];
  const theirs: Measured[] = [];
  const theirsTuned: Measured[] = [];
  for (let round = 0; round < repetitions; round += 1) {
    ours.push(await sluice());
    if (ansible === undefined) continue;
    theirs.push(await playbook({}));
    theirsTuned.push(await playbook(tuned));
  }
  mustBeConverged([...ours, ...theirs, ...theirsTuned]);

  const [, tasks = '', trips = ''] = /ok=(\d+) changed=0 {2}(\d+ round trips?)/.exec(ours[0]?.output ?? '') ?? [];
  print(`a converged rerun on one host, ${roundTripMs} ms of round trip added; median of ${repetitions}`);
  print(`  sluice provision                  ${seconds(ours)}   ${tasks} tasks, ${trips}`);
  if (ansible === undefined) {
    print('  ansible-playbook is not installed (Debian: apt-get install ansible-core): nothing to compare with');
    return;
  }
  const version = /core ([\d.]+)/.exec(spawnSync(ansible, ['--version'], { encoding: 'utf8' }).stdout)?.[1];
  print(`  ansible-playbook ${version ?? ''}, as it comes  ${seconds(theirs)}   ${taskCount} tasks`);
  print(`  ansible-playbook with pipelining  ${seconds(theirsTuned)}   ${taskCount} tasks`);
  const ratio = median(ours) / median(theirs);
  print(
    `  sluice takes ${ratio.toFixed(3)} of ansible-playbook's time (target: below ${target}), ${(median(ours) / median(theirsTuned)).toFixed(3)} of it with pipelining`,
  );
  if (ratio >= target) process.exitCode = 1;
}

interface Measured {
  readonly durationMs: number;
  readonly output: string;
}

/** Not with spawnSync: the proxy is this process. */
async function timed(
  cwd: string,
  [program = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Measured> {
  const startedMs = performance.now();
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  const durationMs = performance.now() - startedMs;
  if (status !== 0) throw new Error(`${program} ended with ${status}:\n${output}${errors}`);
  return { durationMs, output };
}

function mustBeConverged(runs: readonly Measured[]): void {
  const moving = runs.find(({ output }) => !/\bchanged=0\b/.test(output));
  if (moving !== undefined) throw new Error(`this run was no rerun, it changed something:\n${moving.output}`);
}

function median(runs: readonly Measured[]): number {
  const sorted = runs.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function seconds(runs: readonly Measured[]): string {
  return `${(median(runs) / 1_000).toFixed(2).padStart(6)} s`;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
