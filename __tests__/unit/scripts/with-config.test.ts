import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { main } from '../../../scripts/cli';
import { registerPlan } from '../../../scripts/commands/plan';
import { registerPull } from '../../../scripts/commands/pull';
import { registerReport } from '../../../scripts/commands/report';
import { registerVerify } from '../../../scripts/commands/verify';
import { curedFor, fixedFor } from '../../../scripts/for-config';
import type { Review } from '../../../scripts/plan-review/review';
import { withConfig } from '../../../scripts/with-config';
import { configText } from '../../helpers/config-text';
import { fakeContext } from '../../helpers/fake-context';
import { useTemporaryFolder } from '../../helpers/temporary-folder';
import { destroy, lustre, planJson } from './plan-review/plan-builder';

const folder = useTemporaryFolder();

const program = new Command();
for (const register of [registerPlan, registerPull, registerReport, registerVerify])
  register(program, { ...fakeContext().context, setExitCode: () => {} });

test.each([
  ['npx sluice plan', 'npx sluice plan -c b.yaml'],
  [
    'npx sluice plan shows it; sluice pull logs too',
    'npx sluice plan -c b.yaml shows it; sluice pull logs -c b.yaml too',
  ],
  ['npx sluice verify --wait waits', 'npx sluice verify -c b.yaml --wait waits'],
  ['`sluice verify export` does', '`sluice verify export -c b.yaml` does'],
  [
    'a command that takes none: sluice report, sluice planner',
    'a command that takes none: sluice report, sluice planner',
  ],
])('%s', (text, expected) => {
  expect(withConfig(text, program, 'b.yaml')).toBe(expected);
});

test.each([
  [['-c', './b 2.yaml'], "fix: npx sluice plan -c './b 2.yaml'"],
  [[], 'fix: npx sluice plan'],
])('a fix is for the configuration that was named: %j', async (options, fix) => {
  for (const name of ['migration.yaml', 'b 2.yaml']) writeFileSync(join(folder(), name), configText());
  const fake = fakeContext({ cwd: folder() });
  expect(await main(['apply', ...options], fake.context)).toBe(5);
  expect(fake.stderr().trimEnd().split('\n').at(-1)?.trim()).toBe(fix);
});

const inUse = { forConfig: (text: string) => withConfig(text, program, 'b.yaml') };

test('a cure of a finding and a fix of a task are for it as well, and nothing else of them is touched', () => {
  const said = { check: 'npx sluice plan', status: 'problem', detail: 'npx sluice plan' } as const;
  expect(curedFor(inUse, [said, { ...said, cure: 'npx sluice plan' }])).toEqual([
    said,
    { ...said, cure: 'npx sluice plan -c b.yaml' },
  ]);
  const task = { type: 'task-ended', host: 'h', role: 'r', task: 't', status: 'failed', changes: [] } as const;
  const ended = { ...task, reason: 'npx sluice plan' };
  expect(fixedFor(inUse, ended)).toEqual(ended);
  expect(fixedFor(inUse, { ...ended, fix: 'npx sluice pull status' })).toEqual({
    ...ended,
    fix: 'npx sluice pull status -c b.yaml',
  });
});

test.each([[['-c', 'b.yaml']], [[]]])('so is what a review says: %j', async (options) => {
  writeFileSync(
    join(folder(), 'plan.json'),
    JSON.stringify(planJson([destroy('aws_fsx_lustre_file_system.f', lustre)])),
  );
  const fake = fakeContext({ cwd: folder() });
  expect(await main(['plan', '--from', 'plan.json', '--format', 'json', ...options], fake.context)).toBe(5);
  const { findings } = JSON.parse(fake.stdout()) as Review;
  const named = options.map((option) => ` ${option}`).join('');
  expect(findings.find(({ rule }) => rule === 'file-system-deleted')?.fix).toContain(`(npx sluice verify${named})`);
});
