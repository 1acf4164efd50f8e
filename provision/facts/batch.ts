/**
 * Many probes in one exec, framed so that no output can be mistaken for another's.
 *
 * Each probe runs in a shell of its own, with empty standard input and, where the host has `timeout`, a time limit. Its answer is one line:
 *
 *     <number> <base64 of standard output, a newline and the exit status> <base64 of standard error>
 *
 * so that binary output, output without a newline at its end and a probe that prints this very format all survive. Nothing is
 * written to the host's disk. Most of what a batch costs a host is programs started, so there are no more of them than it takes.
 */
import { SluiceError } from '../core/errors';
import { type Command, joinCommands, sh } from '../core/sh';
import type { ProbeResult } from './fact';

const probeTimeoutSeconds = 30;

const prelude = sh`exec 4>&1
limit=; if command -v timeout >/dev/null; then limit="timeout -k 2 ${probeTimeoutSeconds}"; fi
if base64 -w 0 </dev/null >/dev/null 2>&1; then encode() { base64 -w 0; }; else encode() { base64 | tr -d '\n'; }; fi
probe() {
  printf '%s ' "$1"
  errors=$( { { $limit sh -c "$2" </dev/null 2>&3 3>&- 4>&-; printf '\n%d' "$?"; } | encode >&4; } 3>&1 >/dev/null)
  if [ -n "$errors" ]; then errors=$(printf '%s' "$errors" | encode); fi
  printf ' %s\n' "$errors"
}`;

/** The script that answers every probe, in order. */
export function batchScript(probes: readonly Command[]): Command {
  return joinCommands([prelude, ...probes.map((probe, index) => sh`probe ${index} ${probe.text}`), sh`exit 0`], '\n');
}

/** The answers, in the order of the probes. Throws where an answer is missing: half an answer is no answer. */
export function parseBatch(stdout: Buffer, count: number): readonly ProbeResult[] {
  const answers = new Map<number, ProbeResult>();
  for (const line of stdout.toString('latin1').split('\n')) {
    const match = /^(\d+) ([A-Za-z0-9+/=]+) ([A-Za-z0-9+/=]*)$/.exec(line);
    if (match !== null) answers.set(Number(match[1]), answer(match[2] ?? '', match[3] ?? ''));
  }
  return Array.from({ length: count }, (_, index) => {
    const found = answers.get(index);
    if (found !== undefined) return found;
    throw new SluiceError(`the host answered ${answers.size} of ${count} probes`, {
      code: 'PROBE_UNANSWERED',
      retryable: true,
      hint: 'the host needs sh, base64 and tr; see whether its login shell prints to standard output',
    });
  });
}

function answer(output: string, errors: string): ProbeResult {
  const bytes = Buffer.from(output, 'base64');
  const end = bytes.lastIndexOf('\n');
  return {
    stdout: bytes.subarray(0, end),
    exitCode: Number(bytes.toString('latin1', end + 1)),
    stderr: Buffer.from(errors, 'base64').toString('utf8'),
  };
}
