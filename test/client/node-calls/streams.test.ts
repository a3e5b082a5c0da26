import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createMixer, MIX_BYTES } from '../../../src/client/node/calls/ffmpeg/mixer.ts';
import { createArrivals } from '../../../src/client/node/calls/streams/arrivals.ts';
import { createOutgoing, type OutgoingPorts } from '../../../src/client/node/calls/streams/outgoing.ts';
import { createPacer } from '../../../src/client/node/calls/streams/pacer.ts';
import { createReception } from '../../../src/client/node/calls/streams/reception.ts';
import { createSoundFrames } from '../../../src/client/node/calls/streams/sound-frames.ts';
import { findRtpExtension, readRtcp, readRtpHeader, readRtpPayload, unwrapRtx, writeRtcp } from '../../../src/rtc/index.ts';

describe('sound', () => {
  const packet = (sequence: number) => ({
    sequence: sequence & 0xffff,
    timestamp: 0,
    marker: false,
    payload: Buffer.from([sequence & 0xff]),
  });

  it('comes in order, each once, and time goes on where one is lost', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff }),
        fc.func(fc.integer({ min: 0, max: 38 })),
        fc.func(fc.integer({ min: 0, max: 9 })),
        (first, late, lost) => {
          const sounds = createSoundFrames(() => 0);
          const arrivals = Array.from({ length: 40 }, (_, i) => ({
            i,
            at: i === 0 ? 0 : i * 20 + late(i),
            isLost: i > 0 && i < 39 && lost(i) === 0,
          }))
            .filter(({ isLost }) => !isLost)
            .toSorted((a, b) => a.at - b.at);
          const got: (number | undefined)[] = [];
          const take = (now: number) => got.push(...sounds.take(now).map((frame) => frame?.[0]));
          for (const { i, at } of arrivals) {
            sounds.add(packet(first + i), at);
            if (i % 7 === 0) sounds.add(packet(first + i), at);
            take(at);
          }
          take(2_000);
          const there = new Set(arrivals.map(({ i }) => i));
          const expected: (number | undefined)[] = [];
          for (let [i, gap] = [0, 0]; i < 40; i++) {
            gap = there.has(i) ? 0 : gap + 1;
            if (gap <= 5) expected.push(gap === 0 ? (first + i) & 0xff : undefined);
          }
          expect(got).toEqual(expected);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('asks for what is missing, and waits longer on a network that shakes', () => {
    let jitter = 0;
    const sounds = createSoundFrames(() => jitter);
    sounds.add(packet(1), 0);
    sounds.add(packet(3), 20);
    expect(sounds.take(59)).toHaveLength(1);
    expect(sounds.missing(35)).toEqual([2]);
    expect(sounds.take(60)).toHaveLength(2);
    jitter = 25;
    sounds.add(packet(5), 100);
    expect(sounds.take(199)).toEqual([]);
    expect(sounds.take(200)).toHaveLength(2);
    jitter = 1_000;
    sounds.add(packet(7), 300);
    expect(sounds.take(420)).toHaveLength(2);
    expect(sounds.missing(1_000)).toEqual([]);
  });
});

describe('sound of all', () => {
  const pcm = (value: number, turns = 1) => {
    const samples = new Int16Array((turns * MIX_BYTES) / 2).fill(value);
    return Buffer.from(samples.buffer);
  };
  const valueOf = (mixed: Buffer) => {
    expect(new Set(new Int16Array(mixed.buffer, mixed.byteOffset, MIX_BYTES / 2)).size).toBe(1);
    return mixed.readInt16LE(0);
  };

  it('is their sum, as loud as can be at most', () => {
    const mixer = createMixer();
    const [a, b] = [Symbol('a'), Symbol('b')];
    mixer.add(a, pcm(1_000, 4));
    mixer.add(b, pcm(-300, 2));
    expect(valueOf(mixer.mix())).toBe(700);
    mixer.add(b, pcm(32_000, 1));
    expect(valueOf(mixer.mix())).toBe(700);
    expect(valueOf(mixer.mix())).toBe(32_767);
    mixer.remove(b);
    expect(valueOf(mixer.mix())).toBe(1_000);
    expect(valueOf(mixer.mix())).toBe(0);
  });

  it('keeps more of a voice that comes with gaps, and not without end', () => {
    const mixer = createMixer();
    const voice = Symbol('voice');
    mixer.add(voice, pcm(5));
    expect(valueOf(mixer.mix())).toBe(0);
    mixer.add(voice, pcm(5));
    expect([1, 2, 3].map(() => valueOf(mixer.mix()))).toEqual([5, 5, 0]);
    // After a gap three turns are kept before it is heard.
    mixer.add(voice, pcm(6, 2));
    expect(valueOf(mixer.mix())).toBe(0);
    mixer.add(voice, pcm(6));
    expect(valueOf(mixer.mix())).toBe(6);
    mixer.add(voice, pcm(7, 100));
    const heard = Array.from({ length: 10 }, () => valueOf(mixer.mix()));
    expect(heard.filter((value) => value === 7)).toHaveLength(3);
  });
});

