/** `pull`: where the tree lands, and patterns in AWS DataSync's language. */
import { isCleanPath } from '../clean-path';
import { nearest, oneOf } from '../nearest';
import { show } from '../secrecy';
import { type Complaint, field, type Rule } from './rule';

const association = field('pull-association', 'pull.association', (value, { fileSystem }) => {
  const paths = fileSystem.associations.map(({ path }) => path);
  // Of a path that is no clean one, its own rule says what to write.
  if (paths.includes(value) || paths.some((path) => !isCleanPath(path))) return undefined;
  const fix = `use ${nearest(value, paths) ?? oneOf(paths)}`;
  return { message: `${show(value)} is not the path of an association`, fix };
});

/**
 * DataSync user guide, "Filtering data": `*` stands for anything, `|` parts patterns, `\` takes away the meaning of
 * `*`, `|` and `\`. Includes start with a slash and may have `*` as their last character only.
 */
function badPattern(value: string): Complaint | undefined {
  if (value === '' || value.includes('\0')) return { message: 'is an empty pattern', fix: 'remove it' };
  if (/\\(?:[^*|\\]|$)/.test(value.replaceAll('\\\\', ''))) {
    return {
      message: `${show(value)} has a backslash before an ordinary character`,
      fix: 'write \\\\ for a backslash in a name; \\ stands before *, | and \\ only',
    };
  }
  const parts = withoutEscapes(value).split('|');
  if (parts.includes('')) {
    return { message: `${show(value)} has an empty pattern beside a |`, fix: 'write one pattern an item' };
  }
  if (parts.some((part) => /\/\.{0,2}\//.test(`${part.replace(/\/$/, '')}/`))) {
    return {
      message: `${show(value)} matches nothing: no path has a // in it, or a name that is . or ..`,
      fix: 'write the path as it is beneath source.path, with one slash between names',
    };
  }
  return undefined;
}

/** The pattern with every escaped character as an underscore: what is left of `*` and `|` is special. */
function withoutEscapes(pattern: string): string {
  return pattern.replaceAll(/\\./gs, '_');
}

function badInclude(value: string): Complaint | undefined {
  for (const part of withoutEscapes(value).split('|')) {
    if (!part.startsWith('/')) {
      const fix = part.startsWith('*')
        ? 'name directories, such as /2026*, and exclude the rest'
        : 'write a slash first';
      return { message: `${show(value)} does not start with /, which stands for source.path`, fix };
    }
    if (part.slice(0, -1).includes('*')) {
      const fix = 'end it at the first *, and leave the rest out with excludes';
      return { message: `${show(value)} has a * before its end, which includes cannot`, fix };
    }
  }
  return undefined;
}

function badExclude(value: string): Complaint | undefined {
  if (
    withoutEscapes(value)
      .split('|')
      .every((part) => /^[/*]/.test(part))
  )
    return undefined;
  return {
    message: `${show(value)} starts with neither / (source.path) nor * (anywhere)`,
    fix: 'write /name for the top, */name for any directory',
  };
}

const include = field('include-pattern', 'pull.includes.*', (value) => badPattern(value) ?? badInclude(value));
const exclude = field('exclude-pattern', 'pull.excludes.*', (value) => badPattern(value) ?? badExclude(value));

/** DataSync API, FilterRule.Value: 102,400 characters in all. */
const mostPatternLength = 102_400;

const patternLength: readonly Rule[] = (['includes', 'excludes'] as const).map((key) =>
  field('pattern-length', `pull.${key}`, (value) => {
    const length = value.join('|').length;
    if (length <= mostPatternLength) return undefined;
    const message = `the patterns are ${length} characters long, at most ${mostPatternLength} allowed`;
    return { message, fix: 'use shorter or fewer patterns' };
  }),
);

export const pullRules: readonly Rule[] = [association, include, exclude, ...patternLength];
