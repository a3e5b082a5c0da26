import { expect } from 'vitest';
import { createNodeCalls, type NodeCallsOptions } from '../../src/client/node/calls/node-calls.ts';
import type { NodeCalls } from '../../src/client/node/calls/contract.ts';
import { CAMERA } from '../../src/client/node/calls/ffmpeg/camera.ts';
import { FILM_PICTURES, readPattern } from './pattern.ts';

/** A terminal's calls, whose eyes and ears are the test's. */
export interface Terminal {
  readonly calls: NodeCalls;
  /** Numbers of the pictures that it saw of a device, in order, and when; undefined for what is none of the film. */
  readonly seen: Map<string, Seen[]>;
  /** Who it says speaks now. */
  speaking(): readonly string[];
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
  let loud: ReadonlySet<string> = new Set();
  calls.onSpeaking((now) => (loud = now));
  calls.show({ width: 320, height: 180 });
  return { calls, seen, heard, speaking: () => [...loud] };
}

interface Seen {
  readonly index: number | undefined;
  readonly at: number;
}

/** Numbers of the pictures of a film, counted on where it begins anew. All of them are of it, and each comes after those before it: whatever was lost, and however late. */
function countOn(pictures: readonly Seen[]): number[] {
  let round = 0;
  const numbers: number[] = [];
  for (const { index } of pictures) {
    const before = numbers.at(-1) ?? -1;
    if (before - (round + (index ?? 0)) > FILM_PICTURES / 2) round += FILM_PICTURES;
    numbers.push(index === undefined ? -1 : round + index);
  }
  // Said with its neighbours: what was seen before its time tells what was lost.
  const wrong = numbers.findIndex((number, i) => number < (numbers[i - 1] ?? 0));
  expect(wrong < 0 ? [] : numbers.slice(Math.max(0, wrong - 10), wrong + 10)).toEqual([]);
  return numbers;
}

/** How a film came of late: of so many pictures that were seen last, how many there are a second of the film, and the longest stop, by the clock and by the film. */
export function judge(pictures: readonly Seen[], last: number) {
  const numbers = countOn(pictures).slice(-last);
  const times = pictures.slice(-last).map(({ at }) => at);
  const longest = (values: readonly number[]) => Math.max(0, ...values.slice(1).map((value, i) => value - (values[i] as number)));
  const of = (numbers.at(-1) ?? 0) - (numbers[0] ?? 0) + 1;
  return {
    rate: numbers.length < last ? 0 : (CAMERA.rate * new Set(numbers).size) / of,
    stop: Math.round(Math.max(longest(times), (1_000 * longest(numbers)) / CAMERA.rate)),
  };
}
