/** Terraform's template syntax in the synthesized JSON. */

/** An expression that Terraform evaluates: `self.vpc_id` -> `${self.vpc_id}`. */
export function expression(code: string): string {
  return `\${${code}}`;
}

/**
 * The same value with every text taken literally: `${` and `%{` in a tag or a path are no template. Data only, no
 * references.
 */
export function literal<T>(value: T): T {
  if (typeof value === 'string') return value.replaceAll(/([$%])\{/g, '$1$1{') as T;
  if (Array.isArray(value)) return value.map(literal) as T;
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [literal(key), literal(item)])) as T;
  return value;
}
