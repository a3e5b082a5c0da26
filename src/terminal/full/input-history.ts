/** Lines that were entered, for Up and Down; what was being typed waits below them. */
export interface InputHistory {
  add(text: string): void;
  /** The line before the one that is shown; undefined at the oldest. `typed` is what is on the line now, and is not lost by looking. */
  older(typed: string): string | undefined;
  newer(typed: string): string | undefined;
}

const KEPT = 200;

export function createInputHistory(): InputHistory {
  const lines: string[] = [];
  /** What was changed on the way, by place; the place after the last is the line being typed. */
  let drafts = new Map<number, string>();
  let at = 0;

  function go(to: number, typed: string): string | undefined {
    if (to < 0 || to > lines.length) return undefined;
    drafts.set(at, typed);
    at = to;
    return drafts.get(at) ?? lines[at] ?? '';
  }

  return {
    add(text) {
      if (text.trim() !== '' && lines.at(-1) !== text) lines.push(text);
      if (lines.length > KEPT) lines.shift();
      drafts = new Map();
      at = lines.length;
    },
    older: (typed) => go(at - 1, typed),
    newer: (typed) => go(at + 1, typed),
  };
}
