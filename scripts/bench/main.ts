/**
 * `npm run bench`: sluice beside the tools that speak SFTP, and beside those that need a shell on the server.
 *
 *     write the trees; start sshd and a delay proxy for each distance
 *     for each tree, for each distance, for each round: every contender in turn, into an empty folder, measured, then compared
 *     print medians and ratios; write JSON and, where asked, a chart
 *
 * In turn and not one after the other: what else the machine does meets all alike. Ctrl-C ends the tool under way and whatever it started,
 * the server and the proxy, and leaves no folder but the trees.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { interrupted, SluiceError } from '../../provision/core/errors';
import { allGuarantees, type Guarantees } from '../../provision/pull/guarantees';
import { runtimeBuilds } from '../../provision/roles/runtime-builds';
import { hostBundle } from '../host-bundle';
import { stopSignal } from '../stop-signal';
import { watchOutput } from '../watch-output';
import { chart } from './chart';
import { type Contender, contenders, isInstalled, type Setting, versionsOf } from './contenders';
import { startDelayProxy } from './delay-proxy';
import { type Limits, measure } from './measure';
import { commandList, resultTable, type Sample, summarize } from './results';
import { type BenchServer, startServer } from './sshd';
import { type BenchTree, writeTrees } from './trees';
import { checkPlaces, usage } from './usage';
import { verifyTree } from './verify';

const help = `npm run bench -- [options]
  --quick              under two minutes: four trees a tenth of their size, one round, 50 ms, each tool stopped at twice sluice's time
  --rounds <n>         rounds of each (default 3)
  --distances <list>   round-trip times in ms (default 0,50,100)
  --trees <list>       of small,medium,mixed,large,listing,million (default: all but the last, a listing of 1,000,000 entries;
                       --quick: not medium either, whose like is in mixed)
  --contenders <list>  those whose name contains one of these
  --limit <s>          a tool that takes longer is stopped (default 180)
  --without <list>     one more sluice, without some of hash,verify,fsync,secondStat
  --node <program>     the Node.js that runs sluice (default: this one; hosts get ${runtimeBuilds[0]?.version})
  --directory <folder> where trees arrive (default: /dev/shm where it is, so that storage is not what is measured)
  --json <file>        write all samples
  --chart <file>       write an SVG
`;

interface Plan {
  readonly trees: readonly BenchTree[];
  readonly distances: readonly number[];
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  readonly isQuick: boolean;
  readonly limitMs: number;
  readonly directory: string;
}

async function main(): Promise<void> {
  const values = readOptions();
  if (values.help) return print(help);
  const { quick } = values;
  const wanted = values.contenders?.split(',');
  const all = contenders(guarantees(list(values.without)), values.node).filter(
    ({ name }) =>
      wanted === undefined ||
      wanted.some((part) => (part.startsWith('=') ? name === part.slice(1) : name.includes(part))),
  );
  if (all.length === 0) {
    throw usage(
      `--contenders: none has "${values.contenders}" in its name`,
      'Their names are in docs/benchmarks.md; parts of names do, with commas between them.',
    );
  }
  const present = all.filter(isInstalled);
  const treeNames = values.trees === undefined ? undefined : list(values.trees);
  const { directory = memoryFolder(), json, chart: chartFile } = values;
  checkPlaces({ directory, json, chart: chartFile });
  const plan: Plan = {
    trees: writeTrees(join(tmpdir(), 'sluice-bench-trees'), quick, treeNames),
    distances: list(values.distances ?? (quick ? '0,50' : '0,50,100')).map((text) => count('--distances', text, 0)),
    contenders: quick ? present.filter(({ name }) => wanted !== undefined || quickNames.test(name)) : present,
    isQuick: quick,
    limitMs: count('--limit', values.limit, 1) * 1000,
    rounds: count('--rounds', values.rounds ?? (quick ? '1' : '3'), 1),
    directory,
  };
  const missing = all.filter((contender) => !present.includes(contender));
  for (const { name, program } of missing) print(`left out: ${name} (no ${program} here)\n`);
  const stop = stopSignal(process, () => performance.now());
  const samples = await runAll(plan, stop);
  const results = summarize(samples);
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB; ${versionsOf(['ssh', 'lftp', 'rclone', 'rsync']).join('; ')}; ${nodeVersion(values.node)}; ${new Date().toISOString().slice(0, 10)}`;
  print(`\n${resultTable(results)}\nThe others' commands:\n\n${commandList(samples)}\n\n${machine}\n`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine, results, samples }, null, 1)}\n`);
  if (chartFile !== undefined) writeFileSync(chartFile, chart(results, machine));
}

/** Of the one that runs sluice. */
function nodeVersion(node: string): string {
  return `Node.js ${versionsOf([node])[0] ?? 'unknown'}`;
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        distances: { type: 'string' },
        trees: { type: 'string' },
        contenders: { type: 'string' },
        limit: { type: 'string', default: '180' },
        without: { type: 'string', default: '' },
        node: { type: 'string', default: process.execPath },
        directory: { type: 'string' },
        json: { type: 'string' },
        chart: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (cause) {
    const [what = 'an option cannot be read'] = (cause as Error).message.split('. ');
    throw usage(what, 'npm run bench -- --help lists the options.', cause);
  }
}

