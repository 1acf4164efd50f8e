/** What YAML itself refuses, in sentences of our own: the library's can quote the line, which may hold a secret. */
import { type Document, type ErrorCode, isMap, isScalar, isSeq, visit, type YAMLError } from 'yaml';
import { mergeKey, mergeProblems } from './merge-keys';
import type { Finding, Path } from './problem';
import { mayHoldSecret, show } from './secrecy';

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

/** In YAML 1.1 `on` and `yes` are true, and 010 is 8: the same file would mean something else. */
const otherVersion = [
  'a directive other than %YAML 1.2',
  'remove this line: the file is read as YAML 1.2, where true and false are the only words for yes and no',
] as const;

const sentences: Partial<Record<ErrorCode, readonly [message: string, fix: string]>> = {
  BAD_ALIAS: ['this alias is not one', 'put the value in quotes if it starts with *'],
  BAD_DIRECTIVE: otherVersion,
  BAD_INDENT: ['wrong indentation', 'indent the lines of one mapping or list alike, and deeper than their parent'],
  BAD_SCALAR_START: ['a plain value cannot start with this character', 'put the value in quotes'],
  BAD_DQ_ESCAPE: ['unknown escape in a double-quoted string', 'use single quotes'],
  BLOCK_AS_IMPLICIT_KEY: [
    'two keys on one line',
    'put the inner mapping on a line of its own, or quote a value with ": "',
  ],
  MISSING_CHAR: [
    'a quote, bracket, brace or colon is missing',
    'close what is open here; a value that has brackets or braces itself goes in quotes',
  ],
  MULTIPLE_DOCS: ['more than one document in the file', 'keep one; remove this `---`'],
  NON_STRING_KEY: ['a key that is no string', 'put the key in quotes'],
  TAB_AS_INDENT: ['a tab in the indentation', 'indent with spaces'],
  TAG_RESOLVE_FAILED: ['an unknown tag', 'remove the word that starts with !'],
};
const otherSentence = ['not valid YAML', 'see migration.example.yaml for the form'] as const;

type At = (offset: number) => Position;

/** A text and where its offsets lie. */
export interface Source {
  readonly text: string;
  readonly at: At;
}

export function syntaxProblems(document: Document, source: Source): readonly SyntaxProblem[] {
  const { at, text } = source;
  // What is no UTF-8 was read as U+FFFD; in UTF-16 every other byte of plain text is NUL.
  const undecoded = text.search(/[\uFFFD\0]/);
  if (undecoded !== -1) return [{ position: at(undecoded), finding: { path: [], ...notUtf8 } }];
  const conflict = document.errors.length === 0 ? -1 : text.search(/^(?:<{7}|={7}|>{7})(?: |\r?$)/m);
  if (conflict !== -1) return [{ position: at(conflict), finding: { path: [], ...unmerged } }];
  const directive = document.directives?.yaml;
  if (directive?.explicit === true && directive.version !== '1.2') return [versionProblem(source)];
  return [
    ...parseProblems(document, source),
    ...unresolvedAliases(document, at),
    ...gluedKeys(document, at),
    ...mergeProblems(document).map(({ offset, finding }) => ({ position: at(offset), finding })),
  ];
}

const unmerged = { message: 'a merge conflict of git', fix: 'keep one of its sides, and no line with <<<<<<<' };
const notUtf8 = { message: 'what is here is no UTF-8', fix: 'save the file as UTF-8' };

function versionProblem({ text, at }: Source): SyntaxProblem {
  const [message, fix] = otherVersion;
  return { position: at(Math.max(0, text.search(/^%YAML/m))), finding: { path: [], message, fix } };
}

/** One problem a line: what follows on the same line follows from the first. Only a key given twice leaves a value. */
function* parseProblems(document: Document, { text, at }: Source): Generator<SyntaxProblem> {
  let lastLine = 0;
  const all = [...document.errors, ...document.warnings];
  // What is below a tab or another space in the indentation is misread as well.
  const misread = all.filter((error) => error.code === 'TAB_AS_INDENT' || oddIndentation(error, text) !== undefined);
  const errors = misread.length > 0 ? misread : all.filter((error, index) => index === 0 || !isBehindTheEnd(error));
  for (const error of errors) {
    const position = at(error.pos[0]);
    if (position.line === lastLine) continue;
    lastLine = position.line;
    const slip = slipOf(error, errors, text);
    if (slip !== undefined) {
      const { offset, ...words } = slip;
      yield { position: at(offset), finding: { path: [], ...words } };
      continue;
    }
    if (error.code === 'DUPLICATE_KEY') {
      const path = pathOfKey(document, error.pos[0]);
      const name = mayHoldSecret(path) ? 'this key' : show(path.at(-1));
      const fix = path.at(-1) === mergeKey ? 'merge both with one: <<: [*a, *b]' : 'keep one of the two';
      const finding = { path, message: `${name} is given twice`, fix, atKey: true };
      yield { position, finding };
      continue;
    }
    const closing = unclosed(error);
    const [message, fix] = closing === undefined ? (sentences[codeOf(error)] ?? otherSentence) : leftOpen[closing];
    const isOpen = closing !== undefined || error.code === 'MISSING_CHAR';
    const start = isOpen ? openedAt(document, error.pos[0]) : undefined;
    yield { position: start === undefined ? position : at(start), finding: { path: [], message, fix } };
  }
}

type Slip = Pick<Finding, 'message' | 'fix'> & { readonly offset: number };

