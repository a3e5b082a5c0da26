/** The word that is fewest insertions, deletions and replacements away from `typed`, the first of equals. */
export function nearest(typed: string, words: readonly string[]): string {
  let best = words[0] ?? '';
  let fewest = Number.POSITIVE_INFINITY;
  for (const word of words) {
    const steps = distance(typed.slice(0, 40), word);
    if (steps < fewest) [best, fewest] = [word, steps];
  }
  return best;
}

/** Levenshtein distance, one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
