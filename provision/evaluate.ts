/** One task's verdict: read the facts, plan, and say what that means. The same for check mode and apply. */
import { SluiceError } from './core/errors';
import type { TaskResult } from './events';
import { type Fact, type Reader, UnknownFact } from './facts/fact';
import { type PredictedFacts, type Prediction, unpredictable } from './facts/prediction';
import { type Change, isRefusal, type Resource, type Warning } from './resources/resource';

export type Verdict =
  | { readonly kind: 'ok'; readonly warning: Warning | undefined; readonly note: Warning | undefined }
  | { readonly kind: 'changes'; readonly state: unknown; readonly changes: readonly Change[] }
  | { readonly kind: 'unknown'; readonly reason: string; readonly predictions: readonly Prediction[] }
  | { readonly kind: 'stopped'; readonly result: TaskResult };

/** Reads, never writes. Faults of the program itself are thrown; everything else is a verdict. */
export async function evaluate(resource: Resource, facts: Reader): Promise<Verdict> {
  const asked: Fact<unknown>[] = [];
  const reader: Reader = {
    get: (fact) => {
      asked.push(fact);
      return facts.get(fact);
    },
  };
  try {
    const state = await resource.inspect(reader);
    const plan = resource.plan(state);
    if (isRefusal(plan))
      return { kind: 'stopped', result: { status: plan.kind, changes: [], reason: plan.reason, fix: plan.fix } };
    if (plan.length === 0) return { kind: 'ok', warning: resource.warning?.(state), note: resource.note?.(state) };
    return { kind: 'changes', state, changes: plan };
  } catch (error) {
    if (!(error instanceof UnknownFact)) return { kind: 'stopped', result: failureOf(error) };
    // What this resource would change is not known, so nothing that it looked at is.
    const volatile = asked.filter((fact) => fact.stable !== true);
    const predictions = volatile.map((fact) => unpredictable(fact, error.reason));
    return { kind: 'unknown', reason: error.message, predictions };
  }
}

/** The verdict on facts that earlier tasks have laid their predictions over; this task's are laid over them too. */
export async function forecast(resource: Resource, facts: PredictedFacts): Promise<Verdict> {
  const verdict = await evaluate(resource, facts);
  if (verdict.kind === 'changes') facts.add(resource.predict(verdict.state));
  if (verdict.kind === 'unknown') facts.add(verdict.predictions);
  return verdict;
}

/** A SluiceError as a task's result; anything else is a fault and is thrown. */
export function failureOf(error: unknown): TaskResult {
  if (!(error instanceof SluiceError)) throw error;
  const status = { failed: 'failed', config: 'failed', unreachable: 'unreachable', blocked: 'blocked' } as const;
  return {
    status: error.kind === 'interrupted' ? 'skipped' : status[error.kind],
    changes: [],
    reason: error.message,
    ...(error.hint === undefined ? {} : { fix: error.hint }),
  };
}
