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

function isAtSamePlace({ finding }: RuleFinding, { path }: Finding): boolean {
  return finding.severity !== 'warning' && formatPath(finding.path) === formatPath(path);
}

/** Never throws on what a person wrote. */
export function loadMigration(text: string, { file, ...context }: LoadOptions): Loaded {
  const document = parseConfig(text);
  const problems = document.problems.map(({ position, finding }) => problem('yaml', position, finding));
  const tree = 'value' in document ? check(document.value) : undefined;
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  const valid = tree !== undefined && problems.every(({ severity }) => severity === 'warning');
  return valid ? { migration: derive(tree), problems } : { problems };

  function check(value: unknown): MigrationShape | undefined {
    const { tree: read, findings: shapeFindings, guessed } = readShape(shapeSchema, value);
    const found = read === undefined ? [] : rules.flatMap((rule) => ruleFindings(rule, read));
    // What a rule says against the number that was meant is what to write in its place.
    const better = new Map(
      [...guessed].map((finding) => [finding, found.find((other) => isAtSamePlace(other, finding))]),
    );
    const said = new Set(better.values());
    // What else is wrong with such a text follows from it, and its fix would be made of it.
    const foreign = new Map([...foreignText(value)].map((finding) => [formatPath(finding.path), finding]));
    const failed = new Set<Finding | undefined>();
    for (const finding of shapeFindings)
      tell('shape', { ...finding, fix: better.get(finding)?.finding.fix ?? finding.fix });
    for (const other of found) if (!said.has(other)) tell(other.rule, other.finding);
    for (const finding of foreign.values())
      report('foreign-text', failed.has(finding) ? { ...finding, severity: 'error' } : finding);
    return read;

    function tell(rule: string, finding: Finding): void {
      const cause = finding.atKey === true ? undefined : foreign.get(formatPath(finding.path));
      if (cause === undefined) report(rule, finding);
      else if (finding.severity !== 'warning') failed.add(cause);
    }
  }

  function ruleFindings(rule: Rule, read: MigrationShape): readonly RuleFinding[] {
    return [...findings(rule, read, context)].map((finding) => ({ rule: rule.id, finding }));
  }

  function report(rule: string, finding: Finding): void {
    problems.push(problem(rule, document.locate(finding.path, finding.atKey), finding));
  }

  function problem(rule: string, position: Position, finding: Finding): Problem {
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

/** What the file says at a path, where it is one value and can be no secret. */
function scalarAt(root: unknown, path: Path): Problem['value'] | undefined {
  if (mayHoldSecret(path)) return undefined;
  let node = root;
  for (const key of path) node = (node as Readonly<Record<string | number, unknown>> | null | undefined)?.[key];
  return isPrintable(node) ? node : undefined;
}
