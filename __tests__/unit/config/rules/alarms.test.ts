import { associations, configText, describeRight, describeWrong, load } from '../../../helpers/config-text';

const alarms = (text: string) => ({ alarms: `alarms: { ${text} }` });
const budget = (text: string) => ({ budget: `budget: { ${text} }` });

describeWrong('alarms', [
  {
    why: 'a name without a domain',
    given: alarms('emails: [»operator]'),
    path: 'alarms.emails[0]',
    message: /not an e-mail address/,
    fix: /@example\.com/,
  },
  {
    why: 'a name around the address',
    given: alarms('emails: [»"Operator <op@example.com>"]'),
    path: 'alarms.emails[0]',
    message: /not an e-mail address/,
    fix: /write op@example\.com/,
  },
  {
    why: 'nobody to tell',
    given: alarms('emails: »[]'),
    path: 'alarms.emails',
    message: /at least 1/,
    fix: /./,
  },
  {
    why: 'an age of no time',
    given: alarms('emails: [op@example.com], exportQueueAgeMinutes: »0'),
    path: 'alarms.exportQueueAgeMinutes',
    message: /1/,
    fix: /./,
  },
  {
    why: 'all of the space',
    given: alarms('emails: [op@example.com], freeSpacePercent: »100'),
    path: 'alarms.freeSpacePercent',
    message: /90/,
    fix: /./,
  },
]);

test('an alarm on the queue of nothing is a warning', () => {
  const given = associations('{ path: /a, dataRepository: s3://one, autoExport: [] }');
  const { problems } = load(configText({ ...given, ...alarms('emails: [op@example.com]') }));
  expect(problems.map(({ rule, severity }) => [rule, severity])).toContainEqual(['alarm-without-export', 'warning']);
});

describeWrong('budget', [
  {
    why: 'a region whose partition has none',
    given: { region: 'region: us-gov-west-1', budget: 'budget: »{ monthlyUsd: 500, emails: [op@example.com] }' },
    path: 'budget',
    message: /AWS Budgets does not exist in the partition of us-gov-west-1/,
    fix: /standard account/,
  },
  {
    why: 'an amount in quotes',
    given: budget('monthlyUsd: »"499.99", emails: [op@example.com]'),
    path: 'budget.monthlyUsd',
    message: /^must be a number, not "499.99"$/,
    fix: /^write 499\.99, without quotes/,
  },
  {
    why: 'nothing to spend',
    given: budget('monthlyUsd: »0, emails: [op@example.com]'),
    path: 'budget.monthlyUsd',
    message: /0 is not an amount/,
    fix: /500/,
  },
  {
    why: 'less than a cent',
    given: budget('monthlyUsd: »0.001, emails: [op@example.com]'),
    path: 'budget.monthlyUsd',
    message: /not an amount of dollars and cents/,
    fix: /500/,
  },
  {
    why: 'a currency',
    given: budget('monthlyUsd: »$500, emails: [op@example.com]'),
    path: 'budget.monthlyUsd',
    message: /number/,
    fix: /./,
  },
  {
    why: 'more addresses than Budgets takes',
    given: budget(
      `monthlyUsd: 500, emails: »[${Array.from({ length: 11 }, (_, n) => `op${n}@example.com`).join(', ')}]`,
    ),
    path: 'budget.emails',
    message: /at most 10/,
    fix: /./,
  },
]);

test('an address given twice is refused at both places', () => {
  const { problems } = load(configText(budget('monthlyUsd: 5, emails: [op@example.com, op@example.com]')));
  expect(problems.map(({ path }) => path)).toEqual(['budget.emails[0]', 'budget.emails[1]']);
});

describeRight('alarms and budget', [
  ['alarms', alarms('emails: [op@example.com, on-call+fsx@ops.example.co.uk]')],
  ['their own thresholds', alarms('emails: [op@example.com], exportQueueAgeMinutes: 15, freeSpacePercent: 25')],
  ['a budget', budget('monthlyUsd: 499.99, emails: [op@example.com]')],
]);

test('neither is there unless asked for', () => {
  const { migration } = load(configText());
  expect([migration?.alarms, migration?.budget]).toEqual([undefined, undefined]);
});
