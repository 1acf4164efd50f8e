/** docs/runs.md knows every state and every outcome of the engine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const guide = read('docs/runs.md');

/** String literals of a union in the engine's source. */
function literals(text: string, from: string, pattern: RegExp): string[] {
  const body = text.slice(text.indexOf(from)).split(';\n\n')[0] ?? '';
  return [...body.matchAll(pattern)].map((match) => match[1] ?? '');
}

const states = literals(read('provision/pull/record/events.ts'), 'export type ExecutionState', /'([A-Z]+)'/g);
const outcomes = literals(read('provision/pull/record/outcomes.ts'), 'export type Outcome', /kind: '(\w+)'/g);

test('there are states and outcomes to look for', () => {
  expect(states).toEqual(expect.arrayContaining(['QUEUED', 'CANCELLING', 'SUCCESS']));
  expect(outcomes).toEqual(expect.arrayContaining(['transferred', 'removed', 'left']));
});

test.each(states)('the state %s has its row', (state) => {
  expect(guide).toMatch(new RegExp(`^\\| ${state} \\|`, 'm'));
});

test('every outcome is told', () => {
  const rows = guide.split('\n').filter((line) => line.startsWith('| `'));
  expect(
    [...outcomes, 'failed'].filter((kind) => !rows.some((row) => row.split('|')[1]?.includes(`\`${kind}\``))),
  ).toEqual([]);
});
