/**
 * The facts of one host. All facts asked for in one turn of the event loop travel in one exec; an answer is kept until it is
 * forgotten, so that asking again is free.
 */
import type { Connection } from '../connection/connection';
import { messageOf, SluiceError } from '../core/errors';
import { batchOf } from './batch';
import type { Fact, ProbeResult, Reader } from './fact';

/** Probes have limits of their own, of 30 s each; this is for a host that answers nothing at all. */
const batchTimeoutMs = 180_000;

interface Waiting {
  readonly fact: Fact<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export class FactStore implements Reader {
  readonly #connection: Connection;
  readonly #answers = new Map<string, { readonly value: Promise<unknown>; readonly stable: boolean }>();
  #waiting: Waiting[] = [];

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get<T>(fact: Fact<T>): Promise<T> {
    const known = this.#answers.get(fact.key);
    if (known !== undefined) return known.value as Promise<T>;
    const value = new Promise<T>((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#flush());
      this.#waiting.push({ fact, resolve: resolve as (value: unknown) => void, reject });
    });
    this.#answers.set(fact.key, { value, stable: fact.stable === true });
    return value;
  }

  /** Forgets what a change may have touched: everything but stable facts. */
  forget(): void {
    for (const [key, { stable }] of this.#answers) if (!stable) this.#answers.delete(key);
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      const { script, answersIn } = batchOf(batch.map(({ fact }) => fact.probe));
      const result = await this.#connection.exec(script, { timeoutMs: batchTimeoutMs, repeatable: true });
      const answers = answersIn(result.stdout);
      batch.forEach((waiting, index) => {
        settle(waiting, answers[index] as ProbeResult);
      });
    } catch (error) {
      for (const { fact, reject } of batch) {
        this.#answers.delete(fact.key);
        reject(error);
      }
    }
  }
}

function settle({ fact, resolve, reject }: Waiting, result: ProbeResult): void {
  try {
    resolve(fact.parse(result));
  } catch (error) {
    const hint = error instanceof SluiceError ? error.hint : undefined;
    reject(
      new SluiceError(`${fact.key} cannot be read: ${messageOf(error)}`, {
        code: 'FACT_UNREADABLE',
        cause: error,
        ...(hint === undefined ? {} : { hint }),
      }),
    );
  }
}
