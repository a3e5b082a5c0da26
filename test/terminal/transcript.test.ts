import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Line } from '../../src/terminal/full/lines.ts';
import { createTranscript, type Transcript } from '../../src/terminal/full/transcript.ts';

const text = (seq: number, words = `line ${seq}`): Line => ({
  kind: 'text',
  seq,
  at: 1_000_000 + seq * 600_000,
  device: 'aa',
  name: 'Ana',
  own: false,
  action: false,
  text: words,
  pending: false,
});
const style = { width: 40, height: 10, clock: () => '12:34', day: () => 'Monday' };
const start = () => createTranscript({ beginning: 'begins', loading: 'loading', unread: 'new' });
const shown = (transcript: Transcript, height = 10, width = 40) =>
  transcript.look(height, { ...style, width }, []).map((row) =>
    row
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );
/** The numbers of the lines that are seen. */
const numbers = (rows: readonly string[]) => rows.flatMap((row) => /line (\d+)/.exec(row)?.slice(1).map(Number) ?? []);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('a conversation on the screen', () => {
  test('shows its end, and follows it', () => {
    const transcript = start();
    for (const seq of range(1, 30)) transcript.add(text(seq));
    expect(numbers(shown(transcript))).toEqual(range(21, 30));
    transcript.add(text(31));
    expect(numbers(shown(transcript))).toEqual(range(22, 31));
  });

  test('stays where one looks, and says how much came below', () => {
    const transcript = start();
    for (const seq of range(1, 30)) transcript.add(text(seq));
    shown(transcript);
    transcript.scroll(8);
    const before = shown(transcript);
    expect(numbers(before)).toEqual(range(13, 22));
    for (const seq of range(31, 40)) transcript.add(text(seq));
    expect(shown(transcript)).toEqual(before);
    expect(transcript.below).toBe(10);
    transcript.prepend(range(-20, 0).map((seq) => text(seq)));
    expect(shown(transcript)).toEqual(before);
    transcript.scroll(-8);
    transcript.scroll(-100);
    expect(transcript.following).toBe(true);
    expect(transcript.below).toBe(0);
    expect(numbers(shown(transcript))).toEqual(range(31, 40));
  });

  test('does not go beyond its first line, and asks for what was before', () => {
    const transcript = start();
    for (const seq of range(5, 30)) transcript.add(text(seq));
    shown(transcript);
    transcript.scroll(1000);
    // The day stands above it.
    expect(numbers(shown(transcript))).toEqual(range(5, 13));
    expect(transcript.wanted).toEqual({ older: 5 });
    transcript.prepend(range(1, 4).map((seq) => text(seq)));
    transcript.scroll(3);
    expect(numbers(shown(transcript))).toEqual(range(1, 10));
    transcript.prepend([]);
    transcript.scroll(100);
    expect(numbers(shown(transcript))).toEqual(range(1, 9));
    expect(transcript.wanted).toBeUndefined();
  });

  test('of few lines stands at the bottom, below its beginning', () => {
    const transcript = start();
    transcript.add(text(1));
    shown(transcript);
    transcript.scroll(5);
    expect(transcript.following).toBe(true);
    transcript.prepend([]);
    const rows = shown(transcript, 4);
    expect(rows[0]).toBe('');
    expect(rows[1]).toContain('begins');
    expect(rows[3]).toContain('line 1');
  });

  test('keeps a bounded window, and fetches what it let go', () => {
    const transcript = start();
    for (const seq of range(1, 300)) transcript.add(text(seq));
    shown(transcript);
    transcript.scroll(20);
    const before = shown(transcript);
    for (const seq of range(301, 12_000)) transcript.add(text(seq));
    expect(shown(transcript)).toEqual(before);
    expect(transcript.below).toBe(11_700);
    // Down to where it was cut off.
    let newest = 0;
    for (let i = 0; i < 500 && !transcript.following; i++) {
      transcript.scroll(-9);
      newest = numbers(shown(transcript)).at(-1) ?? 0;
      const { wanted } = transcript;
      if (wanted && 'newer' in wanted)
        transcript.append(range(wanted.newer + 1, Math.min(12_000, wanted.newer + 200)).map((seq) => text(seq)));
    }
    expect(newest).toBeGreaterThan(1_000);
    transcript.toEnd();
    shown(transcript);
    if (transcript.wanted) transcript.prepend(range(11_800, 12_000).map((seq) => text(seq)));
    expect(numbers(shown(transcript))).toEqual(range(11_991, 12_000));
  });

  test('says where the unread begins', () => {
    const transcript = start();
    transcript.markUnread(3);
    for (const seq of range(1, 5)) transcript.add(text(seq));
    const rows = shown(transcript);
    expect(rows.findIndex((row) => /─ new ─/.test(row))).toBe(rows.findIndex((row) => row.includes('line 4')) - 1);
  });

  test('fills every window, whatever is done with it', () => {
    const act = fc.oneof(
      fc.record({ do: fc.constant('add' as const), words: fc.string({ unit: 'grapheme', maxLength: 200 }) }),
      fc.record({ do: fc.constant('scroll' as const), by: fc.integer({ min: -60, max: 60 }) }),
      fc.record({ do: fc.constant('look' as const), height: fc.integer({ min: 1, max: 60 }), width: fc.integer({ min: 8, max: 120 }) }),
      fc.record({ do: fc.constant('end' as const) }),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const transcript = start();
        let seq = 0;
        for (const step of acts) {
          if (step.do === 'add') transcript.add(text(++seq, step.words.replaceAll(/[^ -~]/g, 'x')));
          else if (step.do === 'scroll') transcript.scroll(step.by);
          else if (step.do === 'end') transcript.toEnd();
          else expect(shown(transcript, step.height, step.width)).toHaveLength(step.height);
        }
      }),
      { numRuns: 300 },
    );
  });
});
