/**
 * Many probes in one exec, framed so that no output can be mistaken for another's.
 *
 * Each probe runs in a subshell of its own, with empty standard input. Between the answers stands a line that nobody can guess, as in
 * MIME. Programs started are most of what a batch costs a host, so none is started for the frame, and one `timeout`, where the host has
 * it, watches all of them. Nothing is written to the host's disk.
 *
 *     <line> standard output <line> exit status, a newline, standard error <line> standard output <line> ...
 */
import { randomUUID } from 'node:crypto';
import type { ExecResult } from '../connection/connection';
import { SluiceError } from '../core/errors';
import { lastLines } from '../core/last-lines';
import { Command, joinCommands, sh } from '../core/sh';
import { type Fact, type ProbeResult, probeTimedOut } from './fact';

const limitSeconds = 30;

/** Code of a login that runs no commands, or not as they are. */
export const nothingRuns = 'LOGIN_RUNS_NOTHING';

export interface Batch {
  readonly command: Command;
  /** The script that the command reads: on its standard input, where it may be long, and is quoted by nobody. */
  readonly stdin: Buffer;
  /**
   * The answers of the first probes, in order: of all of them unless the time was up. A probe is out of time only where it had all of it
   * for itself; so after what was answered in time, the rest is to be asked again.
   * @throws SluiceError PROBE_UNANSWERED: half an answer is no answer.
   */
  answersIn(result: ExecResult): readonly ProbeResult[];
}

export function batchOf(probes: readonly Pick<Fact<unknown>, 'probe' | 'setup'>[]): Batch {
  const line = randomUUID();
  const setups = new Set(probes.flatMap(({ setup }) => setup?.text ?? []));
  const calls = probes.map(({ probe }) => sh`probe ${probe.text}`);
  const commands = [...prelude(line), ...[...setups].map((text) => new Command(text)), sh`line`, ...calls, sh`exit 0`];
  const script = joinCommands(commands, '\n');
  return {
    command: sh`if command -v timeout >/dev/null; then exec timeout -k 2 ${limitSeconds} sh; fi; exec sh`,
    stdin: Buffer.from(`${script.text}\n`),
    answersIn: (result) => answersIn(result, { line, count: probes.length }),
  };
}

/** Where the login's own files read standard input, they get the first line: without that one no answer has a frame, and none is believed. */
function prelude(line: string): readonly Command[] {
  return [
    sh`line() { printf '\\n%s\\n' ${line}; }`,
    sh`exec 3>&1`,
    sh`probe() {
  errors=$(eval "$1" </dev/null 2>&1 >&3 3>&-); status=$?
  line; printf '%d\\n%s' "$status" "$errors"; line
}`,
  ];
}

function answersIn(
  { stdout, stderr, exitCode }: ExecResult,
  { line, count }: { readonly line: string; readonly count: number },
) {
  // Before the first line is what a login shell prints, behind the last one nothing.
  const [, ...parts] = stdout.toString('latin1').split(`\n${line}\n`);
  const answered = Math.max(0, Math.floor((parts.length - 1) / 2));
  const isOutOfTime = exitCode === probeTimedOut;
  if (answered < count && !isOutOfTime) {
    // Once it has begun, standard output is answers.
    const hasBegun = parts.length > 0;
    const said = lastLines(hasBegun ? stderr : `${stdout.toString('utf8')}\n${stderr}`);
    const why = `it ended with ${exitCode}${said === '' ? '' : ` and says: ${said}`}`;
    throw new SluiceError(`the host answered ${answered} of ${count} probes; ${why}`, {
      code: hasBegun ? 'PROBE_UNANSWERED' : nothingRuns,
      kind: hasBegun ? 'failed' : 'unreachable',
      retryable: true,
      hint: hasBegun
        ? 'something ended the shell there: see whether the host is out of memory or processes (free, ps, dmesg), and run again'
        : 'the host needs a POSIX shell called sh, and a login that runs it and leaves its input to it; `echo echo yes | ssh HOST sh` says yes where it has',
    });
  }
  if (answered === 0) return [timedOut];
  return Array.from({ length: Math.min(answered, count) }, (_, index) =>
    answer(parts[2 * index] ?? '', parts[2 * index + 1] ?? ''),
  );
}

/** Of a probe that hangs. */
export const timedOut: ProbeResult = { exitCode: probeTimedOut, stdout: Buffer.alloc(0), stderr: '' };

function answer(output: string, outcome: string): ProbeResult {
  const end = outcome.indexOf('\n');
  return {
    stdout: Buffer.from(output, 'latin1'),
    exitCode: Number(outcome.slice(0, end)),
    stderr: Buffer.from(outcome.slice(end + 1), 'latin1').toString('utf8'),
  };
}
