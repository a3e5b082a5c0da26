import { expect } from 'vitest';
import { createNodeCalls, type NodeCallsOptions } from '../../src/client/node/calls/node-calls.ts';
import type { NodeCalls } from '../../src/client/node/calls/contract.ts';
import { readPattern } from './pattern.ts';

/** A terminal's calls, whose eyes and ears are the test's. */
export interface Terminal {
  readonly calls: NodeCalls;
  /** Numbers of the pictures that it saw of a device, in order, and when; undefined for what is none of the film. */
  readonly seen: Map<string, { readonly index: number | undefined; readonly at: number }[]>;
  /** What its speaker played. */
  readonly heard: Buffer[];
}

export function openTerminal(options: NodeCallsOptions): Terminal {
  const [seen, heard]: [Terminal['seen'], Buffer[]] = [new Map(), []];
  const calls = createNodeCalls({ speaker: { play: (pcm) => void heard.push(pcm), close() {} }, ...options });
  calls.onPicture((picture) => {
    const pictures = seen.get(picture.device) ?? [];
    seen.set(picture.device, pictures);
    pictures.push({ index: readPattern(picture), at: performance.now() });
  });
  calls.show({ width: 320, height: 180 });
  return { calls, seen, heard };
}

/** How a film came: of the pictures between the first and the last one those that were seen, and the longest gap in pictures and in ms. */
export function judge(pictures: readonly { readonly index: number | undefined; readonly at: number }[]) {
  const indexes = pictures.map(({ index }) => index ?? -1);
  expect(indexes.every((index) => index >= 0)).toBe(true);
  // Said with its neighbours: what was seen before its time tells what was lost.
  const wrong = indexes.findIndex((index, i) => i > 0 && index < (indexes[i - 1] as number));
  expect(wrong < 0 ? [] : indexes.slice(Math.max(0, wrong - 10), wrong + 10)).toEqual([]);
  const ordered = indexes;
  const distinct = new Set(ordered).size;
  const steps = ordered.slice(1).map((index, i) => index - (ordered[i] as number));
  const waits = pictures.slice(1).map(({ at }, i) => at - (pictures[i]?.at ?? at));
  return {
    seen: distinct,
    of: (ordered.at(-1) ?? 0) - (ordered[0] ?? 0) + 1,
    longestGap: Math.max(0, ...steps),
    longestWait: Math.round(Math.max(0, ...waits)),
  };
}
