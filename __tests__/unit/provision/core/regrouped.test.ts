import { regrouped } from '../../../../provision/core/regrouped';
import { collect } from '../../../helpers/collect';

async function* batchesOf<Item>(...batches: readonly (readonly Item[])[]) {
  yield* batches;
}

test('batches are put together until there are enough, and the rest comes last', async () => {
  expect(await collect(regrouped(batchesOf([1], [], [2, 3], [4], [5]), 3))).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
});

test('a batch may be of any length', async () => {
  const [group] = await collect(regrouped(batchesOf(Array.from({ length: 300_000 }, (_, index) => index)), 512));
  expect(group?.length).toBe(300_000);
});
