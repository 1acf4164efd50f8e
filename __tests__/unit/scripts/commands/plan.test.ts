import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../../../scripts/cli';
import { fakeContext } from '../../../helpers/fake-context';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const folder = useTemporaryFolder();

async function planWith(prices: string) {
  const fake = fakeContext({ cwd: folder() });
  return { exitCode: await main(['plan', '--prices', prices], fake.context), stderr: fake.stderr() };
}

test('prices that cannot be used are refused before anything else, with what to do', async () => {
  writeFileSync(join(folder(), 'broken.json'), '{ "date": ');
  writeFileSync(join(folder(), 'other.json'), '{}');
  expect(await planWith('broken.json')).toMatchObject({
    exitCode: 3,
    stderr: expect.stringMatching(/^error: cannot read the prices in broken\.json: .*\n {2}fix: write it as JSON/),
  });
  expect(await planWith('none.json')).toMatchObject({
    exitCode: 3,
    stderr: expect.stringMatching(/^error: cannot read the prices in none\.json: .*ENOENT.*\n {2}fix: it, or a folder/),
  });
  expect(await planWith('other.json')).toMatchObject({
    exitCode: 3,
    stderr: expect.stringMatching(
      /^error: other\.json is not a price table: date: is missing\n {2}fix: give date, source, and any of region, .*instancePerHour/,
    ),
  });
});