describe('what is told of arrivals', () => {
  it('is when each packet came, whatever was lost', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff }),
        fc.func(fc.integer({ min: 0, max: 3 })),
        fc.integer({ min: 1, max: 40 }),
        (first, lost, each) => {
          const arrivals = createArrivals();
          const told = new Map<number, number>();
          const tell = () => {
            for (const report of arrivals.take()) {
              const [read] = readRtcp(writeRtcp([{ ...report, sender: 1, media: 2 }])) ?? [];
              if (read?.kind !== 'transport') throw new Error('not read');
              for (const [i, at] of read.arrivals.entries()) if (at !== undefined) told.set((read.base + i) & 0xffff, at);
            }
          };
          const sent = Array.from({ length: 120 }, (_, i) => i).filter((i) => i === 0 || lost(i) > 0);
          for (const [n, i] of sent.entries()) {
            arrivals.add((first + i) & 0xffff, 1_000 + i * 3);
            if (n % each === 0) tell();
          }
          tell();
          expect([...told.keys()].toSorted((a, b) => a - b)).toEqual(sent.map((i) => (first + i) & 0xffff).toSorted((a, b) => a - b));
          for (const i of sent)
            expect(Math.abs((told.get((first + i) & 0xffff) as number) - (1_000 + i * 3) * 1_000)).toBeLessThanOrEqual(250);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is told three times, so that no report may be lost alone', () => {
    const arrivals = createArrivals();
    const told = [1, 2, 3, 4].map((number) => {
      arrivals.add(number, number);
      const [report] = arrivals.take();
      return [report?.base, report?.arrivals.length];
    });
    expect(told).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
  });

  it('names one that was overtaken, though it was told as lost', () => {
    const arrivals = createArrivals();
    for (const [number, at] of [
      [1, 0],
      [2, 5],
      [4, 15],
    ] as const)
      arrivals.add(number, at);
    expect(arrivals.take()).toMatchObject([{ base: 1, arrivals: [0, 5_000, undefined, 15_000] }]);
    arrivals.add(3, 40);
    arrivals.add(5, 41);
    expect(arrivals.take()).toMatchObject([{ base: 1, arrivals: [0, 5_000, 40_000, 15_000, 41_000] }]);
    arrivals.add(3, 42);
    expect(arrivals.take()).toEqual([]);
  });

  it('is nothing where nothing came, and begins anew after a jump', () => {
    const arrivals = createArrivals();
    expect(arrivals.take()).toEqual([]);
    arrivals.add(10, 5);
    expect(arrivals.take()).toHaveLength(1);
    expect(arrivals.take()).toEqual([]);
    arrivals.add(20_000, 6);
    expect(arrivals.take()).toMatchObject([{ base: 20_000, arrivals: [6_000] }]);
    arrivals.add(18_000, 7);
    expect(arrivals.take()).toEqual([]);
  });
});

it('a report says what was lost, how late packets come, and which sender report was the last', () => {
  const reception = createReception(7, 90_000);
  expect(reception.block(0)).toBeUndefined();
  for (const [i, sequence] of [0xfffe, 0xffff, 1, 2, 3].entries()) reception.add(sequence, i * 900, i * 10);
  reception.reported(0x1122334455667788n, 100);
  expect(reception.block(600)).toEqual({
    ssrc: 7,
    lostOf256: Math.floor(256 / 6),
    lost: 1,
    highestSequence: 0x10003,
    jitter: 0,
    lastReport: 0x33445566,
    sinceLastReport: 32_768,
  });
  // It came after all, and much later than it was sent.
  reception.add(0, 450, 1_000);
  expect(reception.block(1_000)).toMatchObject({ lostOf256: 0, lost: 0 });
  expect(reception.jitter).toBeGreaterThan(50);
});

