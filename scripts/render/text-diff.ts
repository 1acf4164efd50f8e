/** A line diff for people, as `diff -u` shows it, without headers. */

const contextLines = 2;
const noNewline = ' (no newline at end)';

type Edit = readonly [mark: ' ' | '-' | '+', line: string];

/**
 * Lines marked ` `, `-` or `+`; runs of unchanged lines are cut to a few around each change. Where only one of two texts ends in a
 * newline, the other one's last line says so.
 */
export function textDiff(from: string, to: string): readonly string[] {
  const isUneven = from !== '' && to !== '' && from.endsWith('\n') !== to.endsWith('\n');
  const [before, after] = [from, to].map((text) => linesOf(isUneven && !text.endsWith('\n') ? text + noNewline : text));
  const edits = editScript(before ?? [], after ?? []);
  const isNear = edits.map((_, index) =>
    edits.slice(Math.max(0, index - contextLines), index + contextLines + 1).some(([mark]) => mark !== ' '),
  );
  return edits.flatMap(([mark, line], index) => {
    if (isNear[index] === true) return [`${mark}${line}`];
    return isNear[index - 1] === true ? [' ...'] : [];
  });
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** Longest common subsequence by dynamic programming: configuration files are small. */
function editScript(from: readonly string[], to: readonly string[]): readonly Edit[] {
  const common = Array.from({ length: from.length + 1 }, () => new Array<number>(to.length + 1).fill(0));
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = from.length - 1; i >= 0; i -= 1)
    for (let j = to.length - 1; j >= 0; j -= 1)
      (common[i] as number[])[j] = from[i] === to[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      edits.push([' ', from[i] as string]);
      i += 1;
      j += 1;
    } else if (j >= to.length || (i < from.length && at(i + 1, j) >= at(i, j + 1))) {
      edits.push(['-', from[i] as string]);
      i += 1;
    } else {
      edits.push(['+', to[j] as string]);
      j += 1;
    }
  }
  return edits;
}
