import { expect, test } from 'vitest';
import { createBitrateSteps } from '../../../src/client/node/calls/streams/bitrate-steps.ts';

/** Packets a second. */
const PACKETS = 30;

/** Reports each second of so much lost; says when the share changed, in s, and to what. */
function follow(...parts: ReadonlyArray<readonly [seconds: number, lost: number | (() => number)]>): string[] {
  const steps = createBitrateSteps();
  const changes: string[] = [];
  let now = 0;
  for (const [seconds, lost] of parts)
    for (let i = 0; i < seconds; i++, now++)
      if (steps.report(PACKETS, PACKETS * (typeof lost === 'number' ? lost : lost()), now * 1_000)) changes.push(`${now}: ${steps.share}`);
  return changes;
}

test('where much is lost it is less, step by step, and never less than the last', () => {
  expect(follow([600, 0.4])).toEqual(['1: 0.5', '6: 0.25']);
});

test('where little is lost, or much for a moment, nothing changes', () => {
  let i = 0;
  // 5 % on average, as some tens of packets have it.
  const about = [0, 0.1, 0.03, 0.07, 0.03, 0.1, 0.03, 0.03, 0.06, 0.05];
  expect(follow([600, () => about[i++ % about.length] as number])).toEqual([]);
  expect(follow([60, 0], [1, 0.4], [60, 0])).toEqual([]);
});

test('of few packets nobody knows', () => {
  const steps = createBitrateSteps();
  for (let second = 0; second < 100; second++) expect(steps.report(second % 3, second % 3, second * 1_000)).toBe(false);
});

test('it is more again after a long time without loss, one step at a time', () => {
  expect(follow([10, 0.4], [100, 0])).toEqual(['1: 0.5', '6: 0.25', '47: 0.5', '77: 1']);
  // What is lost now and then begins the wait anew.
  expect(follow([10, 0.4], [20, 0], [3, 0.1], [25, 0])).toEqual(['1: 0.5', '6: 0.25']);
});

test('what was too much before is tried less and less often', () => {
  const steps = createBitrateSteps();
  const raises: number[] = [];
  for (let second = 0; second < 2_000; second++) {
    const before = steps.share;
    // A way that carries half of it.
    steps.report(PACKETS, before > 0.5 ? 0.4 * PACKETS : 0, second * 1_000);
    if (steps.share > before) raises.push(second);
  }
  const waits = raises.slice(1).map((second, i) => second - (raises[i] as number));
  expect(waits.length).toBeGreaterThan(3);
  expect(waits.every((wait, i) => wait >= Math.min(240, 30 * 2 ** (i + 1)))).toBe(true);
  expect(Math.max(...waits)).toBeLessThan(260);
});
