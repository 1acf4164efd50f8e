/**
 * From the text of migration.yaml to a Migration, or to everything that is wrong with it in one run:
 * YAML -> shape -> rules on all that could be read -> problems with their places.
 * Nothing is interpolated: the file means the same on every machine.
 */

import { derive } from './derive';
import { parseConfig } from './document';
import { type Finding, formatPath, type Path, type Problem } from './problem';
import { readShape } from './read-shape';
import { findings, type RuleContext } from './rules/rule';
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

/** Never throws on what a person wrote. */
export function loadMigration(text: string, { file, ...context }: LoadOptions): Loaded {
  const document = parseConfig(text);
  const problems = document.problems.map(({ position, finding }) => problem('yaml', position, finding));
  const tree = 'value' in document ? check(document.value) : undefined;
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  const valid = tree !== undefined && problems.every(({ severity }) => severity === 'warning');
  return valid ? { migration: derive(tree), problems } : { problems };

  function check(value: unknown): MigrationShape | undefined {
    const { tree: read, findings: shapeFindings } = readShape(shapeSchema, value);
    for (const finding of shapeFindings) report('shape', finding);
    if (read === undefined) return undefined;
    for (const rule of rules) for (const finding of findings(rule, read, context)) report(rule.id, finding);
    return read;
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
