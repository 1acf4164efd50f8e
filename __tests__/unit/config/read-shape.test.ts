/** The reader that goes on after a problem agrees with zod's own on what is right. */
import fc from 'fast-check';
import { parse } from 'yaml';
import { readShape, UnreadableField } from '../../../config/read-shape';
import { shapeSchema } from '../../../config/schema/shape';
import { configText } from '../../helpers/config-text';

type Json = { [key: string]: Json } | Json[] | string | number | boolean | null;

const whole = (): Json => ({
  ...parse(configText()),
  buckets: [{ name: 'a', existing: true }],
  host: { ...parse(configText()).host, image: { amiId: 'ami-1' }, mountOptions: ['noatime'] },
});

function pathsOf(node: Json, path: readonly (string | number)[] = []): (string | number)[][] {
  const entries: [string | number, Json][] = Array.isArray(node)
    ? [...node.entries()]
    : typeof node === 'object' && node !== null
      ? Object.entries(node)
      : [];
  return [[...path], ...entries.flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

/** Replaces, or removes where the value is undefined. */
function spoil(root: Json, path: readonly (string | number)[], value: Json | undefined): Json | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const copy = structuredClone(root) as Record<string | number, Json>;
  const child = spoil(copy[key] as Json, rest, value);
  if (child === undefined && Array.isArray(copy)) copy.splice(Number(key), 1);
  else if (child === undefined) delete copy[key];
  else copy[key] = child;
  return copy as Json;
}

const values = fc.constantFrom<Json | undefined>(
  undefined,
  null,
  true,
  0,
  3,
  2.5,
  -1,
  '',
  'x',
  'latest',
  'create',
  [],
  ['NEW'],
  [1],
  {},
  { file: 'a' },
  { file: 'a', environment: 'b' },
  { mode: 'existing' },
);

test('a finding where zod finds an issue, the same value where it finds none', () => {
  fc.assert(
    fc.property(fc.constantFrom(...pathsOf(whole())), values, (path, value) => {
      const input = spoil(whole(), path, value);
      const expected = shapeSchema.safeParse(input);
      const { tree, findings } = readShape(shapeSchema, input);
      expect(findings.length === 0).toBe(expected.success);
      if (expected.success) expect(JSON.parse(JSON.stringify(tree))).toEqual(JSON.parse(JSON.stringify(expected.data)));
    }),
    { numRuns: 1000 },
  );
});

test('a broken field throws when it is touched, its neighbours do not', () => {
  const input = spoil(whole(), ['host', 'os'], 'ubuntu');
  const { tree } = readShape(shapeSchema, input);
  expect(() => tree?.host.os).toThrow(UnreadableField);
  expect(tree?.host.mountPoint).toBe('/fsx');
});
