/** Following a file that is being written. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { followLines } from '../../../../scripts/plan-review/follow-lines';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';
import { until } from '../../../helpers/until';

const folder = useTemporaryFolder();

test('gives lines as they come, whole, and at the end the one without a newline', async () => {
  const file = join(folder(), 'log');
  const lines: string[] = [];
  let end = (_code: number) => {};
  writeFileSync(file, 'first\nsec');
  const writing = new Promise<number>((resolve) => {
    end = resolve;
  });
  const following = followLines(file, writing, (line) => lines.push(line));
  await until(() => lines.length === 1);
  // A character cut in two.
  appendFileSync(file, Buffer.from('ond €').subarray(0, -1));
  appendFileSync(file, Buffer.from('€').subarray(-1));
  appendFileSync(file, '\nlast');
  await until(() => lines.length === 2);
  end(3);
  expect(await following).toBe(3);
  expect(lines).toEqual(['first', 'second €', 'last']);
});

test('what was written before a failure is given, then the failure', async () => {
  const file = join(folder(), 'log');
  writeFileSync(file, 'said\n');
  const lines: string[] = [];
  const following = followLines(file, Promise.reject(new Error('failed')), (line) => lines.push(line));
  await expect(following).rejects.toThrow('failed');
  expect(lines).toEqual(['said']);
});
