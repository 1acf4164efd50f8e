/**
 * The emulated AWS Budgets: budgets with notifications, subscribers and tags, as far as Terraform's aws_budgets_budget goes
 * (moto keeps budgets, but neither subscribers nor tags). Source: AWS Billing and Cost Management API reference.
 */
import { z } from 'zod';
import { AwsFault } from '../fault';

const tags = z.array(z.object({ Key: z.string(), Value: z.string() }));
const subscriber = z.object({ SubscriptionType: z.enum(['EMAIL', 'SNS']), Address: z.string() });
const notification = z.looseObject({ NotificationType: z.enum(['ACTUAL', 'FORECASTED']), Threshold: z.number() });
const budget = z.looseObject({ BudgetName: z.string(), BudgetType: z.string(), TimeUnit: z.string() });
const request = z.looseObject({
  BudgetName: z.string().optional(),
  Budget: budget.optional(),
  NewBudget: budget.optional(),
  Notification: notification.optional(),
  Subscribers: z.array(subscriber).min(1).max(11).optional(),
  NotificationsWithSubscribers: z
    .array(z.object({ Notification: notification, Subscribers: z.array(subscriber) }))
    .default([]),
  ResourceARN: z.string().optional(),
  ResourceTags: tags.default([]),
  ResourceTagKeys: z.array(z.string()).default([]),
});
type Request = z.output<typeof request>;

interface Kept {
  budget: z.output<typeof budget>;
  readonly notifications: Map<string, { readonly Notification: object; readonly Subscribers: readonly object[] }>;
  readonly tags: Map<string, string>;
}

/** What the API says of a budget that was created without. */
const defaults = {
  TimePeriod: { Start: 1_700_000_000, End: 3_706_473_600 },
  CostTypes: {
    IncludeCredit: true,
    IncludeDiscount: true,
    IncludeOtherSubscription: true,
    IncludeRecurring: true,
    IncludeRefund: true,
    IncludeSubscription: true,
    IncludeSupport: true,
    IncludeTax: true,
    IncludeUpfront: true,
    UseAmortized: false,
    UseBlended: false,
  },
};

export class BudgetsService {
  readonly #all = new Map<string, Kept>();
  readonly #operations: Readonly<Record<string, (asked: Request) => object>> = {
    CreateBudget: (asked) => this.#create(asked),
    DescribeBudget: (asked) => ({ Budget: this.#get(asked).budget }),
    UpdateBudget: ({ NewBudget }) => {
      const kept = this.#get({ BudgetName: NewBudget?.BudgetName });
      kept.budget = { ...kept.budget, ...NewBudget };
      return {};
    },
    DeleteBudget: (asked) => {
      this.#get(asked);
      this.#all.delete(asked.BudgetName ?? '');
      return {};
    },
    CreateNotification: (asked) => {
      const { Notification = {}, Subscribers = [] } = asked;
      this.#get(asked).notifications.set(keyOf(Notification), { Notification, Subscribers });
      return {};
    },
    DeleteNotification: (asked) => {
      this.#get(asked).notifications.delete(keyOf(asked.Notification ?? {}));
      return {};
    },
    DescribeNotificationsForBudget: (asked) => ({
      Notifications: [...this.#get(asked).notifications.values()].map(({ Notification }) => Notification),
    }),
    DescribeSubscribersForNotification: (asked) => ({
      Subscribers: this.#get(asked).notifications.get(keyOf(asked.Notification ?? {}))?.Subscribers ?? [],
    }),
    ListTagsForResource: (asked) => ({
      ResourceTags: [...this.#get(asked).tags].map(([Key, Value]) => ({ Key, Value })),
    }),
    TagResource: (asked) => {
      for (const { Key, Value } of asked.ResourceTags) this.#get(asked).tags.set(Key, Value);
      return {};
    },
    UntagResource: (asked) => {
      for (const key of asked.ResourceTagKeys) this.#get(asked).tags.delete(key);
      return {};
    },
  };

  /** @throws AwsFault */
  async call(operation: string, body: unknown): Promise<object> {
    const run = this.#operations[operation];
    if (run === undefined) throw new AwsFault('UnknownOperationException', `${operation} is not emulated.`);
    const asked = request.safeParse(body);
    if (!asked.success) throw new AwsFault('InvalidParameterException', z.prettifyError(asked.error));
    return run(asked.data);
  }

  #create({ Budget: asked, NotificationsWithSubscribers, ResourceTags }: Request): object {
    if (asked === undefined) throw new AwsFault('InvalidParameterException', 'Budget is missing.');
    if (this.#all.has(asked.BudgetName))
      throw new AwsFault('DuplicateRecordException', `the budget ${asked.BudgetName} already exists.`);
    this.#all.set(asked.BudgetName, {
      budget: { ...defaults, ...asked },
      notifications: new Map(NotificationsWithSubscribers.map((item) => [keyOf(item.Notification), item])),
      tags: new Map(ResourceTags.map(({ Key, Value }) => [Key, Value])),
    });
    return {};
  }

  /** By its name, or by the ARN that ends in it. */
  #get({ BudgetName, ResourceARN }: { BudgetName?: string | undefined; ResourceARN?: string | undefined }): Kept {
    const name = BudgetName ?? ResourceARN?.split('budget/')[1] ?? '';
    const kept = this.#all.get(name);
    if (kept === undefined) throw new AwsFault('NotFoundException', `Unable to get budget: ${name}.`);
    return kept;
  }
}

/** Two notifications are one where they say the same; a threshold type left out is a percentage. */
function keyOf(given: object): string {
  const { NotificationState: _, ...rest } = { ThresholdType: 'PERCENTAGE', ...given } as Record<string, unknown>;
  return JSON.stringify(Object.entries(rest).sort());
}
