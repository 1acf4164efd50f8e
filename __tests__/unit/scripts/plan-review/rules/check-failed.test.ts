import { checkFailed } from '../../../../../scripts/plan-review/rules/check-failed';
import { check } from '../plan-builder';

test('passes on what the check says', () => {
  const address = (name: string) => ({ to_display: name });
  const checks = [
    { address: address('check.dns'), status: 'fail', instances: [{ problems: [{ message: 'turn DNS on' }] }] },
    { address: address('check.other'), status: 'pass' },
  ];
  expect(check(checkFailed, [], { document: { checks } })).toEqual([
    expect.objectContaining({ address: 'check.dns', message: 'turn DNS on' }),
  ]);
});
