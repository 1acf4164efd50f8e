/**
 * Who refers to whom, by the configuration that a plan carries: references in expressions are followed through module
 * inputs and outputs to resources. Locals cannot be followed, a plan does not hold them; `plan-view.ts` goes by
 * values there.
 *
 * Addresses here are those of the configuration: without the indexes of count and for_each.
 */
import type { Attributes, ModuleConfiguration } from './plan-json';
import { entryOf } from './values';

export interface Configuration {
  /** True where the configuration gives the attribute, and does not leave it to AWS. */
  isSet(address: string, attribute: string): boolean;
  /** The attributes and blocks that a block of the resource gives; undefined where there is no such block, or it is repeated. */
  namesInBlock(address: string, block: string): readonly string[] | undefined;
  /** Resources that an attribute, or the whole resource, is computed from. `depends_on` is not among them. */
  referencesOf(address: string, attribute?: string): readonly string[];
  /** Resources that must be there first: references and `depends_on`, of the resource and of the modules around it. */
  dependenciesOf(address: string): readonly string[];
}

interface Scope {
  /** `module.a.module.b.`, or '' for the root. */
  readonly prefix: string;
  readonly module: ModuleConfiguration;
  readonly parent:
    | { readonly scope: Scope; readonly inputs: Attributes; readonly dependsOn: readonly string[] }
    | undefined;
}

type Resource = ModuleConfiguration['resources'][number];

export function indexConfiguration(root: ModuleConfiguration): Configuration {
  const resources = new Map<string, { readonly scope: Scope; readonly resource: Resource }>();
  for (const scope of scopesIn({ prefix: '', module: root, parent: undefined }))
    for (const resource of scope.module.resources) resources.set(scope.prefix + resource.address, { scope, resource });

  const referencesOf: Configuration['referencesOf'] = (address, attribute) => {
    const found = resources.get(address);
    if (found === undefined) return [];
    const { scope, resource } = found;
    const expression = attribute === undefined ? resource.expressions : resource.expressions[attribute];
    const references = referencesIn(expression);
    const repeats = references.some((name) => /^(each|count)\./.test(name));
    const all = repeats
      ? [...references, ...referencesIn([resource.for_each_expression, resource.count_expression])]
      : references;
    return resolveAll(all, scope);
  };
  return {
    isSet: (address, attribute) => resources.get(address)?.resource.expressions[attribute] !== undefined,
    namesInBlock: (address, block) => {
      const blocks = resources.get(address)?.resource.expressions[block];
      return Array.isArray(blocks) && blocks.length === 1 ? Object.keys(blocks[0] ?? {}) : undefined;
    },
    referencesOf,
    dependenciesOf: (address) => {
      const found = resources.get(address);
      if (found === undefined) return [];
      const { scope, resource } = found;
      return [
        ...new Set([...referencesOf(address), ...awaited(resource.depends_on, scope), ...moduleDependencies(scope)]),
      ];
    },
  };
}

/** `module.a["x"].aws_s3_bucket.b[0]` -> `module.a.aws_s3_bucket.b`. */
export function withoutIndexes(address: string): string {
  return address.replaceAll(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, '');
}

function scopesIn(scope: Scope): readonly Scope[] {
  const children = Object.entries(scope.module.module_calls).map(([name, call]) => childScope(scope, name, call));
  return [scope, ...children.flatMap(scopesIn)];
}

function childScope(parent: Scope, name: string, call: ModuleConfiguration['module_calls'][string]): Scope {
  return {
    prefix: `${parent.prefix}module.${name}.`,
    module: call.module,
    parent: { scope: parent, inputs: call.expressions, dependsOn: call.depends_on },
  };
}

function moduleDependencies({ parent }: Scope): readonly string[] {
  if (parent === undefined) return [];
  return [...awaited(parent.dependsOn, parent.scope), ...moduleDependencies(parent.scope)];
}

/** In depends_on, `module.a` means everything in the module. */
function awaited(dependsOn: readonly string[], scope: Scope): readonly string[] {
  return dependsOn.flatMap((name) => {
    const [head, module = '', third] = withoutIndexes(name).split('.');
    const call = entryOf(scope.module.module_calls, module);
    if (head !== 'module' || third !== undefined || call === undefined) return resolveAll([name], scope);
    return scopesIn(childScope(scope, module, call)).flatMap(({ prefix, module: inner }) =>
      inner.resources.map(({ address }) => prefix + address),
    );
  });
}

function resolveAll(references: readonly string[], scope: Scope): readonly string[] {
  return [...new Set(references.flatMap((reference) => resolve(withoutIndexes(reference), scope)))];
}

/** `module.a` alone stands beside `module.a.output` in a list of references, and adds nothing. */
function resolve(reference: string, scope: Scope): readonly string[] {
  const [head = '', name = '', third] = reference.split('.');
  if (head === 'var') {
    const { parent } = scope;
    return parent === undefined ? [] : resolveAll(referencesIn(entryOf(parent.inputs, name)), parent.scope);
  }
  if (head === 'module') {
    const call = entryOf(scope.module.module_calls, name);
    if (call === undefined || third === undefined) return [];
    return resolveAll(referencesIn(entryOf(call.module.outputs, third)?.expression), childScope(scope, name, call));
  }
  const address = head === 'data' ? `data.${name}.${third}` : `${head}.${name}`;
  return scope.module.resources.some((resource) => resource.address === address) ? [scope.prefix + address] : [];
}

/** Every `references` list, at any depth. In configuration written as JSON a template has a constant value as well. */
function referencesIn(expression: unknown): readonly string[] {
  if (typeof expression !== 'object' || expression === null) return [];
  if (Array.isArray(expression)) return expression.flatMap(referencesIn);
  const { references, constant_value: _, ...rest } = expression as Record<string, unknown>;
  const own = Array.isArray(references)
    ? references.filter((name) => typeof name === 'string')
    : referencesIn(references);
  return [...own, ...referencesIn(Object.values(rest))];
}
