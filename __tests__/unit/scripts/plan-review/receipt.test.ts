import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  digestOf,
  discardPlan,
  movedSince,
  placeOfState,
  type Receipt,
  readReceipt,
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
  // As after an apply that was interrupted: the account of what was built belongs to the stack from then on.
  [{ stack: 'x', state: { lineage: 'l', serial: 5 } }, ['the state moved from serial 3 to 5']],
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

  test('a digest follows the content; a missing file has one of its own', async () => {
    const digests: string[] = [];
    for (const content of ['one', 'two', 'one']) {
      writeFileSync(plan(), content);
      digests.push(await digestOf(plan()));
    }
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(digests[2]).toBe(digests[0]);
    expect(digests[1]).not.toBe(digests[0]);
    expect(await digestOf(join(folder(), 'missing'))).toBe('');
  });
});

test.each([
  ['', { lineage: '', serial: 0 }],
  ['{"version":4,"serial":7,"lineage":"l"}', { lineage: 'l', serial: 7 }],
])('a state of %p', (text, place) => {
  expect(placeOfState(text)).toEqual(place);
});
