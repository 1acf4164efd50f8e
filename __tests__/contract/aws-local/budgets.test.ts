/** The emulated AWS Budgets, as Terraform uses it. */
import { BudgetsService } from '../../../scripts/aws-local/budgets/service';

const Budget = { BudgetName: 'monthly', BudgetType: 'COST', TimeUnit: 'MONTHLY' };
const Notification = { NotificationType: 'ACTUAL', Threshold: 80, ComparisonOperator: 'GREATER_THAN' };
const Subscribers = [{ SubscriptionType: 'EMAIL', Address: 'op@example.com' }];
const arn = 'arn:aws:budgets::123456789012:budget/monthly';

async function withBudget(): Promise<BudgetsService> {
  const budgets = new BudgetsService();
  await budgets.call('CreateBudget', { Budget, ResourceTags: [{ Key: 'team', Value: 'a' }] });
  await budgets.call('CreateNotification', { BudgetName: 'monthly', Notification, Subscribers });
  return budgets;
}

test('a budget is described with what it was not asked for', async () => {
  const described = await (await withBudget()).call('DescribeBudget', { BudgetName: 'monthly' });
  expect(described).toMatchObject({
    Budget: { ...Budget, TimePeriod: expect.anything(), CostTypes: expect.anything() },
  });
});

test('a notification knows its subscribers, whether its threshold type is said or not', async () => {
  const budgets = await withBudget();
  expect(await budgets.call('DescribeNotificationsForBudget', { BudgetName: 'monthly' })).toEqual({
    Notifications: [Notification],
  });
  const asked = { ...Notification, ThresholdType: 'PERCENTAGE' };
  expect(
    await budgets.call('DescribeSubscribersForNotification', { BudgetName: 'monthly', Notification: asked }),
  ).toEqual({ Subscribers });
  await budgets.call('DeleteNotification', { BudgetName: 'monthly', Notification: asked });
  expect(await budgets.call('DescribeNotificationsForBudget', { BudgetName: 'monthly' })).toEqual({
    Notifications: [],
  });
});

test('tags are kept by the ARN', async () => {
  const budgets = await withBudget();
  await budgets.call('TagResource', { ResourceARN: arn, ResourceTags: [{ Key: 'b', Value: '2' }] });
  await budgets.call('UntagResource', { ResourceARN: arn, ResourceTagKeys: ['team'] });
  expect(await budgets.call('ListTagsForResource', { ResourceARN: arn })).toEqual({
    ResourceTags: [{ Key: 'b', Value: '2' }],
  });
});

test('a name is taken once, and unknown after its deletion', async () => {
  const budgets = await withBudget();
  await expect(budgets.call('CreateBudget', { Budget })).rejects.toMatchObject({ type: 'DuplicateRecordException' });
  await budgets.call('UpdateBudget', { NewBudget: { ...Budget, TimeUnit: 'ANNUALLY' } });
  expect(await budgets.call('DescribeBudget', { BudgetName: 'monthly' })).toMatchObject({
    Budget: { TimeUnit: 'ANNUALLY' },
  });
  await budgets.call('DeleteBudget', { BudgetName: 'monthly' });
  await expect(budgets.call('DescribeBudget', { BudgetName: 'monthly' })).rejects.toMatchObject({
    type: 'NotFoundException',
  });
});

test('what it does not emulate is refused', async () => {
  await expect(new BudgetsService().call('CreateBudgetAction', {})).rejects.toMatchObject({
    type: 'UnknownOperationException',
  });
});
