/** What a rule is, and the two ways to write one: over the whole configuration, or over the values of one field. */
import type { Finding, Path } from '../problem';
import { UnreadableField } from '../read-shape';
import type { MigrationShape } from '../schema/shape';

export interface RuleContext {
  /** What support dates are compared with. */
  readonly today: Date;
}

/**
 * Pure. May touch any field: one that could not be read ends the rule without a word, since its problem is reported
 * already. What was yielded before counts.
 */
export interface Rule {
  /** Stable, kebab-case, for machines. */
  readonly id: string;
  check(migration: MigrationShape, context: RuleContext): Iterable<Finding>;
}

/** What is wrong with one value. */
export type Complaint = Omit<Finding, 'path'>;

/** The value at `a.b.*.c` of a type; `*` is every item of a list. */
type ValueAt<T, P extends string> = P extends `${infer Head}.${infer Rest}`
  ? ValueAt<Child<T, Head>, Rest>
  : NonNullable<Child<T, P>>;
type Child<T, K extends string> =
  NonNullable<T> extends readonly (infer Item)[]
    ? K extends '*'
      ? Item
      : never
    : NonNullable<T> extends infer U
      ? U extends Record<string, unknown>
        ? K extends keyof U
          ? U[K]
          : never
        : never
      : never;

/** A rule on each value of one field. Values that are absent or broken are passed over; the others are still checked. */
export function field<P extends string>(
  id: string,
  pattern: P,
  check: (value: ValueAt<MigrationShape, P>, migration: MigrationShape) => Complaint | undefined,
): Rule {
  return {
    id,
    *check(migration) {
      for (const [path, value] of select(migration, pattern.split('.'), [])) {
        const complaint = readable(() => check(value as ValueAt<MigrationShape, P>, migration));
        if (complaint !== undefined) yield { ...complaint, path };
      }
    },
  };
}

function* select(node: unknown, pattern: readonly string[], path: Path): Generator<readonly [Path, unknown]> {
  const [key, ...rest] = pattern;
  if (key === undefined) {
    yield [path, node];
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const keys = key === '*' ? [...(node as readonly unknown[]).keys()] : [key];
  for (const step of keys) {
    const child = readable(() => (node as Readonly<Record<string | number, unknown>>)[step]);
    if (child !== undefined) yield* select(child, rest, [...path, step]);
  }
}

/** Undefined where reading touches a broken field. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableField) return undefined;
    throw error;
  }
}

/** All that a rule finds, as far as the shape lets it read. */
export function* findings(rule: Rule, migration: MigrationShape, context: RuleContext): Generator<Finding> {
  try {
    yield* rule.check(migration, context);
  } catch (error) {
    if (!(error instanceof UnreadableField)) throw error;
  }
}
