import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOutlet } from '../../../src/client/node/calls/outlet.ts';
import { createPacer } from '../../../src/client/node/calls/streams/pacer.ts';
import { readRtpHeader, readRtpPayload } from '../../../src/rtc/index.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A camera's way out, whose frames are as many bytes of a number, and not sealed where the test says so. */
function openCamera() {
  const sent: Buffer[] = [];
  const unsealed = new Set<number>();
  let asked = 0;
  const outlet = createOutlet(
    { source: 'camera', mid: 'v', ssrc: 1 },
    { rekey() {}, seal: async (_source, frame) => (unsealed.has(frame[1] as number) ? undefined : frame) },
    { send: (packet) => (sent.push(Buffer.from(packet)), packet), sendAgain() {}, transportCc: 3, nextTransportNumber: () => 0 },
    () => void (asked += 1),
  );
  const frameOf = (number: number, isKey: boolean, bytes: number) => Buffer.alloc(bytes, number).fill(isKey ? 0 : 1, 0, 1);
  return {
    unsealed,
    outlet,
    asked: () => asked,
    take: (number: number, isKey: boolean, bytes = 2_000) => outlet.take(frameOf(number, isKey, bytes), isKey),
    /** Numbers of the frames of which anything left, in order. */
    left: () => {
      const numbers = sent.map((packet) => {
        const header = readRtpHeader(packet);
        return header === undefined ? undefined : readRtpPayload(packet, header).at(-1);
      });
      return numbers.filter((number, i) => number !== numbers[i - 1]);
    },
  };
}

describe('the way out of a camera', () => {
  it('has no picture that is made from one that was left out, because too much waits', async () => {
    const { outlet, take, left, asked } = openCamera();
    take(1, true);
    take(2, false, 120_000);
    // Taken before anybody knows that there is no room for the one before them.
    take(3, false, 120_000);
    take(4, false);
    take(5, false);
    await vi.advanceTimersByTimeAsync(20);
    take(6, false);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(left()).toEqual([1, 2]);
    expect(asked()).toBeGreaterThan(1);
    take(7, true);
    take(8, false);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(left()).toEqual([1, 2, 7, 8]);
    outlet.close();
  });

  it('nor because it could not be sealed, nor because too many wait for that', async () => {
    const { outlet, unsealed, take, left } = openCamera();
    unsealed.add(2);
    take(1, true);
    take(2, false);
    take(3, false);
    await vi.advanceTimersByTimeAsync(1_000);
    take(4, true);
    for (let i = 5; i < 30; i++) take(i, false);
    take(30, true);
    await vi.advanceTimersByTimeAsync(2_000);
    const numbers = left() as number[];
    expect(numbers.slice(0, 2)).toEqual([1, 4]);
    // Each after the one that it is made from.
    for (const [i, number] of numbers.entries()) if (i > 1 && number !== 30) expect(number).toBe((numbers[i - 1] as number) + 1);
    outlet.close();
  });
});

it('what is paced leaves at the same pace where turns come late', () => {
  vi.useRealTimers();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
  const pacer = createPacer();
  let sent = 0;
  const packets = (count: number) => Array.from({ length: count }, () => () => void (sent += 1));
  expect(pacer.add(packets(12), 12_480)).toBe(true);
  for (let i = 0; i < 60; i++) {
    // After a key frame pictures of 250 kbit/s, and one turn for each of them.
    expect(pacer.add(packets(2), 2_080)).toBe(true);
    now += 67;
    vi.advanceTimersByTime(5);
  }
  expect(sent).toBeGreaterThanOrEqual(12 + 116);
  pacer.clear();
  clock.mockRestore();
});
