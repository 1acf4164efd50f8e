/** docs/plan-review.md and the example beside it say what is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { main } from '../../../../scripts/cli';
import { rules } from '../../../../scripts/plan-review/rules';
import { fakeContext } from '../../../helpers/fake-context';

const root = join(__dirname, '../../../..');
const guide = readFileSync(join(root, 'docs/plan-review.md'), 'utf8');
const example = readFileSync(join(root, 'docs/examples/github-actions-plan.yml'), 'utf8');

test('the table lists exactly the rules, with their severities', () => {
  const rows = [...guide.matchAll(/^\| `([a-z0-9-]+)` \| (blocked|warning|info) \| (.+) \|$/gm)];
  const listed = rows.map(([, id, severity]) => `${id} ${severity}`);
  expect(listed.toSorted()).toEqual(rules.map(({ id, severity }) => `${id} ${severity}`).toSorted());
  for (const [, id, , text] of rows) expect(text).toContain(rules.find((rule) => rule.id === id)?.title);
});

test('every rule is a file of its own, with a test of its own', () => {
  const ids = rules.map(({ id }) => `${id}.ts`).toSorted();
  expect(readdirSync(join(root, 'scripts/plan-review/rules')).toSorted()).toEqual(ids);
  const untested = rules.filter(({ id }) => !existsSync(join(__dirname, 'rules', `${id}.test.ts`)));
  expect(untested).toEqual([]);
});

test('links lead somewhere', () => {
  for (const [, target] of guide.matchAll(/\]\(([^)#:]+)\)/g))
    expect(existsSync(join(root, 'docs', target!))).toBe(true);
});

test('options of the guide and of the example are options of the command', async () => {
  const fake = fakeContext({ env: { COLUMNS: '200' } });
  await main(['plan', '--help'], fake.context);
  const { jobs } = parse(example) as { jobs: { plan: { steps: readonly { run?: string }[] } } };
  const scripts = jobs.plan.steps.map(({ run }) => run ?? '').join('\n');
  const used = [...`${guide}\n${scripts}`.matchAll(/sluice plan (--[a-z]+)/g)].map(([, option]) => option);
  expect(used).toContain('--format');
  for (const option of used) expect(fake.stdout()).toContain(option);
});
