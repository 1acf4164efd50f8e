/** docs/settings.md: every setting of migration.yaml in tables, from the same shape as its JSON Schema. */
import { z } from 'zod';
import { shapeSchema } from './schema/shape';

/** The part of JSON Schema that the shape comes to. */
interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
}

const head = `# Settings

Every setting of \`migration.yaml\`. Generated from the configuration's shape by \`npm run schema\`: change the descriptions there, not here.
\`npx sluice validate\` checks the file, rules between settings too, and says each problem with its line and its fix.
The file is YAML 1.2 in UTF-8: \`true\` and \`false\` are the only words for yes and no, and a \`%YAML 1.1\` line is refused. Aliases and merge keys
(\`<<: *name\`) are read; a problem with what came through one is shown where it is written.
Nothing is interpolated: a placeholder such as \`\${NAME}\` stays as it is, and \`validate\` says so.
What a run of the pull does with its settings is told in [runs.md](runs.md), what may go wrong in [failures.md](failures.md).
`;

export function settingsGuide(): string {
  const schema = z.toJSONSchema(shapeSchema, { io: 'input' }) as Node;
  const properties = Object.entries(schema.properties ?? {});
  const required = schema.required ?? [];
  const plain = properties.filter(([, node]) => !hasParts(node));
  const sections = properties.filter(([, node]) => hasParts(node));
  return [
    head,
    table(plain.map(([name, node]) => row(name, node, required.includes(name)))),
    ...sections.map(
      ([name, node]) => `## ${name}\n\n${node.description ?? ''}\n\n${table([...rowsBelow(name, node)])}`,
    ),
  ].join('\n');
}

function hasParts(node: Node): boolean {
  return node.properties !== undefined || variantsOf(node).some(hasParts) || node.items?.properties !== undefined;
}

function variantsOf(node: Node): readonly Node[] {
  return node.anyOf ?? node.oneOf ?? [];
}

function* rowsBelow(path: string, node: Node): Generator<string> {
  let formsBefore = '';
  for (const [name, child] of Object.entries(node.properties ?? {})) {
    const at = `${path}.${name}`;
    yield row(at, child, node.required?.includes(name) === true);
    // A neighbour of the same forms has told them.
    const forms = JSON.stringify(variantsOf(child));
    if (hasParts(child) && (forms === '[]' || forms !== formsBefore)) yield* rowsBelow(at, child);
    formsBefore = forms;
  }
  if (node.items !== undefined) yield* rowsBelow(`${path}[]`, node.items);
  const seen = new Set<string>();
  for (const { required: _, ...form } of variantsOf(node)) {
    for (const line of rowsBelow(path, form)) {
      if (!seen.has(line)) yield line;
      seen.add(line);
    }
  }
}

function row(path: string, node: Node, isRequired: boolean): string {
  const fallback = node.default === undefined || hasParts(node) ? '' : code(node.default);
  return `| \`${path}\` | ${valuesOf(node)} | ${isRequired && fallback === '' ? 'required' : fallback} | ${cell(explanation(node))} |`;
}

function explanation({ description = '', examples = [] }: Node): string {
  return examples.length === 0 ? description : `${description} For example ${examples.map(code).join(', ')}.`;
}

function valuesOf(node: Node): string {
  if (node.enum !== undefined) return node.enum.map(code).join(', ');
  if (node.const !== undefined) return code(node.const);
  const variants = variantsOf(node);
  if (variants.length > 0) {
    return variants
      .map((variant) => (variant.properties === undefined ? valuesOf(variant) : oneKey(variant)))
      .join(' or ');
  }
  if (node.type === 'array') return node.items?.properties === undefined ? 'list' : 'list of:';
  if (node.type === 'integer' || node.type === 'number') return numberRange(node);
  if (node.type === 'object') return 'section';
  return node.type === 'boolean' ? '`true`, `false`' : 'text';
}

/** A variant is told by what it must have. */
function oneKey({ required = [], properties = {} }: Node): string {
  const names = required.map((name) => {
    const fixed = properties[name]?.const;
    return fixed === undefined ? name : `${name}: ${fixed}`;
  });
  return `\`{ ${names.join(', ')} }\``;
}

function numberRange({ type, minimum, maximum }: Node): string {
  const what = type === 'integer' ? 'whole number' : 'number';
  const hasMinimum = minimum !== undefined && minimum !== Number.MIN_SAFE_INTEGER;
  const hasMaximum = maximum !== undefined && maximum !== Number.MAX_SAFE_INTEGER;
  if (hasMinimum && hasMaximum) return `${what}, ${minimum} to ${maximum}`;
  return hasMinimum ? `${what}, at least ${minimum}` : what;
}

function table(rows: readonly string[]): string {
  return `| setting | values | default | what it does |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}

/** As YAML takes it on one line. */
function code(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `\`${cell(text)}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