describe('what is sent', () => {
  const start = (rtx?: { ssrc: number; payloadType: number }) => {
    const sent: Buffer[] = [];
    const again: Buffer[] = [];
    let number = 0xffff;
    const ports: OutgoingPorts = {
      send(packet) {
        sent.push(packet);
        return Buffer.concat([Buffer.from('sealed'), packet]);
      },
      sendAgain: (sealed) => void again.push(sealed),
      transportCc: 3,
      nextTransportNumber: () => number++,
    };
    return { sent, again, outgoing: createOutgoing({ ssrc: 5, payloadType: 96, clockRate: 90_000, kept: 8, ...(rtx && { rtx }) }, ports) };
  };
  const headerOf = (packet: Buffer) => readRtpHeader(packet) ?? expect.unreachable();
  const numberOf = (packet: Buffer) => findRtpExtension(packet, headerOf(packet), 3)?.readUInt16BE();

  it('goes out again in the stream for it, with a number of its own, and not for everybody who asks', () => {
    const { sent, outgoing } = start({ ssrc: 6, payloadType: 97 });
    for (let i = 0; i < 10; i++) outgoing.send(Buffer.from([i]), i * 6_000, i === 9);
    const first = headerOf(sent[0] as Buffer).sequence;
    expect(sent.map(numberOf)).toEqual([0xffff, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
    // The first two are forgotten, the last one was never sent.
    outgoing.repeat(
      [0, 1, 9, 10].map((i) => (first + i) & 0xffff),
      1_000,
    );
    outgoing.repeat([(first + 9) & 0xffff], 1_030);
    expect(sent).toHaveLength(11);
    const repeated = sent[10] as Buffer;
    expect(headerOf(repeated)).toMatchObject({ ssrc: 6, payloadType: 97, marker: true, timestamp: 54_000 });
    expect(numberOf(repeated)).toBe(9);
    const original = unwrapRtx(repeated, { ssrc: 5, payloadType: 96 }) as Buffer;
    expect(headerOf(original)).toMatchObject({ ssrc: 5, sequence: (first + 9) & 0xffff });
    expect(readRtpPayload(original, headerOf(original))).toEqual(Buffer.from([9]));
    outgoing.repeat([(first + 9) & 0xffff], 1_050);
    expect(sent).toHaveLength(12);
    expect(headerOf(sent[11] as Buffer).sequence).toBe((headerOf(repeated).sequence + 1) & 0xffff);
  });

  it('goes out again as it was sealed where there is no such stream', () => {
    const { sent, again, outgoing } = start();
    outgoing.send(Buffer.from('x'), 0, false);
    outgoing.repeat([headerOf(sent[0] as Buffer).sequence], 1_000);
    expect(sent).toHaveLength(1);
    expect(again).toEqual([Buffer.concat([Buffer.from('sealed'), sent[0] as Buffer])]);
  });

  it('is reported while it goes on', () => {
    const { outgoing } = start();
    expect(outgoing.report(performance.now())).toBeUndefined();
    outgoing.send(Buffer.alloc(100), 9_000, false);
    const report = outgoing.report(performance.now() + 1_000);
    expect(report).toMatchObject({ ssrc: 5, packets: 1, bytes: 100 });
    expect(Math.abs((report?.timestamp ?? 0) - 99_000)).toBeLessThan(9_000);
    expect(Number((report?.ntp ?? 0n) >> 32n) - 2_208_988_800).toBeCloseTo(Date.now() / 1_000, -1);
    expect(outgoing.report(performance.now())).toBeUndefined();
  });
});

it('a key frame is spread over time, and one too many is not taken', () => {
  vi.useFakeTimers();
  try {
    const pacer = createPacer();
    const sent: number[] = [];
    const packets = (count: number) => Array.from({ length: count }, () => () => void sent.push(Date.now()));
    const began = Date.now();
    expect(pacer.add(packets(30), 30 * 1_150)).toBe(true);
    expect(sent.length).toBeLessThanOrEqual(2);
    vi.advanceTimersByTime(60);
    expect(sent.length).toBeLessThanOrEqual(17);
    vi.advanceTimersByTime(120);
    expect(sent).toHaveLength(30);
    expect(Math.max(...sent) - began).toBeGreaterThan(80);
    expect(pacer.add(packets(100), 115_000)).toBe(true);
    expect(pacer.add(packets(100), 115_000)).toBe(false);
    pacer.clear();
    vi.advanceTimersByTime(1_000);
    expect(sent.length).toBeLessThanOrEqual(32);
  } finally {
    vi.useRealTimers();
  }
});
