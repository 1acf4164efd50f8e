/** The agent's commands on a host, over a connection: what it prints as it comes, and its failures in its own words. */
import { PassThrough } from 'node:stream';
import type { Connection, ExecResult } from '../../provision/connection/connection';
import { SluiceError } from '../../provision/core/errors';
import { linesOf } from '../../provision/core/lines';
import type { Command } from '../../provision/core/sh';

/** A tree of many millions takes hours; a host that is gone is noticed by the connection. */
export const agentTimeoutMs = 24 * 3_600_000;

export interface AgentOptions {
  readonly signal: AbortSignal;
  /** Throws where the end is none; by default at any exit code but 0. Called once everything was printed. */
  readonly check?: (result: ExecResult) => void;
}

/** The lines of its standard output, in batches. A consumer that stops early ends the command. */
export async function* agentLines(
  connection: Connection,
  command: Command,
  { signal, check = (result) => agentSucceeded(connection.host, result) }: AgentOptions,
): AsyncGenerator<readonly string[]> {
  const stdout = new PassThrough();
  const abort = new AbortController();
  const run = connection.exec(command, {
    stdout,
    timeoutMs: agentTimeoutMs,
    signal: AbortSignal.any([signal, abort.signal]),
  });
  run.catch((error: Error) => stdout.destroy(error));
  try {
    yield* linesOf(stdout);
    check(await run);
  } finally {
    abort.abort();
    await run.catch(() => undefined);
  }
}

function agentSucceeded(host: string, result: ExecResult): void {
  if (result.exitCode !== 0) throw agentFailure(host, result);
}

/** The agent's own words, as its `error:` and `fix:` lines have them. */
export function agentFailure(host: string, { exitCode, stderr }: Pick<ExecResult, 'exitCode' | 'stderr'>): SluiceError {
  const [, message] = /^error: (.*)$/m.exec(stderr) ?? [];
  const [, hint] = /^ {2}fix: (.*)$/m.exec(stderr) ?? [];
  if (/^usage: /m.test(stderr)) {
    return new SluiceError(`${host}: the agent there is older than this sluice`, {
      code: 'AGENT_OUTDATED',
      kind: 'blocked',
      hint: 'npx sluice provision --tags agent',
    });
  }
  return new SluiceError(`${host}: ${message ?? (stderr.trim() || `the agent ended with ${exitCode}`)}`, {
    code: 'AGENT_FAILED',
    kind: exitCode === 4 ? 'unreachable' : exitCode === 5 ? 'blocked' : exitCode === 3 ? 'config' : 'failed',
    hint: hint ?? 'is the host provisioned? sluice provision --check tells',
  });
}
