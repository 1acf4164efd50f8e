/** What is wrong with the shape, in sentences: the value, what may stand there, and what to write. */
import type { z } from 'zod';
import { allNearest, nearest, oneOf } from './nearest';
import { type Finding, formatPath, type Path } from './problem';
import { isPrintable, mayHoldSecret, show } from './secrecy';
import { inUnitOf } from './units';

/** A value and where it stands. */
export interface Place {
  readonly path: Path;
  readonly input: unknown;
  /** True where the key may be left out. */
  readonly isOptional?: boolean;
}

type Schema = z.core.$ZodType;
type Words = Omit<Finding, 'path'>;

export function missing(schema: Schema, path: Path): Finding {
  const example = exampleOf(schema);
  const fix = `add "${path.at(-1)}"${example === undefined ? '' : `, for example ${JSON.stringify(example)}`}`;
  return { path, message: `"${path.at(-1)}" is missing`, fix };
}

export interface UnknownKey {
  readonly key: string;
  /** Of the mapping that holds it. */
  readonly path: Path;
  /** What the mapping may hold. */
  readonly siblings: readonly string[];
  /** Where the shape knows a key, from `knownKeys`. */
  readonly known: ReadonlyMap<string, readonly string[]>;
}

/** Keys that one was probably meant to be: the one it is a slip of, else those that say more, or less, than it: `compression`. */
export function keysMeant(unknown: UnknownKey): readonly string[] {
  const { key, siblings } = unknown;
  const slips = allNearest(key, siblings);
  if (slips.length > 0) return slips;
  if (isOfOtherMode(unknown)) return [];
  const word = key.toLowerCase();
  const holds = (long: string, short: string) => short.length > 2 && long.includes(short);
  return siblings.filter((name) => holds(name.toLowerCase(), word) || holds(word, name.toLowerCase()));
}

function isOfOtherMode({ key, path, known }: UnknownKey): boolean {
  return known.get(key)?.includes(formatPath([...path, key])) === true;
}

export function unknownKey(unknown: UnknownKey): Finding {
  const { key, path, siblings, known } = unknown;
  const here = [...path, key];
  // What holds the name of a key may hold a secret besides.
  if (mayHoldSecret(here) && allNearest(key, siblings).length === 0) {
    return { path: here, message: 'unknown key (not shown)', fix: `known here: ${siblings.join(', ')}`, atKey: true };
  }
  const meant = keysMeant(unknown);
  const elsewhere = known.get(key) ?? [];
  let fix = `remove it; known here: ${siblings.join(', ')}`;
  if (meant.length > 0) fix = `did you mean ${oneOf(meant.map((name) => `"${name}"`))}?`;
  else if (isOfOtherMode(unknown)) fix = 'it belongs to the other mode of this section: remove it, or change mode';
  else if (elsewhere.includes(key))
    fix = `begin ${key} at the start of its line: it is a section of its own, no part of ${formatPath(path)}`;
  else if (elsewhere.length > 0) fix = `did you mean ${oneOf(elsewhere)}?`;
  return { path: here, message: `unknown key ${show(key)}`, fix, atKey: true };
}

export function wrongType(schema: Schema, { path, input, isOptional }: Place): Finding {
  const isList = typeOf(schema) === 'array';
  const form = isList ? listForm(schema, { path, input }) : mappingForm(schema, input);
  const message = `must be ${isList ? 'a list' : 'a mapping'}, but it ${kindOf(input)}`;
  if (path.length === 0) return { path, message, fix: 'begin with a copy of migration.example.yaml' };
  return {
    path,
    message,
    fix: input === null && isOptional === true ? `write ${form}; or remove the key` : `write ${form}`,
  };
}

/** One value where a list of such belongs is shown as one. */
function listForm(schema: Schema, { path, input }: Place): string {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const element = def.type === 'array' ? (def.element as z.core.$ZodTypes)._zod.def : undefined;
  if (element?.type === 'enum') return choicesForm(Object.values(element.entries).map(String), input);
  const isOne = element?.type === 'string' && typeof input === 'string' && isPrintable(input) && !mayHoldSecret(path);
  return isOne
    ? `it as a list: [${input
        .split(/\s*,\s*/)
        .map(show)
        .join(', ')}]`
    : 'a list: [a, b], or a "- item" on each line';
}

