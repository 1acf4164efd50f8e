/**
 * Many probes in one exec, framed so that no output can be mistaken for another's.
 *
 * Each probe runs in a shell of its own, with empty standard input and, where the host has `timeout`, a time limit. Between the answers
 * stands a line that nobody can guess, as in MIME: what a probe prints is not encoded, since encoding starts programs, and programs
 * started are most of what a batch costs a host. Nothing is written to the host's disk.
 *
 *     <line> standard output <line> exit status, a newline, standard error <line> standard output <line> ...
 */
import { randomUUID } from 'node:crypto';
import { SluiceError } from '../core/errors';
import { type Command, joinCommands, sh } from '../core/sh';
import type { ProbeResult } from './fact';

const probeTimeoutSeconds = 30;

export interface Batch {
  /** Answers every probe, in order. */
  readonly script: Command;
  /**
   * The answers in what the script printed, in the order of the probes.
   * @throws SluiceError PROBE_UNANSWERED: half an answer is no answer.
   */
  answersIn(stdout: Buffer): readonly ProbeResult[];
}

export function batchOf(probes: readonly Command[]): Batch {
  const line = randomUUID();
  const calls = probes.map((probe) => sh`probe ${probe.text}`);
  return {
    script: joinCommands([prelude(line), ...calls, sh`exit 0`], '\n'),
    answersIn: (stdout) => answersIn(stdout, { line, count: probes.length }),
  };
}

function prelude(line: string): Command {
  return sh`exec 3>&1
limit=; if command -v timeout >/dev/null; then limit="timeout -k 2 ${probeTimeoutSeconds}"; fi
line() { printf '\\n%s\\n' ${line}; }
probe() {
  errors=$($limit sh -c "$1" </dev/null 2>&1 >&3 3>&-); status=$?
  line; printf '%d\\n%s' "$status" "$errors"; line
}
line`;
}

function answersIn(stdout: Buffer, { line, count }: { readonly line: string; readonly count: number }) {
  // Before the first line is what a login shell prints, behind the last one nothing.
  const [, ...parts] = stdout.toString('latin1').split(`\n${line}\n`);
  const answered = Math.floor((parts.length - 1) / 2);
  if (answered < count) {
    throw new SluiceError(`the host answered ${Math.max(0, answered)} of ${count} probes`, {
      code: 'PROBE_UNANSWERED',
      retryable: true,
      hint: 'the host needs a POSIX shell called sh; `ssh HOST sh -c :` shows whether it has',
    });
  }
  return Array.from({ length: count }, (_, index) => answer(parts[2 * index] ?? '', parts[2 * index + 1] ?? ''));
}

function answer(output: string, outcome: string): ProbeResult {
  const end = outcome.indexOf('\n');
  return {
    stdout: Buffer.from(output, 'latin1'),
    exitCode: Number(outcome.slice(0, end)),
    stderr: Buffer.from(outcome.slice(end + 1), 'latin1').toString('utf8'),
  };
}
