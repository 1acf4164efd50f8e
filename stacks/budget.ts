/**
 * What the migration may cost a month: AWS Budgets mails at 80% spent and at 100% forecast. It counts by the tag
 * `migration`, once that is activated as a cost allocation tag ("Activating user-defined cost allocation tags" of the
 * Billing user guide); until then it sees nothing.
 */
import { BudgetsBudget } from '@cdktf/provider-aws/lib/budgets-budget';
import { Construct } from 'constructs';
import type { Migration } from '../config/schema';

export interface BudgetProps {
  /** Name of the budget, unique in the account. */
  readonly name: string;
  /** The value of the tag `migration`. */
  readonly migration: string;
  readonly settings: NonNullable<Migration['budget']>;
}

export class Budget extends Construct {
  constructor(scope: Construct, id: string, { name, migration, settings }: BudgetProps) {
    super(scope, id);
    const mail = { comparisonOperator: 'GREATER_THAN', thresholdType: 'PERCENTAGE' };
    new BudgetsBudget(this, 'Default', {
      name,
      budgetType: 'COST',
      limitAmount: String(settings.monthlyUsd),
      limitUnit: 'USD',
      timeUnit: 'MONTHLY',
      // `$` parts key and value; alone it is no template to Terraform.
      costFilter: [{ name: 'TagKeyValue', values: [`user:migration$${migration}`] }],
      notification: [
        { ...mail, notificationType: 'ACTUAL', threshold: 80, subscriberEmailAddresses: [...settings.emails] },
        { ...mail, notificationType: 'FORECASTED', threshold: 100, subscriberEmailAddresses: [...settings.emails] },
      ],
      tags: { Name: name },
    });
  }
}
