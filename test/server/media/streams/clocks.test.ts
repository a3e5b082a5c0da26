import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPublisherClock, readRoundTrip } from '../../../../src/server/media/streams/index.ts';
import { countOn, fromNtp, middleOfNtp, timestampDistance, toNtp } from '../../../../src/server/media/streams/numbers.ts';
import { createStreamTime } from '../../../../src/server/media/streams/publisher-clock.ts';

describe('numbers that begin again', () => {
  it('are counted on, and back', () => {
    fc.assert(
      fc.property(fc.constantFrom(7, 8, 15, 16), fc.nat(2 ** 40), fc.double({ min: -0.49, max: 0.49, noNaN: true }), (bits, near, part) => {
        const value = near + Math.round(part * 2 ** bits);
        expect(countOn(((value % 2 ** bits) + 2 ** bits) % 2 ** bits, bits, near)).toBe(value);
      }),
      { seed: 16 },
    );
    expect(timestampDistance(5, 0xffff_fffe)).toBe(7);
    expect(timestampDistance(0xffff_fffe, 5)).toBe(-7);
  });

  it('are time, to and fro', () => {
    for (const time of [0, 1.25, 1_792_000_000_123.456]) expect(fromNtp(toNtp(time))).toBeCloseTo(time, 2);
    // 1970 (RFC 5905 figure 4).
    expect(toNtp(0)).toBe(2_208_988_800n << 32n);
    expect(middleOfNtp(0x1234_5678_9abc_def0n)).toBe(0x5678_9abc);
  });
});

describe('a publisher’s clock', () => {
  const theirs = 900_000;

  it('shows our time, by the fastest report lately', () => {
    const clock = createPublisherClock();
    expect(clock.add(toNtp(theirs), 1_050)).toBeCloseTo(1_050, 2);
    expect(clock.add(toNtp(theirs + 1_000), 2_010)).toBeCloseTo(2_010, 2);
    // One that was held up moves it by a little only.
    const late = clock.add(toNtp(theirs + 2_000), 3_110);
    expect(late).toBeGreaterThan(3_010);
    expect(late).toBeLessThan(3_015);
  });

  it('follows a clock that runs slower', () => {
    const clock = createPublisherClock();
    let shown = 0;
    for (let i = 0; i < 600; i++) shown = clock.add(toNtp(theirs + i * 999), i * 1_000) - i * 1_000;
    expect(Math.abs(shown)).toBeLessThan(60);
  });

  it('follows one that was set, at once', () => {
    const clock = createPublisherClock();
    clock.add(toNtp(theirs), 1_000);
    expect(clock.add(toNtp(theirs - 3_600_000), 2_000)).toBeCloseTo(2_000, 2);
    expect(clock.add(toNtp(theirs + 3_600_000), 3_000)).toBeCloseTo(3_000, 2);
  });
});

describe('what timestamps mean', () => {
  it('is when a packet came, until more is known', () => {
    const time = createStreamTime('video');
    expect(time.timeOf(7, 123)).toBe(123);
    expect(time.timestampAt(123)).toBeUndefined();
    time.set({ time: 1_000, timestamp: 0xffff_ffff });
    expect(time.timeOf(89, 1_050)).toBeCloseTo(1_001, 5);
    expect(time.timestampAt(1_001)).toBe(89);
    expect(createStreamTime('audio').timestampAt(0)).toBeUndefined();
  });

  it('is not believed where it cannot be', () => {
    const time = createStreamTime('audio');
    time.set({ time: 1_000, timestamp: 0 });
    expect(time.timeOf(48 * 4_000, 1_000)).toBe(5_000);
    expect(time.timeOf(48 * 7_000, 1_000)).toBe(1_000);
    expect(time.timeOf(-48 * 7_000, 1_000)).toBe(1_000);
  });
});

describe('a round trip', () => {
  const block = { ssrc: 1, lostOf256: 0, lost: 0, highestSequence: 0, jitter: 0 };

  it('is what a report and its answer took, less what the other end did meanwhile', () => {
    const lastReport = middleOfNtp(toNtp(10_000));
    expect(readRoundTrip({ ...block, lastReport, sinceLastReport: 65_536 / 2 }, 10_530)).toBeCloseTo(30, 0);
    // Rounded to less than nothing.
    expect(readRoundTrip({ ...block, lastReport, sinceLastReport: 65_536 / 2 + 10 }, 10_500)).toBe(0);
  });

  it('is not known of what answers no report of ours', () => {
    expect(readRoundTrip({ ...block, lastReport: 0, sinceLastReport: 0 }, 10_000)).toBeUndefined();
    expect(readRoundTrip({ ...block, lastReport: 77, sinceLastReport: 0 }, 10_000)).toBeUndefined();
    const lastReport = middleOfNtp(toNtp(10_000));
    expect(readRoundTrip({ ...block, lastReport, sinceLastReport: 65_536 }, 10_000)).toBeUndefined();
    expect(readRoundTrip({ ...block, lastReport, sinceLastReport: 0 }, 60_000)).toBeUndefined();
  });
});
