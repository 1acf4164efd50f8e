/**
 * From the text of migration.yaml to a Migration, or to everything that is wrong with it in one run:
 * YAML -> shape -> rules on all that could be read -> problems with their places.
 * Nothing is interpolated: the file means the same on every machine.
 */

import { derive } from './derive';
import { parseConfig } from './document';
import { foreignText } from './foreign-text';
import { type Finding, formatPath, type Path, type Problem } from './problem';
import { readShape } from './read-shape';
import { findings, type Rule, type RuleContext } from './rules/rule';
import { rules } from './rules/rules';
import type { Migration } from './schema';
import { type MigrationShape, shapeSchema } from './schema/shape';
import { isPrintable, mayHoldSecret, publicPath } from './secrecy';
import type { Position } from './syntax-problems';

export interface LoadOptions extends RuleContext {
  /** The file's name, as problems show it. */
  readonly file: string;
}

export interface Loaded {
  /** Present exactly where no problem is an error. */
  readonly migration?: Migration;
  /** In the order of the file. */
  readonly problems: readonly Problem[];
}

interface RuleFinding {
  readonly rule: string;
  readonly finding: Finding;
}

/** Never throws on what a person wrote. */
export function loadMigration(text: string, { file, ...context }: LoadOptions): Loaded {
  const document = parseConfig(text);
  const { tree, found } = 'value' in document ? check(document.value, context) : { tree: undefined, found: [] };
  const problems = [
    ...document.problems.map(({ position, finding }) => problem('yaml', finding, position)),
    ...found.map(({ rule, finding }) => problem(rule, finding, document.locate(finding.path, finding.atKey))),
  ].sort((a, b) => a.line - b.line || a.column - b.column);
  const valid = tree !== undefined && problems.every(({ severity }) => severity === 'warning');
  return valid ? { migration: derive(tree), problems } : { problems };

  function problem(rule: string, finding: Finding, position: Position): Problem {
    const value = finding.atKey === true ? undefined : scalarAt(document.value, finding.path);
    return {
      severity: finding.severity ?? 'error',
      rule,
      file,
      ...position,
      path: formatPath(publicPath(finding.path)),
      message: finding.message,
      ...(value !== undefined && { value }),
      fix: finding.fix,
    };
  }
}

/** The value as far as it could be read, and what is wrong with it. */
function check(value: unknown, context: RuleContext): { tree: MigrationShape | undefined; found: RuleFinding[] } {
  const { tree, findings: ofShape, guessed } = readShape(shapeSchema, value);
  const ofRules = tree === undefined ? [] : rules.flatMap((rule) => ruleFindings(rule, tree, context));
  return { tree, found: withForeignText(withBetterFixes(ofShape, guessed, ofRules), value) };
}

function ruleFindings(rule: Rule, tree: MigrationShape, context: RuleContext): readonly RuleFinding[] {
  return [...findings(rule, tree, context)].map((finding) => ({ rule: rule.id, finding }));
}

/** What a rule says against the number that was meant is what to write in its place, and is told with that alone. */
function withBetterFixes(
  ofShape: readonly Finding[],
  guessed: ReadonlySet<Finding>,
  ofRules: readonly RuleFinding[],
): readonly RuleFinding[] {
  const said = new Set<RuleFinding>();
  const shape = ofShape.map((finding) => {
    const better = guessed.has(finding) ? ofRules.find((other) => isAtSamePlace(other, finding)) : undefined;
    if (better === undefined) return { rule: 'shape', finding };
    said.add(better);
    return { rule: 'shape', finding: { ...finding, fix: better.finding.fix } };
  });
  return [...shape, ...ofRules.filter((other) => !said.has(other))];
}

function isAtSamePlace({ finding }: RuleFinding, { path }: Finding): boolean {
  return finding.severity !== 'warning' && formatPath(finding.path) === formatPath(path);
}

/** With text that was not meant. What else is wrong with such a text follows from it, and its fix would be made of it: it is told alone. */
function withForeignText(found: readonly RuleFinding[], value: unknown): RuleFinding[] {
  const foreign = new Map([...foreignText(value)].map((finding) => [formatPath(finding.path), finding]));
  const causeOf = ({ finding }: RuleFinding) =>
    finding.atKey === true ? undefined : foreign.get(formatPath(finding.path));
  const failed = new Set(found.filter(({ finding }) => finding.severity !== 'warning').map(causeOf));
  return [
    ...found.filter((each) => causeOf(each) === undefined),
    ...[...foreign.values()].map((finding): RuleFinding => {
      return { rule: 'foreign-text', finding: failed.has(finding) ? { ...finding, severity: 'error' } : finding };
    }),
  ];
}

/** What the file says at a path, where it is one value and can be no secret. */
function scalarAt(root: unknown, path: Path): Problem['value'] | undefined {
  if (mayHoldSecret(path)) return undefined;
  let node = root;
  for (const key of path) node = (node as Readonly<Record<string | number, unknown>> | null | undefined)?.[key];
  return isPrintable(node) ? node : undefined;
}
