/** Reading of values at a path in a plan, where anything may be absent, null or known after apply only. */
import { isDeepStrictEqual } from 'node:util';
import type { Path, ResourceChange } from './plan-json';

/** Undefined where there is nothing, or null, at the path. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value ?? undefined;
}

/** What a table has of its own under a word of the plan's: every object answers to `constructor`. */
export function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

export function stringAt(root: unknown, ...path: Path): string | undefined {
  const value = valueAt(root, path);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberAt(root: unknown, ...path: Path): number | undefined {
  const value = valueAt(root, path);
  return typeof value === 'number' ? value : undefined;
}

/** Whether the attributes are those of an instance that runs on spare capacity. */
export function isSpot(instance: unknown): boolean {
  return stringAt(instance, 'instance_market_options', 0, 'market_type') === 'spot';
}

/** The list at a path; empty where there is none. */
export function listAt(root: unknown, ...path: Path): readonly unknown[] {
  const value = valueAt(root, path);
  return Array.isArray(value) ? value : [];
}

export function stringsAt(root: unknown, ...path: Path): readonly string[] {
  return listAt(root, ...path).filter((item) => typeof item === 'string');
}

/** True where the value at the path, or a part of it, is known after apply only. */
export function isUnknown(change: ResourceChange, path: Path): boolean {
  return marked(change.afterUnknown, path);
}

/** True where the value at the path, or a part of it, must not be shown. */
export function isSensitive(change: ResourceChange, path: Path): boolean {
  return change.sensitive.some((mask) => marked(mask, path));
}

/** True where the values before and after differ, or the one after is not known. */
export function differs(change: ResourceChange, path: Path): boolean {
  return isUnknown(change, path) || !isDeepStrictEqual(valueAt(change.before, path), valueAt(change.after, path));
}

/** A mask is `true` for all below it, or has the shape of the value. */
function marked(mask: unknown, path: Path): boolean {
  let value = mask;
  for (const key of path) {
    if (value === true) return true;
    if (typeof value !== 'object' || value === null) return false;
    value = (value as Record<string | number, unknown>)[key];
  }
  return anyTrue(value);
}

function anyTrue(mask: unknown): boolean {
  if (mask === true) return true;
  return typeof mask === 'object' && mask !== null && Object.values(mask).some(anyTrue);
}

/** A value in one line of at most 60 characters, `(sensitive)` and `(known after apply)` where it is. */
export function showChange(change: ResourceChange, path: Path): string {
  if (isSensitive(change, path)) return '(sensitive)';
  const after = isUnknown(change, path) ? '(known after apply)' : show(valueAt(change.after, path));
  return `${show(valueAt(change.before, path))} -> ${after}`;
}

function show(value: unknown): string {
  const text = value === undefined ? 'none' : JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}
