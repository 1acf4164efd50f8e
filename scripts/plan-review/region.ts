/** The AWS region that a plan works in. */
import type { Plan } from './plan-json';
import { stringAt, valueAt } from './values';

/** From the AWS provider's settings (a literal or a root variable), else from the first ARN with a region. */
export function regionOf(plan: Plan): string | undefined {
  for (const { name, expressions } of Object.values(plan.providers)) {
    if (name !== 'aws') continue;
    const region = stringAt(expressions, 'region', 'constant_value');
    // Configuration written as JSON has the template itself as the constant: `${var.region}`.
    if (region !== undefined && !region.includes('${')) return region;
    const [reference] = (valueAt(expressions, ['region', 'references']) ?? []) as readonly string[];
    const variable = reference?.startsWith('var.') ? stringAt(plan.variables, reference.slice(4)) : undefined;
    if (variable !== undefined) return variable;
  }
  for (const { before, after } of plan.changes) {
    const region = (stringAt(after, 'arn') ?? stringAt(before, 'arn'))?.split(':')[3];
    if (region !== undefined && region !== '') return region;
  }
  return undefined;
}
