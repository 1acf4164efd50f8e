/**
 * The facts of one host. All facts asked for in one turn of the event loop travel in one exec; an answer is kept until it is
 * forgotten, so that asking again is free.
 */
import type { Connection } from '../connection/connection';
import { messageOf, SluiceError } from '../core/errors';
import { batchOf, timedOut } from './batch';
import type { Fact, ProbeResult, Reader } from './fact';

/** The host has a limit of its own, of 30 s; this is for one that answers nothing at all. */
const batchTimeoutMs = 60_000;

/** Of one question, where probes hang: what is unanswered then is said to hang as well. */
const mostRounds = 6;

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
    let asked = this.#waiting;
    this.#waiting = [];
    try {
      for (let round = 1; asked.length > 0; round += 1) {
        const answers = round > mostRounds ? asked.map(() => timedOut) : await this.#answersTo(asked);
        answers.forEach((answer, index) => {
          settle(asked[index] as Waiting, answer);
        });
        asked = asked.slice(answers.length);
      }
    } catch (error) {
      for (const { fact, reject } of asked) {
        this.#answers.delete(fact.key);
        reject(error);
      }
    }
  }

  /** At least one answer; fewer than there are questions where one of them hangs. */
  async #answersTo(asked: readonly Waiting[]): Promise<readonly ProbeResult[]> {
    const { command, stdin, answersIn } = batchOf(asked.map(({ fact }) => fact));
    return answersIn(await this.#connection.exec(command, { stdin, timeoutMs: batchTimeoutMs, repeatable: true }));
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
        hint,
      }),
    );
  }
}
