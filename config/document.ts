/** The YAML of a configuration: its value, what YAML itself has to say against it, and where each path lies. */
import {
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
} from 'yaml';
import type { Finding, Path } from './problem';
import { mayHoldSecret } from './secrecy';

export interface Position {
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
}

/** What YAML says is wrong, at a place of its own. */
export interface SyntaxProblem {
  readonly position: Position;
  readonly finding: Finding;
}

export interface ConfigDocument {
  /** Undefined where the text cannot be read as one YAML document at all. */
  readonly value?: unknown;
  readonly problems: readonly SyntaxProblem[];
  /** Where a path's value (or key) stands; for a path that is not there, its nearest mapping that is. */
  locate(path: Path, atKey?: boolean): Position;
}

/** Own sentences by error code: the library's messages can quote the line, which may hold a secret. */
const sentences: Partial<Record<ErrorCode, readonly [message: string, fix: string]>> = {
  BAD_ALIAS: ['this alias is not one', 'put the value in quotes if it starts with *'],
  BAD_INDENT: ['wrong indentation', 'indent the lines of one mapping or list alike, and deeper than their parent'],
  BAD_SCALAR_START: ['a plain value cannot start with this character', 'put the value in quotes'],
  BAD_DQ_ESCAPE: ['unknown escape in a double-quoted string', 'use single quotes'],
  BLOCK_AS_IMPLICIT_KEY: [
    'two keys on one line',
    'put the inner mapping on a line of its own, or quote a value with ": "',
  ],
  MISSING_CHAR: ['a quote, bracket, brace or colon is missing', 'close what is open here'],
  MULTIPLE_DOCS: ['more than one document in the file', 'keep one; remove this `---`'],
  NON_STRING_KEY: ['a key that is no string', 'put the key in quotes'],
  TAB_AS_INDENT: ['a tab in the indentation', 'indent with spaces'],
  TAG_RESOLVE_FAILED: ['an unknown tag', 'remove the word that starts with !'],
};
const otherSentence = ['not valid YAML', 'see migration.example.yaml for the form'] as const;

export function parseConfig(text: string): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    logLevel: 'silent',
  });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const problems = [...syntaxProblems(document, at), ...unresolvedAliases(document, at)];
  const locate = (path: Path, atKey = false) => at(offsetOf(document, path, atKey));
  const broken = problems.some(({ finding }) => finding.atKey !== true);
  return { problems, locate, ...(!broken && { value: document.toJS() }) };
}

/** One problem a line: what follows on the same line follows from the first. Only a key given twice leaves a value. */
function* syntaxProblems(document: Document, at: (offset: number) => Position): Generator<SyntaxProblem> {
  let lastLine = 0;
  for (const error of [...document.errors, ...document.warnings]) {
    const position = at(error.pos[0]);
    if (position.line === lastLine) continue;
    lastLine = position.line;
    if (error.code === 'DUPLICATE_KEY') {
      const path = pathOfKey(document, error.pos[0]);
      const name = mayHoldSecret(path) ? 'this key' : `"${path.at(-1)}"`;
      const finding = { path, message: `${name} is given twice`, fix: 'keep one of the two', atKey: true };
      yield { position, finding };
      continue;
    }
    const [message, fix] = sentences[error.code] ?? otherSentence;
    yield { position, finding: { path: [], message, fix } };
  }
}

function unresolvedAliases(document: Document, at: (offset: number) => Position): readonly SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      const finding = {
        path: [],
        message: 'an alias to an anchor that is not above it',
        fix: 'put the value in quotes if it starts with *, or define the anchor first',
      };
      problems.push({ position: at(alias.range?.[0] ?? 0), finding });
    },
  });
  return problems;
}

function pathOfKey(document: Document, offset: number): Path {
  let found: Path = [];
  visit(document, {
    Pair(_, pair, ancestors) {
      if (!isScalar(pair.key) || pair.key.range?.[0] !== offset) return undefined;
      const steps = [...ancestors, pair];
      found = steps.flatMap((step, index): Path => {
        const parent = steps[index - 1];
        if (isSeq(parent)) return [parent.items.indexOf(step)];
        return 'key' in step && isScalar(step.key) ? [String(step.key.value)] : [];
      });
      return visit.BREAK;
    },
  });
  return found;
}

function offsetOf(document: Document, path: Path, atKey: boolean): number {
  let node: unknown = document.contents;
  let here = document.contents?.range?.[0] ?? 0;
  for (const [index, key] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node) && typeof key === 'number') {
      node = node.items[key];
      const start = (node as Node | undefined)?.range?.[0];
      if (start === undefined) return here;
      here = start;
      continue;
    }
    const pair: Pair | undefined = isMap(node) ? node.items.find((item) => keyOf(item) === key) : undefined;
    if (pair === undefined) return here;
    here = (pair.key as Node).range?.[0] ?? here;
    node = pair.value;
    if (index === path.length - 1 && !atKey) return valueOffset(node) ?? here;
  }
  return here;
}

function keyOf(pair: Pair): unknown {
  return isScalar(pair.key) ? pair.key.value : undefined;
}

/** Where a scalar or a flow collection starts; nothing for an empty value or a block, whose key says more. */
function valueOffset(node: unknown): number | undefined {
  if (isScalar(node)) return node.source === '' && node.value === null ? undefined : node.range?.[0];
  if (isAlias(node)) return node.range?.[0];
  return (isMap(node) || isSeq(node)) && node.flow === true ? node.range?.[0] : undefined;
}