/** Those that a text names are shown as a list, none where it is a word for none, and one as an example. */
function choicesForm(choices: readonly string[], input: unknown): string {
  const words = typeof input === 'string' ? input.split(/[\s,]+/) : [];
  const named = words.flatMap((word) => nearest(word, choices) ?? []);
  const isNone = input === false || /^(?:none|no|off|)$/i.test(String(input));
  const list = isNone ? [] : [choices[0], ...named].slice(named.length === 0 ? 0 : 1);
  return `a list, of ${choices.join(', ')}: [${list.join(', ')}]`;
}

function mappingForm(schema: Schema, input: unknown): string {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const keys = def.type === 'object' && input !== null ? Object.keys(def.shape) : [];
  return `key: value lines, indented below it${keys.length === 0 ? '' : `; known here: ${keys.join(', ')}`}`;
}

export function wrongSize(schema: Schema, { path, input }: Place, issue: z.core.$ZodIssue): Finding {
  const count = (input as readonly unknown[]).length;
  if (issue.code === 'too_small') {
    const example = exampleOf(schema);
    const fix = `add one${example === undefined ? '' : `, for example ${JSON.stringify(example)}`}`;
    return { path, message: `has ${count} items, at least ${issue.minimum} needed`, fix };
  }
  const most = issue.code === 'too_big' ? issue.maximum : count;
  return { path, message: `has ${count} items, at most ${most} allowed`, fix: `keep ${most} of them` };
}

export function wrongChoice(path: Path, input: unknown, choices: readonly string[]): Finding {
  if (input === undefined) return { path, message: `"${path.at(-1)}" is missing`, fix: `add it: ${oneOf(choices)}` };
  return { path, ...notAChoice(input, choices) };
}

/** A scalar, or a value of several forms, that is not what the schema says. */
export function wrongValue(schema: Schema, { path, input }: Place): Finding {
  if (typeOf(schema) === 'union') return { path, ...notAForm(schema, { path, input }) };
  if (input === null) {
    return { path, message: 'has no value', fix: 'write one, or remove the key where a default will do' };
  }
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'enum') return { path, ...notAChoice(input, Object.values(def.entries).map(String)) };
  if (def.type === 'number') return { path, ...notANumber(schema as z.ZodNumber, { path, input }) };
  if (def.type === 'boolean') {
    return { path, message: `must be true or false, not ${show(input)}`, fix: 'write true or false, without quotes' };
  }
  const scalar = typeof input === 'number' || typeof input === 'boolean';
  // Not as it was read: 007 is the number 7, and 1.10 is 1.1.
  const fix = scalar ? 'put it in quotes, just as it stands there' : 'write one value, in quotes where in doubt';
  return { path, message: `must be text, but it ${kindOf(input)}`, fix };
}

function notAChoice(input: unknown, choices: readonly string[]): Words {
  if (typeof input === 'number') {
    const meant = choices.find((choice) => Number(choice) === input);
    if (meant !== undefined) {
      return { message: `must be text, but ${meant} without quotes is a number`, fix: `write "${meant}", in quotes` };
    }
  }
  const slip = typeof input === 'string' ? nearest(input, choices) : undefined;
  const message = `must be ${oneOf(choices)}, ${inContrast(input)}`;
  return { message, fix: slip === undefined ? 'write one of these' : `did you mean ${slip}?` };
}

function notANumber(schema: z.ZodNumber, place: Place): Words {
  const [low, high] = rangeOf(schema);
  const kind = schema.isInt ? 'a whole number' : 'a number';
  const range = Number.isFinite(high) && high < Number.MAX_SAFE_INTEGER ? `${kind} from ${low} to ${high}` : kind;
  const message = `must be ${range}, ${inContrast(place.input)}`;
  return { message, fix: meantBy(schema, place)?.fix ?? numberForm(place.input, [low, high]) };
}

function numberForm(input: unknown, [low, high]: Range): string {
  if (typeof input === 'string' && input.trim().endsWith('%')) return 'write the number itself: no share is taken here';
  if (!Number.isFinite(input)) return 'write digits only';
  // Digits they are, and more than a number holds: what was read is no longer what was written.
  return Number(input) < 0 ? `write ${low} or more` : `write ${high} or less`;
}

interface Meant {
  readonly value: number;
  readonly fix: string;
}

/** The number that a text means, or a fraction is nearest to, for rules to look at; undefined where the schema is of something else, or the text of none. */
export function numberMeant(schema: Schema, place: Place): number | undefined {
  const isOne = typeOf(schema) === 'number' && (typeof place.input === 'string' || isFraction(place.input));
  return isOne ? meantBy(schema as z.ZodNumber, place)?.value : undefined;
}

