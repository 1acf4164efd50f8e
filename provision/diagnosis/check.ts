/**
 * Questions to a host, each with its answer in words. They only read; what they read travels in one round trip, and what depends on that in another.
 *
 *     every check looks once, on the facts as they are      (this asks for all facts at once)
 *     every check looks again, in order, on the facts as the tasks before it would leave them
 *
 * so that one cause is not reported again as the problem of everything that stands on it.
 */
import type { Connection } from '../connection/connection';
import { SluiceError } from '../core/errors';
import type { Reader } from '../facts/fact';
import { PredictedFacts } from '../facts/prediction';
import { type RecordedFact, RecordingReader } from '../facts/record';
import { FactStore } from '../facts/store';
import { isOutOfReach } from '../out-of-reach';
import type { Warning } from '../resources/resource';

export interface Finding {
  /** What was asked: `TCP 988`. */
  readonly check: string;
  /** `unknown`: no answer could be had. */
  readonly status: 'ok' | 'problem' | 'unknown';
  /** What was found. */
  readonly detail: string;
  /** What to do about it; with every problem, and where what is found may not be meant. */
  readonly cure?: string;
}

export type Outcome = Omit<Finding, 'check'>;

export interface Check {
  readonly name: string;
  /** May run more than once. May lay what would be mended over the facts, for the checks after it. */
  look(facts: PredictedFacts): Promise<Outcome>;
}

/** One finding a check, in order. Rejects only where nothing of the host can be read (the connection is lost, sudo refuses), or for a fault of the program. */
export async function diagnose(connection: Connection, checks: readonly Check[]): Promise<readonly Finding[]> {
  const store = new FactStore(connection);
  await lookOnce(checks, store);
  const facts = new PredictedFacts(store);
  const findings: Finding[] = [];
  for (const check of checks) findings.push({ check: check.name, ...(await outcomeOf(check, facts)) });
  return findings;
}

/** Everything that the checks read of the host, in the same way. Rejects where `diagnose` does. */
export async function factsOf(connection: Connection, checks: readonly Check[]): Promise<readonly RecordedFact[]> {
  const reader = new RecordingReader(new FactStore(connection));
  await lookOnce(checks, reader);
  return reader.recorded();
}

/** Asks for all facts at once. What fails here fails again in its turn, unless there is no turn to come. */
async function lookOnce(checks: readonly Check[], reader: Reader): Promise<void> {
  const looks = await Promise.allSettled(checks.map((check) => check.look(new PredictedFacts(reader))));
  const outOfReach = looks.find((look) => look.status === 'rejected' && isOutOfReach(look.reason));
  if (outOfReach?.status === 'rejected') throw outOfReach.reason;
}

async function outcomeOf(check: Check, facts: PredictedFacts): Promise<Outcome> {
  try {
    return await check.look(facts);
  } catch (error) {
    if (!(error instanceof SluiceError) || isOutOfReach(error)) throw error;
    return { status: 'unknown', detail: error.message, ...(error.hint === undefined ? {} : { cure: error.hint }) };
  }
}

/** With a note, where there is something to be said for all that. */
export function ok(detail: string, note?: Warning): Outcome {
  if (note === undefined) return { status: 'ok', detail };
  return { status: 'ok', detail: `${detail}; ${note.reason}`, cure: note.fix };
}

export function problem(detail: string, cure: string): Outcome {
  return { status: 'problem', detail, cure };
}
