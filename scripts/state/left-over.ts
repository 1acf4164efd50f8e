/**
 * What a stack has built and its configuration has no more. Synthesis knows no state; so here the stack gets what Terraform needs for
 * the rest: the providers of regions that no bucket is in any more, and word that buckets are forgotten, not deleted.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { bucketType } from '../plan-review/data-stores';
import type { BuiltResource } from './built';
import { accountsOf } from './place';

/** A synthesized stack, as JSON. */
export interface StackJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly provider?: { readonly aws?: readonly Readonly<Record<string, unknown>>[] } | undefined;
  readonly [block: string]: unknown;
}

/** Rewrites the synthesized stack, where anything is left over. */
export async function addLeftOver(stackFile: string, built: readonly BuiltResource[]): Promise<void> {
  const text = await readFile(stackFile, 'utf8');
  const stack = JSON.parse(text) as StackJson;
  const whole = withLeftOver(stack, built);
  if (JSON.stringify(whole) !== JSON.stringify(stack))
    await writeFile(stackFile, `${JSON.stringify(whole, null, 2)}\n`);
}

/** A bucket that the configuration no longer has stays in AWS with everything that belongs to it, as it does when the stack is destroyed. */
export function withLeftOver(stack: StackJson, built: readonly BuiltResource[]): StackJson {
  const left = built.filter(({ type, name }) => stack.resource?.[type]?.[name] === undefined);
  const buckets = left.filter(({ type }) => type === bucketType);
  const isOfLeftBucket = ({ type, name }: BuiltResource) =>
    buckets.some((bucket) => (type === bucketType ? bucket.name === name : name.startsWith(`${bucket.name}_`)));
  const provider = inAccountsOf(built, providersFor(stack, left));
  return { ...stack, provider, ...forgetting(left.filter(isOfLeftBucket)) };
}

/** Those of the stack, and one more for each region that only something built is in: Terraform plans nothing without. */
export function providersFor(stack: StackJson, built: readonly BuiltResource[]): StackJson['provider'] {
  const [main, ...others] = stack.provider?.aws ?? [];
  const known = [undefined, ...others.map(({ alias }) => alias)];
  const missing = [...new Set(built.map(({ alias }) => alias))].filter((alias) => !known.includes(alias));
  if (missing.length === 0) return stack.provider;
  const more = missing.map((alias) => ({ ...main, alias, region: alias }));
  return { ...stack.provider, aws: [...(main === undefined ? [] : [main]), ...others, ...more] };
}

/** The same providers, which refuse at every step to work in another account than that of what is built (`allowed_account_ids`). */
export function inAccountsOf(built: readonly BuiltResource[], providers: StackJson['provider']): StackJson['provider'] {
  const allowed = accountsOf(built);
  if (providers?.aws === undefined || allowed.length === 0) return providers;
  return { ...providers, aws: providers.aws.map((settings) => ({ ...settings, allowed_account_ids: allowed })) };
}

/** The blocks by which resources leave the state and stay in AWS. */
export function forgetting(resources: readonly BuiltResource[]): { readonly removed?: readonly object[] } {
  const removed = resources.map(({ type, name }) => ({ from: `${type}.${name}`, lifecycle: { destroy: false } }));
  return removed.length === 0 ? {} : { removed };
}