function count(option: string, text: string, least: number): number {
  if (/^\d+$/.test(text) && Number(text) >= least) return Number(text);
  throw usage(`${option}: "${text}" is no whole number of ${least} or more`, 'Give digits alone.');
}

function guarantees(names: readonly string[]): (keyof Guarantees)[] {
  for (const name of names)
    if (!(name in allGuarantees))
      throw usage(`--without: no guarantee is named "${name}"`, `There are ${Object.keys(allGuarantees).join(', ')}.`);
  return names as (keyof Guarantees)[];
}

/** What the quick form compares with: one of each sort. OpenSSH's own goes file by file, which takes minutes far away. */
const quickNames = /^(sluice.*|OpenSSH sftp tuned|lftp tuned|rclone tuned|rsync.*)$/;
const nearOnly = /^OpenSSH/;

async function runAll(plan: Plan, signal: AbortSignal): Promise<Sample[]> {
  const made: string[] = [];
  const makeFolder = (parent: string): string => {
    const folder = mkdtempSync(join(parent, 'sluice-bench-'));
    made.push(folder);
    return folder;
  };
  let server: BenchServer | undefined;
  const samples: Sample[] = [];
  try {
    const [scratch, landing] = [makeFolder(tmpdir()), makeFolder(plan.directory)];
    server = await startServer(scratch);
    const bench = { server, scratch, folder: join(landing, 'out'), bundle: await bundleOurs(scratch), signal };
    for (const distance of plan.distances) samples.push(...(await runAt(distance, plan, bench)));
    return samples;
  } catch (error) {
    throw signal.aborted ? interrupted() : error;
  } finally {
    server?.close();
    for (const folder of made) rmSync(folder, { recursive: true, force: true });
  }
}

interface Bench extends Pick<Setting, 'server' | 'folder' | 'bundle'> {
  readonly scratch: string;
  readonly signal: AbortSignal;
}

async function runAt(distance: number, plan: Plan, { scratch, signal, ...bench }: Bench): Promise<Sample[]> {
  const { server } = bench;
  const samples: Sample[] = [];
  const proxy = distance === 0 ? undefined : await startDelayProxy(server, distance);
  try {
    const port = proxy?.port ?? server.port;
    const files = sshFiles(scratch, server, port);
    for (const tree of plan.trees) {
      for (let round = 1; round <= plan.rounds; round += 1) {
        for (const contender of plan.contenders) {
          if (plan.isQuick && distance > 0 && nearOnly.test(contender.name)) continue;
          const enoughMs = plan.isQuick ? quickTimeoutMs(contender, samples, tree) : Number.POSITIVE_INFINITY;
          const timeoutMs = Math.min(plan.limitMs, enoughMs);
          const setting = { ...bench, ...files, port, tree, timeoutMs, signal };
          const sample = await runOne(contender, setting, distance);
          if (sample !== undefined) samples.push(sample);
        }
      }
    }
    return samples;
  } finally {
    proxy?.close();
  }
}

