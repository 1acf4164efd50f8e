/** The YAML of a configuration: its value, what YAML itself has to say against it, and where each path lies. */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { pairOf, withMerges } from './merge-keys';
import type { Path } from './problem';
import { type Position, type SyntaxProblem, syntaxProblems } from './syntax-problems';

export interface ConfigDocument {
  /** Undefined where the text cannot be read as one YAML document at all. */
  readonly value?: unknown;
  readonly problems: readonly SyntaxProblem[];
  /** Where a path's value (or key) stands; for a path that is not there, its nearest mapping that is. */
  locate(path: Path, atKey?: boolean): Position;
}

export function parseConfig(given: string): ConfigDocument {
  // A line ends at a lone CR as well (YAML 1.2, section 5.4); the library would read one line.
  const text = given.replaceAll(/\r(?!\n)/g, '\n');
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // A !!set or !!timestamp is none of the values of a configuration.
    resolveKnownTags: false,
    logLevel: 'error',
  });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const locate = (path: Path, atKey = false) => at(offsetOf(document, path, atKey));
  const problems = syntaxProblems(document, { text, at });
  if (problems.some(({ finding }) => finding.atKey !== true)) return { problems, locate };
  try {
    return { problems, locate, value: withMerges(document.toJS()) };
  } catch {
    // The library refuses to expand aliases without end ("billion laughs").
    const finding = { path: [], message: 'aliases that multiply', fix: 'write the values out' };
    return { problems: [...problems, { position: { line: 1, column: 1 }, finding }], locate };
  }
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
    const pair = isMap(node) ? pairOf(node, key, document) : undefined;
    if (pair === undefined) return here;
    here = (pair.key as Node).range?.[0] ?? here;
    node = pair.value;
    if (index === path.length - 1 && !atKey) return valueOffset(node) ?? here;
  }
  return here;
}

/** Where a scalar or a flow collection starts; nothing for an empty value or a block, whose key says more. */
function valueOffset(node: unknown): number | undefined {
  if (isScalar(node)) return node.source === '' && node.value === null ? undefined : node.range?.[0];
  if (isAlias(node)) return node.range?.[0];
  return (isMap(node) || isSeq(node)) && node.flow === true ? node.range?.[0] : undefined;
}
