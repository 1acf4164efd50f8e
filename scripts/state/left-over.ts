/**
 * What a stack has built and its configuration has no more. Synthesis knows no state; so here the stack gets what Terraform needs for
 * the rest: the providers of regions that no bucket is in any more, and word that buckets are forgotten, not deleted.
 */
import { createHash } from 'node:crypto';
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
  const stack = JSON.parse(await readFile(stackFile, 'utf8')) as StackJson;
  const whole = withLeftOver(stack, built);
  if (JSON.stringify(whole) !== JSON.stringify(stack))
    await writeFile(stackFile, `${JSON.stringify(whole, null, 2)}\n`);
}

/**
 * SHA-256, in hexadecimal, of a stack with what is left over: the same whether that was written into it, or it was synthesized anew since.
 * @param text As it is on disk.
 */
export function digestWithLeftOver(text: string, built: readonly BuiltResource[]): string {
  return createHash('sha256').update(wholeOf(text, built)).digest('hex');
}

function wholeOf(text: string, built: readonly BuiltResource[]): string {
  try {
    return JSON.stringify(withLeftOver(JSON.parse(text), built));
  } catch {
    // Synthesis writes JSON: it is another one now.
    return text;
  }
}

/** A bucket that the configuration no longer has stays in AWS with everything that belongs to it, as it does when the stack is destroyed. */
export function withLeftOver(stack: StackJson, built: readonly BuiltResource[]): StackJson {
  const left = built.filter(({ type, name }) => stack.resource?.[type]?.[name] === undefined);
  const buckets = new Set(left.flatMap(({ type, name }) => (type === bucketType ? [name] : [])));
  const known = [...buckets, ...Object.keys(stack.resource?.[bucketType] ?? {})];
  const isOfLeftBucket = ({ type, name }: BuiltResource) =>
    buckets.has(type === bucketType ? name : (bucketOf(name, known) ?? ''));
  const provider = inAccountsOf(built, providersFor(stack, left));
  return { ...stack, provider, ...forgetting(left.filter(isOfLeftBucket)) };
}

/** Resources of a bucket have its name before their own; of two that fit, the longer one is meant. */
function bucketOf(name: string, buckets: readonly string[]): string | undefined {
  return buckets.filter((bucket) => name.startsWith(`${bucket}_`)).sort((a, b) => b.length - a.length)[0];
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
