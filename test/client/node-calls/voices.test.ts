import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HEARING } from '../../../src/client/calls/hearing.ts';
import { createVoices, type Voices } from '../../../src/client/node/calls/ffmpeg/voices.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** 20 ms of a tone whose loudest sample is this, 0 to 1. */
function sound(level: number): Buffer {
  const pcm = Buffer.alloc(1_920);
  for (let i = 0; i < 960; i++) pcm.writeInt16LE(Math.round(Math.sin((i * 2 * Math.PI * 300) / 48_000) * level * 32_767), 2 * i);
  return pcm;
}

function open(): { voices: Voices; told: string[] } {
  const voices = createVoices();
  const told: string[] = [];
  voices.on((speaking) => void told.push([...speaking].toSorted().join(' ')));
  return { voices, told };
}

test('who is loud enough speaks, and for a moment after its last word', () => {
  const { voices, told } = open();
  for (let turn = 0; turn < 50; turn++) {
    voices.take('a', sound(HEARING.heard * 2));
    voices.take('b', sound(HEARING.heard / 2));
    vi.advanceTimersByTime(20);
  }
  // Told once, however long it speaks.
  expect(told).toEqual(['a']);
  vi.advanceTimersByTime(HEARING.hold - 40);
  expect(told).toEqual(['a']);
  vi.advanceTimersByTime(40);
  expect(told).toEqual(['a', '']);
  expect(vi.getTimerCount()).toBe(0);
});

test('two may speak at once, and end each by itself; the lowest sample counts as the highest', () => {
  const { voices, told } = open();
  voices.take('a', sound(0.5));
  vi.advanceTimersByTime(200);
  const lowest = Buffer.alloc(64);
  lowest.writeInt16LE(-32_768, 32);
  voices.take('b', lowest);
  vi.advanceTimersByTime(HEARING.hold - 200);
  expect(told).toEqual(['a', 'a b', 'b']);
  voices.gone('b');
  voices.gone('c');
  expect(told).toEqual(['a', 'a b', 'b', '']);
  vi.advanceTimersByTime(10_000);
  expect(told).toHaveLength(4);
});

test('who listens no more is told nothing; half a sample is none', () => {
  const voices = createVoices();
  let told = 0;
  const stop = voices.on(() => (told += 1));
  voices.take('a', Buffer.from([255]));
  expect(told).toBe(0);
  stop();
  voices.take('a', sound(1));
  expect(told).toBe(0);
});
