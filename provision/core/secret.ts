/**
 * A value that must never be printed. String conversion, JSON and inspection show `***`;
 * only `reveal` opens it, and only adapters (SSH authentication, the bytes of a put) call that.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '***';
  }
}
