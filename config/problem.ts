/** What is wrong in a configuration file: where, what, and what to write instead. */

type Severity = 'error' | 'warning';

/** Keys and indexes from the root of the file: `['fileSystem', 'associations', 0, 'path']`. */
export type Path = readonly (string | number)[];

/** A problem before it has a place in a file. */
export interface Finding {
  readonly path: Path;
  /** A sentence: what is wrong, with the value where that is no secret. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
  /** Default error. */
  readonly severity?: Severity;
  /** Points at the key itself rather than its value: the key is what is wrong. */
  readonly atKey?: boolean;
}

export interface Problem {
  readonly severity: Severity;
  /** Stable id of the rule, for machines: `storage-capacity`. */
  readonly rule: string;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** `fileSystem.associations[0].path`; empty for the file itself. */
  readonly path: string;
  readonly message: string;
  /** The value as written, where it is a scalar and can hold no secret. */
  readonly value?: string | number | boolean;
  readonly fix: string;
}

/** `fileSystem.associations[0].path`; keys that are no plain words in quotes. */
export function formatPath(path: Path): string {
  return path.map((key, index) => (typeof key === 'number' ? `[${key}]` : formatKey(key, index === 0))).join('');
}

function formatKey(key: string, isFirst: boolean): string {
  return `${isFirst ? '' : '.'}${/^[\w:/@+=-]+$/.test(key) ? key : JSON.stringify(key)}`;
}

/** `file:line:column path: severity: message [rule]`, as editors and CI parse it, and the fix on a line of its own. */
export function formatProblem(problem: Problem): string {
  return paintProblem(problem, { error: plain, warning: plain, place: plain, fix: plain });
}

/** Colours for the parts of a problem. */
export type Paint = Readonly<Record<Severity | 'place' | 'fix', (text: string) => string>>;

const plain = (text: string) => text;

/** The same, in colours. */
export function paintProblem(problem: Problem, paint: Paint): string {
  const { file, line, column, path, severity, message, rule, fix } = problem;
  const place = paint.place(`${file}:${line}:${column}${path === '' ? '' : ` ${path}`}:`);
  return `${place} ${paint[severity](`${severity}:`)} ${message} [${rule}]\n  ${paint.fix('fix:')} ${fix}`;
}

/** `2 errors, 1 warning`; empty where there is neither. */
export function countProblems(problems: readonly Problem[]): string {
  return (['error', 'warning'] as const)
    .map((severity) => ({ severity, count: problems.filter((problem) => problem.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}${count === 1 ? '' : 's'}`)
    .join(', ');
}
