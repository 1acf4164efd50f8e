/** docs/operations.md names every metric as the agent writes it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gauges, stateHelp } from '../../../../provision/pull/metrics/open-metrics';

const guide = readFileSync(join(__dirname, '../../../../docs/operations.md'), 'utf8');

test.each(gauges.map(({ name, help }) => [name, help]))('%s', (name, help) => {
  expect(guide).toContain(`| \`${name}\` | ${help} |\n`);
});

test('no metric is promised that is not written', () => {
  const named = [...guide.matchAll(/^\| `(sluice_pull_\w+)` \|/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual([...gauges.map(({ name }) => name), 'sluice_pull_state'].sort());
  expect(guide).toContain(stateHelp);
});
