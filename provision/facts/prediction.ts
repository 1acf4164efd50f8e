/** What a planned change will make of facts, laid over the host's own so that later resources plan against the state after. */
import { type Fact, type Reader, UnknownFact } from './fact';

export type Prediction =
  | { readonly kind: 'value'; readonly key: string; readonly value: unknown }
  | { readonly kind: 'unknown'; readonly key: string; readonly reason: string };

/** After the change, the fact will be this. */
export function predicted<T>(fact: Fact<T>, value: T): Prediction {
  return { kind: 'value', key: fact.key, value };
}

/** After the change, nobody can say what the fact will be. */
export function unpredictable(fact: Fact<unknown>, reason: string): Prediction {
  return { kind: 'unknown', key: fact.key, reason };
}

export class PredictedFacts implements Reader {
  readonly #host: Reader;
  readonly #predictions = new Map<string, Prediction>();

  constructor(host: Reader) {
    this.#host = host;
  }

  add(predictions: readonly Prediction[]): void {
    for (const prediction of predictions) this.#predictions.set(prediction.key, prediction);
  }

  /** These facts with the predictions so far, for further ones that are not to be seen here. */
  fork(): PredictedFacts {
    const fork = new PredictedFacts(this.#host);
    fork.add([...this.#predictions.values()]);
    return fork;
  }

  async get<T>(fact: Fact<T>): Promise<T> {
    const prediction = this.#predictions.get(fact.key);
    if (prediction === undefined) return this.#host.get(fact);
    if (prediction.kind === 'unknown') throw new UnknownFact(fact.key, prediction.reason);
    return prediction.value as T;
  }
}
