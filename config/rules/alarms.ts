/** `alarms` and `budget`: addresses that mail can go to, and an amount that can be spent. */
import { partitionOf } from '../regions';
import { show } from '../secrecy';
import { type Complaint, field, type Rule } from './rule';

function badEmail(value: string, all: readonly string[]): Complaint | undefined {
  // What SNS and Budgets take: one @, a domain with a dot, no spaces. Whether it exists, the confirmation tells.
  if (!/^[^\s@,;<>"]{1,64}@[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z]{2,}$/i.test(value) || value.length > 254) {
    const inner = /<([^<>\s]+@[^<>\s]+)>/.exec(value)?.[1];
    return { message: `${show(value)} is not an e-mail address`, fix: `write ${inner ?? 'market-data@example.com'}` };
  }
  if (all.indexOf(value) === all.lastIndexOf(value)) return undefined;
  return { message: `${show(value)} is given twice`, fix: 'keep one of the two' };
}

const alarmEmail = field('email', 'alarms.emails.*', (value, { alarms }) => badEmail(value, alarms?.emails ?? []));
const budgetEmail = field('email', 'budget.emails.*', (value, { budget }) => badEmail(value, budget?.emails ?? []));

const noExport = field('alarm-without-export', 'alarms.exportQueueAgeMinutes', (value, { fileSystem }) =>
  fileSystem.associations.some(({ autoExport }) => autoExport.length > 0)
    ? undefined
    : {
        severity: 'warning',
        message: `nothing is exported, so no export ever waits ${value} minutes`,
        fix: 'set autoExport of an association',
      },
);

/** Budgets API, Spend.Amount: dollars and cents. */
const amount = field('budget-amount', 'budget.monthlyUsd', (value) => {
  if (value > 0 && value <= 1e9 && Math.abs(value * 100 - Math.round(value * 100)) < 1e-6) return undefined;
  return { message: `${value} is not an amount of dollars and cents above 0`, fix: 'write 500, for example' };
});

/** AWS GovCloud (US) user guide, "Billing and payment": bills, and so budgets, are those of the standard account that it belongs to. */
const noBudget: Rule = {
  id: 'budget-region',
  *check({ region, budget }) {
    if (budget === undefined || partitionOf(region).partition !== 'aws-us-gov') return;
    yield {
      path: ['budget'],
      message: `AWS Budgets does not exist in the partition of ${region}`,
      fix: 'remove the section, and make the budget in the standard account that pays for this one',
    };
  },
};

export const alarmRules: readonly Rule[] = [alarmEmail, noExport, amount, noBudget, budgetEmail];
