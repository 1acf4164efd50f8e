/**
 * Reads a value against the shape and goes on after a problem: what is wrong becomes findings, and what is right
 * becomes a tree for the rules to read.
 *
 * The tree has the shape's type. A field that could not be read throws `UnreadableField` when it is touched, so a rule
 * simply reads what it needs: the engine drops the rules that touch a broken field and keeps the rest.
 */
import type { z } from 'zod';
import { knownKeys } from './known-keys';
import type { Finding } from './problem';
import {
  keysMeant,
  missing,
  numberMeant,
  type Place,
  unknownKey,
  wrongChoice,
  wrongSize,
  wrongType,
  wrongValue,
} from './shape-messages';

/** Thrown by a field that is missing or wrong, where a finding says so already. */
export class UnreadableField extends Error {
  override readonly name = 'UnreadableField';
}

export interface ReadShape<Output> {
  /** Fields that are broken throw; undefined where the root itself is. */
  readonly tree: Output | undefined;
  readonly findings: readonly Finding[];
  /** Those of a number that is in the tree as it was probably meant. */
  readonly guessed: ReadonlySet<Finding>;
}

const unreadable = Symbol('unreadable');

export function readShape<Schema extends z.ZodType>(schema: Schema, input: unknown): ReadShape<z.output<Schema>> {
  const findings: Finding[] = [];
  const guessed = new Set<Finding>();
  const known = knownKeys(schema);
  const tree = read(schema, { input, path: [] });
  return { tree: tree === unreadable ? undefined : (tree as z.output<Schema>), findings, guessed };

  function read(at: z.core.$ZodType, place: Place): unknown {
    const { def } = (at as z.core.$ZodTypes)._zod;
    const absent = place.input === undefined;
    switch (def.type) {
      case 'optional':
        return absent ? undefined : read(def.innerType, place);
      case 'default':
        return absent ? def.defaultValue : read(def.innerType, place);
      case 'prefault':
        return read(def.innerType, absent ? { ...place, input: def.defaultValue } : place);
      case 'object':
        return readObject(at, def.shape, place);
      case 'record':
        return readRecord(at, def.valueType, place);
      case 'array':
        return readArray(at, def.element, place);
      case 'union':
        return isDiscriminated(def) ? readVariant(at, def, place) : readWhole(at, place);
      default:
        return readWhole(at, place);
    }
  }

  function readObject(at: z.core.$ZodType, shape: z.core.$ZodShape, place: Place): unknown {
    const { input: given, path } = place;
    if (!isMapping(given)) return refuse(wrongType(at, place));
    const siblings = Object.keys(shape);
    const strangers = Object.keys(given).filter((key) => !Object.hasOwn(shape, key));
    const unknown = strangers.map((key) => ({ key, path, siblings, known }));
    findings.push(...unknown.map(unknownKey));
    // A key that is there with a slip in its name is not missing as well.
    const slips = new Set(unknown.flatMap(keysMeant));
    const tree = {};
    for (const [key, field] of Object.entries(shape)) {
      const value = Object.hasOwn(given, key) ? given[key] : undefined;
      const inner = { input: value, path: [...path, key], isOptional: isOptional(field) };
      if (value !== undefined || inner.isOptional) define(tree, key, read(field, inner));
      else define(tree, key, slips.has(key) ? unreadable : refuse(missing(field, inner.path)));
    }
    return tree;
  }

  function readRecord(at: z.core.$ZodType, element: z.core.$ZodType, place: Place): unknown {
    const { input: given, path } = place;
    if (!isMapping(given)) return refuse(wrongType(at, place));
    const tree = {};
    for (const [key, value] of Object.entries(given)) {
      define(tree, key, read(element, { input: value, path: [...path, key] }));
    }
    return tree;
  }

  function readArray(at: z.core.$ZodType, element: z.core.$ZodType, place: Place): unknown {
    const { input: given, path } = place;
    if (!Array.isArray(given)) return refuse(wrongType(at, place));
    const size = (at as z.ZodType).safeParse(given).error?.issues.find((issue) => issue.path.length === 0);
    if (size !== undefined) findings.push(wrongSize(at, { path, input: given }, size));
    const tree: unknown[] = [];
    given.forEach((value, index) => {
      define(tree, index, read(element, { input: value, path: [...path, index] }));
    });
    return tree;
  }

  function readVariant(at: z.core.$ZodType, def: z.core.$ZodDiscriminatedUnionDef, place: Place): unknown {
    if (!isMapping(place.input)) return refuse(wrongType(at, place));
    const tag = place.input[def.discriminator];
    const variants = def.options.map((option) => (option as z.ZodObject).shape);
    const tags = variants.map((variant) => variant[def.discriminator] as z.ZodLiteral<string>);
    const index = tags.findIndex((candidate) => candidate.safeParse(tag).success);
    const chosen = variants[index];
    if (chosen !== undefined) return readObject(at, chosen, place);
    const choices = tags.map((candidate) => String(candidate.value));
    return refuse(wrongChoice([...place.path, def.discriminator], tag, choices));
  }

  /** Read whole or not at all: scalars, and unions whose variants are told apart by nothing. */
  function readWhole(at: z.core.$ZodType, { input: given, path }: Place): unknown {
    const result = (at as z.ZodType).safeParse(given);
    if (result.success) return result.data;
    const finding = wrongValue(at, { path, input: given });
    const meant = numberMeant(at, { path, input: given });
    if (meant === undefined) return refuse(finding);
    findings.push(finding);
    guessed.add(finding);
    return meant;
  }

  function refuse(finding: Finding): typeof unreadable {
    findings.push(finding);
    return unreadable;
  }
}

function define(tree: object, key: string | number, value: unknown): void {
  if (value !== unreadable) {
    Object.defineProperty(tree, key, { enumerable: true, value });
    return;
  }
  Object.defineProperty(tree, key, {
    enumerable: true,
    get: () => {
      throw new UnreadableField(`${key} is missing or wrong`);
    },
  });
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDiscriminated(def: z.core.$ZodUnionDef): def is z.core.$ZodDiscriminatedUnionDef {
  return 'discriminator' in def;
}

function isOptional(schema: z.core.$ZodType): boolean {
  return (schema as z.ZodType).safeParse(undefined).success;
}
