/**
 * IAM policy documents (IAM User Guide, "IAM JSON policy elements reference"), and what one allows that another did not.
 *
 * A statement that allows is taken apart into grants: every action with every resource for every principal. A grant is
 * new unless a statement before covers it: an action, a resource and a principal at least as wide, with no condition or
 * the very same. Statements that deny work the other way round: one that is gone, or narrower, widens.
 */
import { isDeepStrictEqual } from 'node:util';
import { matchesGlob, parseGlob } from '../../provision/core/glob';

type JsonObject = Readonly<Record<string, unknown>>;

export interface Statement {
  readonly allows: boolean;
  /** `AWS:arn:...`, `Service:ec2.amazonaws.com`, `*`; `['']` where the policy is attached to a principal. */
  readonly principals: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition: unknown;
  /** True where the statement lists exceptions (NotAction, NotResource, NotPrincipal), which then stand above as `*`. */
  readonly hasExceptions: boolean;
  readonly source: JsonObject;
}

export interface Grant {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly condition: unknown;
}

/** Undefined where the text is no JSON object. */
export function parsePolicy(text: string): readonly Statement[] | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof document !== 'object' || document === null) return undefined;
  const { Statement: statements } = document as JsonObject;
  return (Array.isArray(statements) ? statements : [statements]).flatMap((statement: unknown) =>
    typeof statement === 'object' && statement !== null ? [toStatement(statement as JsonObject)] : [],
  );
}

function toStatement(json: JsonObject): Statement {
  const except = (name: string) => json[name] !== undefined;
  return {
    allows: json.Effect === 'Allow',
    principals: except('NotPrincipal') ? ['*'] : principalsOf(json.Principal),
    actions: except('NotAction') ? ['*'] : words(json.Action),
    resources: except('NotResource') ? ['*'] : orNone(words(json.Resource)),
    condition: json.Condition,
    hasExceptions: except('NotAction') || except('NotResource') || except('NotPrincipal'),
    source: json,
  };
}

function principalsOf(principal: unknown): readonly string[] {
  if (typeof principal !== 'object' || principal === null) return orNone(words(principal));
  const named = Object.entries(principal).flatMap(([kind, names]) =>
    words(names).map((name) => (name === '*' ? '*' : `${kind}:${name}`)),
  );
  return orNone(named);
}

function words(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function orNone(list: readonly string[]): readonly string[] {
  return list.length === 0 ? [''] : list;
}

/** What a part of a statement names, such as the operators of a condition; nothing where it is written as something else. */
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

/** True where the statement is about an action, whether it allows or denies. */
export function concerns({ actions, source }: Statement, action: string): boolean {
  const isAmong = (patterns: readonly string[]) =>
    patterns.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase()));
  return isAmong(actions) && !isAmong(words(source.NotAction));
}

/** What `after` allows that `before` did not. */
export function newGrants(before: readonly Statement[], after: readonly Statement[]): readonly Grant[] {
  const allowed = before.filter(({ allows }) => allows);
  return after
    .filter(
      (statement) => statement.allows && !before.some(({ source }) => isDeepStrictEqual(source, statement.source)),
    )
    .flatMap(grantsOf)
    .filter((grant) => !allowed.some((statement) => covers(statement, grant)));
}

/** What `before` denies and `after` does not deny, or not as widely. */
export function lostDenials(before: readonly Statement[], after: readonly Statement[]): readonly Grant[] {
  const flip = (statements: readonly Statement[]) =>
    statements.map((statement) => ({ ...statement, allows: !statement.allows }));
  return newGrants(flip(after), flip(before));
}

/** True for everything, or everything with a service, on every resource, given to whom the policy is attached. */
export function isBoundless({ principal, action, resource }: Grant): boolean {
  const everything = /^(?:\*|arn(?::[\w*-]+)?:\*)$/;
  return principal === '' && everything.test(plain(resource)) && /^(?:\*|[\w*-]+:\*)$/.test(plain(action));
}

/** `**` and `?*` match no less than `*`, and a colon between two of them is in every action and resource. */
function plain(pattern: string): string {
  return pattern.replaceAll(/[*?]*\*[*?]*/g, '*').replace(/^(?:\*:)+\*$/, '*');
}

function grantsOf({ principals, actions, resources, condition }: Statement): readonly Grant[] {
  return principals.flatMap((principal) =>
    actions.flatMap((action) => resources.map((resource) => ({ principal, action, resource, condition }))),
  );
}

/** A statement with exceptions covers nothing for certain. */
function covers(statement: Statement, { principal, action, resource, condition }: Grant): boolean {
  if (statement.hasExceptions) return false;
  if (statement.condition !== undefined && !isDeepStrictEqual(asLists(statement.condition), asLists(condition)))
    return false;
  return (
    statement.principals.some((name) => name === '*' || name === principal) &&
    statement.actions.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    statement.resources.some((pattern) => matches(pattern, resource))
  );
}

/** A condition, or a part of one, as it is compared: one value is a list of one, `true` is "true", and their order says nothing. */
function asLists(condition: unknown): unknown {
  if (typeof condition !== 'object' || condition === null || Array.isArray(condition))
    return [condition].flat().map(String).toSorted();
  return Object.fromEntries(Object.entries(condition).map(([key, value]) => [key, asLists(value)]));
}

/** True where every text that `narrow` matches is matched by `wide`; `*` and `?` as IAM has them. */
export function matches(wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  return matchesGlob(parseGlob(wide), narrow, (character) => character !== '*');
}
