/** The word that was probably meant. */

/** The candidate nearest to a word by edit distance, where it is near enough to be a slip, and no other is as near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const [found, ...others] = allNearest(word, candidates);
  return others.length === 0 ? found : undefined;
}

/** With those that are as near. */
export function allNearest(word: string, candidates: Iterable<string>): readonly string[] {
  const limit = Math.min(word.length - 1, Math.max(1, Math.floor(word.length / 3)));
  const distances = [...new Set(candidates)].map((candidate) => {
    return { candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) };
  });
  const least = Math.min(limit, ...distances.map(({ distance }) => distance));
  return distances.filter(({ distance }) => distance === least).map(({ candidate }) => candidate);
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

/** `a`, `a or b`, `a, b or c` */
export function oneOf(words: readonly (string | number)[]): string {
  if (words.length <= 1) return String(words[0] ?? '');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
