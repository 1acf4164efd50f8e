/**
 * Runs a command and measures it from outside: wall time, CPU time (user + system) and peak memory of the command and everything it
 * started. The shell's `times` counts what was waited for, exactly; /proc, looked at every 50 ms where there is one, sees also what was
 * not waited for, and memory. Of the two CPU times the larger is true.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Measurement {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  /** Undefined without /proc. */
  readonly peakMiB: number | undefined;
  readonly exitCode: number | null;
  /** The end of what it printed. */
  readonly output: string;
}

const sampleMs = 50;
/** USER_HZ: what /proc counts CPU time in, 100 on every Linux architecture that Node.js runs on. */
const ticksPerSecond = 100;
const pageBytes = 4096;
const timesMark = '--times--';

export interface Limits {
  readonly timeoutMs: number;
  /** Ends the command as the time limit does. */
  readonly signal: AbortSignal;
}

/** Whatever ends the command ends what it started too. */
export function measure(command: readonly string[], { timeoutMs, signal }: Limits): Promise<Measurement> {
  const script = `"$@"; code=$?; echo ${timesMark} >&2; times >&2; exit $code`;
  const started = process.hrtime.bigint();
  const child = spawn('sh', ['-c', script, 'sh', ...command], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const cpuTicks = new Map<number, number>();
  let peakBytes = 0;
  const sampler = setInterval(() => {
    const tree = processTree(child.pid ?? 0);
    for (const { pid, ticks } of tree) cpuTicks.set(pid, ticks);
    peakBytes = Math.max(
      peakBytes,
      tree.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
    );
  }, sampleMs);
  const end = () => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  const limit = setTimeout(end, timeoutMs);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  let output = '';
  const keep = (chunk: Buffer) => {
    output = `${output}${chunk}`.slice(-4096);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => {
      const wallSeconds = Number(process.hrtime.bigint() - started) / 1e9;
      clearInterval(sampler);
      clearTimeout(limit);
      signal.removeEventListener('abort', end);
      const sampled = [...cpuTicks.values()].reduce((sum, ticks) => sum + ticks, 0) / ticksPerSecond;
      const [text = '', times = ''] = output.split(timesMark);
      resolve({
        wallSeconds,
        cpuSeconds: Math.max(sampled, childSeconds(times)),
        peakMiB: peakBytes === 0 ? undefined : peakBytes / 1024 / 1024,
        exitCode,
        output: text.trim(),
      });
    });
  });
}

/** The second line of `times`: user and system time of the children, `0m1.250s 0m0.310s`. */
function childSeconds(times: string): number {
  const line = times.trim().split('\n')[1] ?? '';
  return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, min, sec]) => sum + Number(min) * 60 + Number(sec), 0);
}

interface ProcessSample {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
  readonly residentBytes: number;
}

function processTree(root: number): ProcessSample[] {
  const all = processes();
  const found = new Set([root]);
  // Children have higher numbers than their parents but where numbers wrapped around; a second pass finds those.
  for (let pass = 0; pass < 2; pass += 1) for (const { pid, parent } of all) if (found.has(parent)) found.add(pid);
  return all.filter(({ pid }) => found.has(pid));
}

function processes(): ProcessSample[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => sample(Number(name)));
  } catch {
    return [];
  }
}

/** proc(5), /proc/pid/stat: fields 4 (ppid), 14 and 15 (utime, stime), 24 (rss); the name before them may hold blanks. */
function sample(pid: number): ProcessSample[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const field = (number: number) => Number(fields[number - 3]);
    return [{ pid, parent: field(4), ticks: field(14) + field(15), residentBytes: field(24) * pageBytes }];
  } catch {
    // It ended meanwhile.
    return [];
  }
}