/** What a person got wrong where the library reads two lines as one key, or a line as a key without a value. */
function slipOf(error: YAMLError, errors: readonly YAMLError[], text: string): Slip | undefined {
  const [start] = error.pos;
  const indentation = oddIndentation(error, text);
  if (indentation !== undefined) return oddSpace(text, indentation);
  if (error.code === 'NON_STRING_KEY' && text.startsWith('{{', start - 1)) return { offset: start - 1, ...placeholder };
  const [tag] = error.code === 'TAG_RESOLVE_FAILED' ? (cloudFormation.exec(text.slice(start)) ?? []) : [];
  if (tag !== undefined)
    return { offset: start, message: `${tag} is a function of CloudFormation`, fix: placeholder.fix };
  if (isAtNodeEnd(error))
    return text.startsWith('${', start - 1) ? { offset: start - 1, ...placeholder } : { offset: start, ...trailing };
  const multiline = errors.find(({ code, pos }) => code === 'MULTILINE_IMPLICIT_KEY' && pos[0] === start);
  const lacksColon = error === multiline || error.message.startsWith('Implicit map keys need');
  const isNested = error.code === 'BLOCK_AS_IMPLICIT_KEY' && multiline !== undefined;
  if (!lacksColon && !isNested) return undefined;
  const [, end] = (multiline ?? error).pos;
  const odd = text.slice(start, end).search(oddSpaces);
  if (odd !== -1) return oddSpace(text, start + odd);
  if (lacksColon) return { offset: start, ...withoutColon };
  return {
    offset: text.slice(0, end).search(/\S[^\n]*$/),
    message: 'indented deeper than the line above, which has a value already',
    fix: 'indent it as the other lines of its mapping are',
  };
}

/** Spaces to the eye only: no-break ones of a word processor or a web page, and those without a width. */
const oddSpaces = /[^\S \t\r\n]|\u200B/;

function oddSpace(text: string, offset: number): Slip {
  const code = text.charCodeAt(offset).toString(16).toUpperCase().padStart(4, '0');
  return { offset, message: `a space that is none in YAML (U+${code})`, fix: 'write a plain space' };
}

/** Where one stands before the first word of the line of an error. */
function oddIndentation({ pos: [start] }: YAMLError, text: string): number | undefined {
  const line = text.lastIndexOf('\n', start - 1) + 1;
  const odd = (/^[\s\u200B]*/.exec(text.slice(line).split('\n', 1)[0] ?? '') ?? [''])[0].search(oddSpaces);
  return odd === -1 ? undefined : line + odd;
}

const placeholder = {
  message: 'a placeholder, which YAML reads as a mapping',
  fix: 'write the value itself: nothing is interpolated in this file',
};
/** Other words with a ! are not shown: a password may begin so. */
const cloudFormation = /^!(?:Base64|FindInMap|GetAtt|If|ImportValue|Join|Ref|Select|Split|Sub)\b/;
const trailing = { message: 'a value that goes on behind its end', fix: 'put the whole value in quotes' };

function isAtNodeEnd({ message }: Pick<YAMLError, 'message'>): boolean {
  return /^Unexpected .* at node end$/.test(message);
}

/** The library reads on behind what it cannot read, where nothing may stand any more: every word is one more error. */
function isBehindTheEnd({ code, message }: YAMLError): boolean {
  return code === 'UNEXPECTED_TOKEN' && (message.includes(' in YAML stream') || isAtNodeEnd({ message }));
}

const withoutColon = { message: 'a key without a colon and a space after it', fix: 'write key: value' };

/** A list's item that is not indented as its list is reads as a key to the library. */
function codeOf({ code, message }: YAMLError): ErrorCode {
  return message.startsWith('A block sequence may not') ? 'BAD_INDENT' : code;
}

const leftOpen = {
  ']': ['this [ is not closed', 'add the ] at its end'],
  '}': ['this { is not closed', 'add the } at its end'],
} as const;

/** What is missing where a list or mapping in brackets runs into the next key: the library calls it an indentation. */
function unclosed({ code, message }: YAMLError): keyof typeof leftOpen | undefined {
  const [, closing] = code === 'BAD_INDENT' ? (/^Flow .* end with a ([\]}])/.exec(message) ?? []) : [];
  return closing as keyof typeof leftOpen | undefined;
}

/** Where the innermost quote, bracket or brace starts that an offset lies in: the end of the file says little. */
function openedAt(document: Document, offset: number): number | undefined {
  let start: number | undefined;
  visit(document, {
    Value(_, node) {
      const opens = isScalar(node) ? node.type?.startsWith('QUOTE') : node.flow;
      const [first, , end] = node.range ?? [offset, offset, offset];
      if (opens === true && first < offset && offset <= end) start = first;
    },
  });
  return start;
}

/** In one walk: the library goes through the document anew for each alias that it resolves. */
function unresolvedAliases(document: Document, at: At): readonly SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  const anchors = new Set<string>();
  visit(document, {
    Value(_, { anchor }) {
      if (anchor !== undefined) anchors.add(anchor);
    },
    Alias(_, alias) {
      if (anchors.has(alias.source)) return;
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

/** `{a:b}` is the key `a:b` without a value, which no key of a configuration goes without. */
function gluedKeys(document: Document, at: At): readonly SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  visit(document, {
    Pair(_, { key, value }, ancestors) {
      const parent = ancestors.at(-1);
      if (!isMap(parent) || parent.flow !== true || !isScalar(key) || key.type !== 'PLAIN' || value !== null) return;
      if (/:\S/.test(String(key.value)))
        problems.push({ position: at(key.range?.[0] ?? 0), finding: { path: [], ...withoutColon } });
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