function isFraction(input: unknown): boolean {
  return typeof input === 'number' && Number.isFinite(input) && !Number.isInteger(input);
}

function meantBy(schema: z.ZodNumber, { path, input }: Place): Meant | undefined {
  const [low, high] = rangeOf(schema);
  if (typeof input === 'number' && Number.isSafeInteger(Math.round(input))) {
    const value = Math.min(high, Math.max(low, Math.round(input)));
    return { value, fix: `write ${value}, for example` };
  }
  if (typeof input !== 'string') return undefined;
  const bare = input.replaceAll(/[\s_,]/g, '');
  if ((schema.isInt ? /^-?\d+$/ : /^-?\d+(?:\.\d+)?$/).test(bare))
    return { value: Number(bare), fix: `write ${bare}, without quotes or separators` };
  const counted = inUnitOf(String(path.at(-1)), input);
  if (counted === undefined) return undefined;
  const value = schema.isInt ? Math.round(counted.value) : counted.value;
  if (value < low || value > high) return undefined;
  const exactly = value === counted.value ? '' : ` nearest to ${show(input)}`;
  return { value, fix: `write ${value}, the number of ${counted.unit}${exactly}` };
}

type Range = readonly [low: number, high: number];

function rangeOf(schema: z.ZodNumber): Range {
  return [schema.minValue ?? Number.MIN_SAFE_INTEGER, schema.maxValue ?? Number.MAX_SAFE_INTEGER];
}

function notAForm(schema: Schema, { path, input }: Place): Words {
  const { options } = (schema as z.ZodUnion).def;
  if (mayHoldSecret(path)) {
    const keys = options.flatMap((option) => Object.keys((option as z.ZodObject).shape));
    const [given, ...more] = typeof input === 'object' ? Object.keys(input ?? {}) : [];
    if (given !== undefined && keys.includes(given) && more.length === 0) return notAReference(given);
    return {
      message: 'must be a reference to the secret with exactly one key; this file never holds a secret',
      fix: `write one of ${keys.map((key) => `{ ${key}: ... }`).join(', ')}; change a secret that was written here`,
    };
  }
  const forms = options.map((option) => formOf(option as z.ZodType));
  const key = typeof input === 'string' ? keyOf(options, input) : undefined;
  const fix = key === undefined ? oneOf(forms) : `{ ${key}: ${input} }`;
  return { message: `must be ${oneOf(forms)}, ${inContrast(input)}`, fix: `write ${fix}` };
}

/** The key behind which a text belongs that stands there alone: `ami-...`, which the example of one key begins with too. */
function keyOf(options: readonly Schema[], input: string): string | undefined {
  const start = /^[a-z]+-/.exec(input)?.[0];
  if (start === undefined || !isPrintable(input)) return undefined;
  const shapes = options.map((option) => (option as z.core.$ZodTypes)._zod.def);
  return shapes
    .flatMap((def) => (def.type === 'object' ? Object.entries(def.shape) : []))
    .find(([, schema]) => String(exampleOf(schema)).startsWith(start))?.[0];
}

/** The key is right, and what stands behind it is not shown. */
function notAReference(key: string): Words {
  const [kind, form] = key === 'stdin' ? ['true', 'true'] : ['text', '"..."'];
  return { message: `${key} must be ${kind} (the value is not shown)`, fix: `write { ${key}: ${form} }` };
}

function formOf(schema: z.core.$ZodType): string {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'literal') return def.values.map(String).join(', ');
  if (def.type === 'object') return `{ ${Object.keys(def.shape).join(', ')}: ... }`;
  const low = def.type === 'number' ? (schema as z.ZodNumber).minValue : null;
  if (def.type === 'string') return `text such as ${exampleOf(schema)}`;
  return low === 0 ? 'a whole number from 0' : 'a whole number';
}

function typeOf(schema: Schema): string {
  return (schema as z.core.$ZodTypes)._zod.def.type;
}

/** "not 1300", or what it is where it cannot be shown in one word. */
function inContrast(input: unknown): string {
  return typeof input === 'object' ? `but it ${kindOf(input)}` : `not ${show(input)}`;
}

function kindOf(input: unknown): string {
  if (input === null || input === undefined) return 'has no value';
  if (Array.isArray(input)) return 'is a list';
  if (typeof input === 'object') return 'is a mapping';
  return typeof input === 'string' ? 'is text' : `is a ${typeof input}`;
}

function exampleOf(schema: Schema): unknown {
  const examples = (schema as z.ZodType).meta()?.examples;
  return Array.isArray(examples) ? examples[0] : undefined;
}
