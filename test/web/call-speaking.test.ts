import { describe, expect, it } from 'vitest';
import { listen, silence, type SpeakingState } from '../../src/web/state/calls/speaking.ts';

/** Says for how many ms who is how loud, heard each 100 ms. */
function hear(parts: ReadonlyArray<readonly [ms: number, levels: Record<string, number>]>, from: SpeakingState = silence, start = 0) {
  let state = from;
  let now = start;
  const speakers: (string | null)[] = [];
  for (const [ms, levels] of parts) {
    for (const end = now + ms; now < end; now += 100) {
      state = listen(state, new Map(Object.entries(levels)), now);
      if (state.speaker !== speakers.at(-1)) speakers.push(state.speaker);
    }
  }
  return { state, speakers };
}

describe('who is listened to', () => {
  it('is the first one who says something', () => {
    expect(
      hear([
        [200, { a: 0, b: 0 }],
        [100, { a: 0, b: 0.3 }],
      ]).state.speaker,
    ).toBe('b');
  });

  it('stays while others cough, and changes when somebody takes over', () => {
    const { speakers } = hear([
      [1_000, { a: 0.4, b: 0 }],
      [900, { a: 0.3, b: 0.9 }],
      [2_000, { a: 0.4, b: 0 }],
      [2_500, { a: 0.1, b: 0.6 }],
    ]);
    expect(speakers).toEqual(['a', 'b']);
  });

  it('changes soon when the one before is silent, and not by silence itself', () => {
    const { state } = hear([
      [1_000, { a: 0.4, b: 0 }],
      [3_000, { a: 0, b: 0 }],
    ]);
    expect(state.speaker).toBe('a');
    expect(state.loud.size).toBe(0);
    expect(hear([[800, { a: 0, b: 0.2 }]], state, 5_000).state.speaker).toBe('b');
  });

  it('may breathe between two words', () => {
    const words = Array.from(
      { length: 8 },
      () =>
        [
          [200, { a: 0.01, b: 0.5 }],
          [300, { a: 0.01, b: 0.005 }],
        ] as const,
    ).flat();
    const { state } = hear([[500, { a: 0.5, b: 0 }], ...words]);
    expect(state.speaker).toBe('b');
    expect([...state.loud]).toEqual(['b']);
  });

  it('is nobody who has left', () => {
    const { state } = hear([[500, { a: 0.5, b: 0 }]]);
    const after = listen(state, new Map([['b', 0]]), 600);
    expect([after.speaker, [...after.loud], [...after.heardAt.keys()]]).toEqual([null, [], []]);
  });

  it('is heard without a change where nothing changed: what looks at it is not drawn anew', () => {
    const { state } = hear([[500, { a: 0.5 }]]);
    expect(listen(state, new Map([['a', 0.6]]), 600).loud).toBe(state.loud);
    // Hum is nobody.
    expect(hear([[2_000, { a: 0.015 }]]).state.speaker).toBeNull();
  });
});
