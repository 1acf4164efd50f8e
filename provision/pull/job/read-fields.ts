/** Fields of job.json, read strictly: each there, of its type, none unknown. By hand, because the agent carries no schema library. */
import { SluiceError } from '../../core/errors';

export type Fields = Readonly<Record<string, unknown>>;

export interface Range {
  readonly min: number;
  readonly max: number;
}

export function objectOf(value: unknown, at: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(at, `${show(value)}; an object is needed`);
  return value as Fields;
}

export function fieldsOf(
  value: unknown,
  at: string,
  required: readonly string[],
  optional: readonly string[] = [],
): Fields {
  const fields = objectOf(value, at);
  const unknown = Object.keys(fields).filter((name) => !required.includes(name) && !optional.includes(name));
  if (unknown.length > 0) throw problem(`${at} has an unknown field ${show(unknown[0])}`);
  const absent = required.filter((name) => !(name in fields));
  if (absent.length > 0) throw problem(`${at} has no field "${absent[0]}"`);
  return fields;
}

export function string(value: unknown, at: string): string {
  if (typeof value !== 'string' || value.includes('\0')) throw invalid(at, `${show(value)}; a string is needed`);
  return value;
}

export function nonEmpty(value: unknown, at: string): string {
  if (string(value, at) === '') throw invalid(at, 'empty');
  return value as string;
}

export function absolutePath(value: unknown, at: string): string {
  const path = nonEmpty(value, at);
  if (!path.startsWith('/')) throw invalid(at, `${show(path)}; an absolute path is needed`);
  return path;
}

export function strings(value: unknown, at: string): readonly string[] {
  if (!Array.isArray(value)) throw invalid(at, `${show(value)}; a list of strings is needed`);
  return value.map((item, index) => string(item, `${at}[${index}]`));
}

export function integer(value: unknown, at: string, range: Range): number {
  if (Number.isInteger(value) && Number(value) >= range.min && Number(value) <= range.max) return value as number;
  throw invalid(at, `${show(value)}; a whole number from ${range.min} to ${range.max} is needed`);
}

export function boolean(value: unknown, at: string): boolean {
  if (typeof value === 'boolean') return value;
  throw invalid(at, `${show(value)}; true or false is needed`);
}

export function oneOf<T extends string>(value: unknown, at: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw invalid(at, `${show(value)}; one of ${choices.join(', ')} is needed`);
  return found;
}

export function invalid(at: string, what: string, cause?: unknown): SluiceError {
  return problem(`${at} is ${what}`, cause);
}

export function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function problem(message: string, cause?: unknown): SluiceError {
  return new SluiceError(message, {
    code: 'JOB_INVALID',
    kind: 'config',
    hint: 'Write the job anew with `sluice provision`.',
    cause,
  });
}
