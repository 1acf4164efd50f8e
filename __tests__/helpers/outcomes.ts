/** Any outcomes of a run, for property tests. */
import fc from 'fast-check';
import type { Outcome } from '../../provision/pull/record/outcomes';

const name = fc.string({ minLength: 1, maxLength: 6, unit: 'grapheme' }).map((text) => text.replaceAll('/', '_'));
const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join('/'));
const size = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 2 ** 20 }), fc.integer({ min: 1, max: 2 ** 41 }));

export const anyOutcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({
    kind: fc.constant('transferred' as const),
    path,
    sizeBytes: size,
    sha256: fc.constant('0'.repeat(64)),
    resumedBytes: fc.constantFrom(0, 0, 4096),
    attempts: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ kind: fc.constant('unchanged' as const), path, sizeBytes: size, modeChanged: fc.boolean() }),
  fc.record({ kind: fc.constant('directory' as const), path, created: fc.boolean() }),
  fc.record({ kind: fc.constant('linked' as const), path, target: fc.string() }),
  fc.record({
    kind: fc.constant('removed' as const),
    path,
    sizeBytes: size,
    what: fc.constantFrom('file' as const, 'link' as const, 'directory' as const),
  }),
  fc.record({ kind: fc.constant('skipped' as const), path, reason: fc.string() }),
  fc.record({
    kind: fc.constant('failed' as const),
    path,
    code: fc.string({ maxLength: 3 }),
    reason: fc.string(),
  }),
);