/** To be half as fast as sluice as peers do, or slower, is all that the quick form finds out of a tool. */
function quickTimeoutMs({ kind }: Contender, samples: readonly Sample[], tree: BenchTree): number {
  const [longestQuickMs, leastMs] = [15_000, 3000];
  const own = samples.filter((sample) => sample.kind === 'sluice' && sample.tree === tree.name);
  const fastest = Math.min(...own.map(({ wallSeconds }) => wallSeconds)) * 1000;
  return kind === 'sluice' ? longestQuickMs : Math.min(longestQuickMs, Math.max(leastMs, 2 * fastest));
}

async function runOne(contender: Contender, setting: Setting & Limits, distance: number): Promise<Sample | undefined> {
  const command = contender.command(setting);
  if (command === undefined) return undefined;
  for (const suffix of ['', '.staging', '.state'])
    rmSync(`${setting.folder}${suffix}`, { recursive: true, force: true });
  mkdirSync(setting.folder);
  const measured = await measure(command, setting);
  if (setting.signal.aborted) throw interrupted();
  const { name, kind } = contender;
  const { tree } = setting;
  const problem = problemOf(measured, setting);
  const sample: Sample = {
    contender: name,
    kind,
    tree: tree.name,
    title: tree.title,
    sizeBytes: tree.sizeBytes,
    distance,
    command: command.join(' '),
    ...measured,
    ...problem,
  };
  print(
    `${distance} ms  ${tree.title.padEnd(24)} ${name.padEnd(30)} ${measured.wallSeconds.toFixed(2).padStart(8)} s  cpu ${measured.cpuSeconds.toFixed(2)} s  ${measured.peakMiB?.toFixed(0) ?? '?'} MiB${sample.wrong === undefined ? '' : `  ${sample.exitCode === null ? 'STOPPED' : 'FAILED'}: ${sample.wrong}`}\n`,
  );
  return sample;
}

function problemOf({ exitCode, output }: { exitCode: number | null; output: string }, { tree, folder }: Setting) {
  if (exitCode === null) return { wrong: 'not done by its time limit' };
  if (exitCode !== 0) return { wrong: `exit ${exitCode}: ${output.slice(-300)}` };
  return tree.isListing ? { wrong: undefined } : verifyTree(tree.path, folder);
}

async function bundleOurs(folder: string): Promise<string> {
  const outfile = join(folder, 'ours.js');
  await build({ ...hostBundle, entryPoints: [join(__dirname, 'ours.ts')], outfile });
  return outfile;
}

function sshFiles(folder: string, server: BenchServer, port: number) {
  const knownHosts = join(folder, `known_hosts-${port}`);
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${server.hostPublicKey}\n`);
  const sshConfig = join(folder, `ssh_config-${port}`);
  writeFileSync(
    sshConfig,
    `Host bench\n  HostName 127.0.0.1\n  Port ${port}\n  User ${server.username}\n  IdentityFile ${server.identityFile}\n  IdentitiesOnly yes\n  UserKnownHostsFile ${knownHosts}\n  StrictHostKeyChecking yes\n`,
  );
  return { knownHosts, sshConfig };
}

function memoryFolder(): string {
  try {
    return readFileSync('/proc/mounts', 'utf8').includes(' /dev/shm tmpfs ') ? '/dev/shm' : tmpdir();
  } catch {
    return tmpdir();
  }
}

function list(text: string): string[] {
  return text.split(',').filter((part) => part !== '');
}

function print(text: string): void {
  process.stdout.write(text);
}

watchOutput(process);
main().catch((error: unknown) => {
  if (error instanceof SluiceError)
    process.stderr.write(`error: ${error.message}\n${error.hint === undefined ? '' : `  fix: ${error.hint}\n`}`);
  else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = error instanceof SluiceError ? error.exitCode : 1;
});
