import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrationJsonSchema } from '../../../config/json-schema';

const root = join(__dirname, '../../..');

test('the committed file is what the shape generates (npm run schema)', () => {
  expect(readFileSync(join(root, 'migration.schema.json'), 'utf8')).toBe(migrationJsonSchema());
});

interface Node {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
}

function undescribed(node: Node, path = ''): string[] {
  const inner = Object.entries(node.properties ?? {}).flatMap(([key, child]) => [
    ...(child.description === undefined ? [`${path}.${key}`] : []),
    ...undescribed(child, `${path}.${key}`),
  ]);
  const variants = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.items === undefined ? [] : [node.items])];
  return [...inner, ...variants.flatMap((variant) => undescribed(variant, path))];
}

test('every field is explained to an editor', () => {
  expect(undescribed(JSON.parse(migrationJsonSchema()))).toEqual([]);
});

test('the example names the schema on its first line', () => {
  const [first] = readFileSync(join(root, 'migration.example.yaml'), 'utf8').split('\n');
  expect(first).toBe('# yaml-language-server: $schema=./migration.schema.json');
});
