import { expect, test } from 'vitest';
import { createTurns } from '../../src/server/listeners/web/turns.ts';

const KIB = 1024;

/** Turns that come when the test says so. */
function openTurns() {
  const next: Array<() => void> = [];
  const turns = createTurns((run) => void next.push(run));
  return { turns, turn: () => next.splice(0).forEach((run) => run()), scheduled: () => next.length };
}

test('all transfers together pass a little in each turn, first come first served', () => {
  const { turns, turn, scheduled } = openTurns();
  const passed: string[] = [];
  for (const name of ['a', 'b', 'c', 'd']) turns.wait(32 * KIB, () => passed.push(name));
  expect([passed, scheduled()]).toEqual([[], 1]);
  turn();
  expect(passed).toEqual(['a', 'b']);
  turns.wait(1, () => passed.push('e'));
  turn();
  expect(passed).toEqual(['a', 'b', 'c', 'd']);
  turn();
  expect([passed, scheduled()]).toEqual([['a', 'b', 'c', 'd', 'e'], 0]);
});

test('a piece larger than a turn passes alone, and one that asks for more waits for its turn', () => {
  const { turns, turn } = openTurns();
  let passed = 0;
  const again = (): void => {
    passed += 1;
    turns.wait(1_000 * KIB, again);
  };
  turns.wait(1_000 * KIB, again);
  for (let i = 1; i <= 3; i++) {
    turn();
    expect(passed).toBe(i);
  }
});
