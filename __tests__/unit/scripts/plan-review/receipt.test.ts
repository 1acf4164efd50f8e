import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  discardPlan,
  movedSince,
  type Receipt,
  readReceipt,
  subjectsOf,
  writeReceipt,
} from '../../../../scripts/plan-review/receipt';
import { useTemporaryFolder } from '../../../helpers/temporary-folder';

const subjects: Receipt['subjects'] = { configuration: 'a', stack: 'b', plan: 'c', state: { lineage: 'l', serial: 3 } };
const receipt: Receipt = {
  version: 1,
  reviewedAt: '2026-06-01T12:00:00.000Z',
  verdict: 'changes',
  blocked: [],
  allowed: [],
  subjects,
};

test.each([
  [{}, []],
  [{ configuration: 'x' }, ['the configuration changed']],
  [{ stack: 'x', plan: 'x' }, ['the synthesized stack changed', 'the plan file is another one']],
  [{ state: { lineage: 'l', serial: 5 } }, ['the state moved from serial 3 to 5']],
  [{ state: { lineage: 'm', serial: 5 } }, ['the state is another one']],
])('with %o: %o', (changes, moved) => {
  expect(movedSince(subjects, { ...subjects, ...changes })).toEqual(moved);
});

describe('beside the plan', () => {
  const folder = useTemporaryFolder();
  const plan = () => join(folder(), 'tfplan');

  test('is read as it was written, and readable to its owner only', async () => {
    await writeReceipt(plan(), receipt);
    expect(await readReceipt(plan())).toEqual(receipt);
    expect(statSync(`${plan()}.review.json`).mode & 0o077).toBe(0);
  });

  test('is gone with the plan', async () => {
    writeFileSync(plan(), 'plan');
    await writeReceipt(plan(), receipt);
    await discardPlan(plan());
    expect(await readReceipt(plan())).toBeUndefined();
    expect(() => readFileSync(plan())).toThrow('ENOENT');
  });

  test.each(['', '{}', '{"version":2}'])('%p is no receipt', async (text) => {
    writeFileSync(`${plan()}.review.json`, text);
    expect(await readReceipt(plan())).toBeUndefined();
  });

  test('digests follow the content; a missing file and a missing state have places of their own', async () => {
    const files = { configFile: plan(), stackFile: join(folder(), 'missing'), planFile: plan() };
    writeFileSync(plan(), 'one');
    const one = await subjectsOf({ ...files, state: '' });
    writeFileSync(plan(), 'two');
    const two = await subjectsOf({ ...files, state: '{"version":4,"serial":7,"lineage":"l"}' });
    expect(one).toMatchObject({ stack: '', state: { lineage: '', serial: 0 } });
    expect(two.state).toEqual({ lineage: 'l', serial: 7 });
    expect(two.plan).not.toBe(one.plan);
    expect(one.plan).toMatch(/^[0-9a-f]{64}$/);
  });
});
