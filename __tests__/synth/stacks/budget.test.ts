import { migrationOf, synthesize } from '../../helpers/synth';

const budget = { budget: 'budget: { monthlyUsd: 499.5, emails: [op@example.com] }' };

test('there is none unless asked for', () => {
  expect(synthesize().resources('aws_budgets_budget')).toEqual({});
});

test('it counts what the tag of the migration is on, by the month', () => {
  expect(synthesize(migrationOf(budget)).only('aws_budgets_budget')).toMatchObject({
    budget_type: 'COST',
    limit_amount: '499.5',
    limit_unit: 'USD',
    time_unit: 'MONTHLY',
    cost_filter: [{ name: 'TagKeyValue', values: ['user:migration$market-data'] }],
  });
});

test('it tells of what is spent and of what is to be', () => {
  const { notification } = synthesize(migrationOf(budget)).only('aws_budgets_budget');
  expect(notification).toEqual([
    expect.objectContaining({
      notification_type: 'ACTUAL',
      threshold: 80,
      subscriber_email_addresses: ['op@example.com'],
    }),
    expect.objectContaining({
      notification_type: 'FORECASTED',
      threshold: 100,
      subscriber_email_addresses: ['op@example.com'],
    }),
  ]);
});
