import fc from 'fast-check';
import { compareKeys } from '../../../../provision/core/key-order';
import { mergeByKey } from '../../../../scripts/export-proof/merge';
import { collect } from '../../../helpers/collect';

const bytesOf = (text: string) => Buffer.from(text);

test('keys are ordered as their bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(bytesOf(a), bytesOf(b)));
    }),
  );
  expect(compareKeys('\u{1F600}', '\uFFFD')).toBeGreaterThan(0);
});

async function* inBatches(keys: readonly string[], size: number) {
  yield [];
  for (let from = 0; from < keys.length; from += size) yield keys.slice(from, from + size);
}
const side = (keys: readonly string[], size: number) => ({
  name: 'a side',
  batches: inBatches(keys, size),
  keyOf: (key: string) => key,
});
const keySet = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 3, unit: 'binary' }))
  .map((keys) => keys.sort(compareKeys));

test('every key once, in order, with the sides that have it', async () => {
  await fc.assert(
    fc.asyncProperty(keySet, keySet, fc.integer({ min: 1, max: 5 }), async (left, right, size) => {
      const pairs = (await collect(mergeByKey(side(left, size), side(right, size + 1)))).flat();
      expect(pairs.map(({ key }) => key)).toEqual([...new Set([...left, ...right])].sort(compareKeys));
      for (const pair of pairs) {
        expect(pair.left).toBe(left.includes(pair.key) ? pair.key : undefined);
        expect(pair.right).toBe(right.includes(pair.key) ? pair.key : undefined);
      }
    }),
  );
});

test.each([
  ['within a batch', 10],
  ['between batches', 1],
])('a side out of order proves nothing: %s', async (_, size) => {
  const merged = mergeByKey(side(['a', 'c', 'b'], size), side(['a'], 1));
  await expect(collect(merged)).rejects.toThrow('a side does not come in the order of keys: c, then b');
});
