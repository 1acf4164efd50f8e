/** A Reader that keeps what it was asked, for showing everything that is known of a host. */
import { messageOf } from '../core/errors';
import type { Fact, Reader } from './fact';

export interface RecordedFact {
  readonly key: string;
  /** Left out where the fact cannot be read. */
  readonly value?: unknown;
  readonly error?: string;
}

export class RecordingReader implements Reader {
  readonly #reader: Reader;
  readonly #asked = new Map<string, Promise<RecordedFact>>();

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  get<T>(fact: Fact<T>): Promise<T> {
    const value = this.#reader.get(fact);
    const { key } = fact;
    this.#asked.set(
      key,
      value.then(
        (known) => ({ key, value: known }),
        (error: unknown) => ({ key, error: messageOf(error) }),
      ),
    );
    return value;
  }

  /** By key, each once. */
  async recorded(): Promise<readonly RecordedFact[]> {
    const facts = await Promise.all(this.#asked.values());
    return facts.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  }
}
