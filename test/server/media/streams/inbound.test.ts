import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildRtp, readRtpHeader, wrapRtx } from '../../../../src/rtc/index.ts';
import { createInbound, createPublisherClock, type Inbound, type MediaKind } from '../../../../src/server/media/streams/index.ts';
import { toNtp } from '../../../../src/server/media/streams/numbers.ts';
import { createPictureLayer, PAYLOAD_TYPE } from './support/publisher.ts';

const SSRC = 77;
const ME = 1;

const createStream = (kind: MediaKind = 'video') =>
  createInbound({ kind, ssrc: SSRC, payloadType: PAYLOAD_TYPE, source: 'a', clock: createPublisherClock() });

/** The smallest packet of a picture: the start of one that needs others, or of one that does not. */
const packetOf = (sequence: number, isKey = false, timestamp = 0) =>
  buildRtp({ payloadType: PAYLOAD_TYPE, sequence: sequence & 0xffff, timestamp, ssrc: SSRC }, Buffer.from([0x10, isKey ? 0x10 : 0x11]));

function receive(inbound: Inbound, bytes: Buffer, now: number) {
  const header = readRtpHeader(bytes);
  return header && inbound.receive(bytes, header, now);
}

const repeatOf = (sequence: number) =>
  wrapRtx(packetOf(sequence), { ssrc: SSRC + 1, payloadType: PAYLOAD_TYPE + 1, sequence: 5 }) as Buffer;

/** What it asks for from `from` to `to`, looked at every 5 ms. */
function askedFor(inbound: Inbound, from: number, to: number, roundTrip = 20): { now: number; sequences: readonly number[] }[] {
  const asked: { now: number; sequences: readonly number[] }[] = [];
  for (let now = from; now <= to; now += 5)
    for (const said of inbound.poll(now, roundTrip, ME)) if (said.kind === 'nack') asked.push({ now, sequences: said.sequences });
  return asked;
}

describe('a layer that arrives', () => {
  it('gives each packet once, with a number that counts on, whatever order they come in', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.nat(0xffff), fc.integer({ min: 65_500, max: 65_535 })),
        fc.array(fc.tuple(fc.nat(20), fc.boolean()), { minLength: 1, maxLength: 120 }),
        (first, delays) => {
          const inbound = createStream();
          const order = delays
            .flatMap(([delay, isTwice], i) => [...(i === 0 ? [[0, 0]] : [[i + delay, i]]), ...(isTwice ? [[i + delay + 0.5, i]] : [])])
            .toSorted((a, b) => (a[0] as number) - (b[0] as number))
            .map(([, i]) => i as number);
          const given = order.flatMap((i) => receive(inbound, packetOf(first + i, false, i), i)?.index ?? []);
          expect(given.toSorted((a, b) => a - b)).toEqual(delays.map((_, i) => first + 65_536 + i));
        },
      ),
      { seed: 3550, numRuns: 300 },
    );
  });

  it('asks for what is missing once it is not merely late, again after a round trip, and at last for a key frame', () => {
    const inbound = createStream();
    receive(inbound, packetOf(65_534, true), 0);
    receive(inbound, packetOf(1), 10);
    expect(askedFor(inbound, 10, 15)).toEqual([]);
    const [first, second, third] = askedFor(inbound, 20, 120);
    expect(first).toEqual({ now: 20, sequences: [65_535, 0] });
    expect(second).toEqual({ now: 50, sequences: [65_535, 0] });
    expect(third).toEqual({ now: 80, sequences: [65_535, 0] });
    expect(receive(inbound, packetOf(65_535), 121)).toMatchObject({ index: 65_536 + 65_535 });
    expect(askedFor(inbound, 125, 160)[0]?.sequences).toEqual([0]);
    const said: string[] = [];
    for (let now = 165; now < 3_000; now += 5) said.push(...inbound.poll(now, 20, ME).map(({ kind }) => kind));
    // Twelve times in all; then nobody has it any more.
    expect(said).toEqual([...Array.from({ length: 7 }, () => 'nack'), 'pli']);
    expect(receive(inbound, packetOf(0), 3_000)).toBeUndefined();
  });

  it('waits longer where packets overtake each other, and not without end', () => {
    const inbound = createStream();
    receive(inbound, packetOf(0, true), 0);
    receive(inbound, packetOf(2), 10);
    receive(inbound, packetOf(1), 50);
    receive(inbound, packetOf(4), 100);
    expect(askedFor(inbound, 100, 145)).toEqual([]);
    expect(askedFor(inbound, 150, 155)).toEqual([{ now: 150, sequences: [3] }]);
    receive(inbound, packetOf(3), 400);
    receive(inbound, packetOf(6), 500);
    expect(askedFor(inbound, 500, 600)[0]).toEqual({ now: 560, sequences: [5] });
  });

  it('waits less again where packets are lost indeed', () => {
    const inbound = createStream();
    const repeat = (sequence: number, now: number) => inbound.receiveRtx(repeatOf(sequence), now);
    receive(inbound, packetOf(0, true), 0);
    receive(inbound, packetOf(2), 0);
    receive(inbound, packetOf(1), 60);
    for (let i = 0; i < 30; i++) {
      receive(inbound, packetOf(4 + 2 * i), 1_000 * (i + 1));
      expect(repeat(3 + 2 * i, 1_000 * (i + 1) + 70)).toBeDefined();
    }
    receive(inbound, packetOf(64), 40_000);
    expect(askedFor(inbound, 40_000, 40_050)[0]?.now).toBe(40_010);
  });

  it('asks for nothing that a key frame came after, and for a key frame at once where too much is missing', () => {
    const inbound = createStream();
    receive(inbound, packetOf(0, true), 0);
    receive(inbound, packetOf(2), 5);
    receive(inbound, packetOf(3, true), 10);
    const kinds = (from: number, to: number) => {
      const said = new Set<string>();
      for (let now = from; now < to; now += 5) for (const { kind } of inbound.poll(now, 20, ME)) said.add(kind);
      return [...said];
    };
    expect(kinds(1_050, 1_100)).toEqual([]);
    receive(inbound, packetOf(1_000), 1_100);
    expect(inbound.poll(1_150, 20, ME)).toEqual([{ kind: 'pli', sender: ME, media: SSRC }]);
  });

  it('takes repeats for what is missing only, as if it had come itself', () => {
    const inbound = createStream();
    expect(inbound.receiveRtx(repeatOf(3), 0)).toBeUndefined();
    receive(inbound, packetOf(0, true), 0);
    receive(inbound, packetOf(2), 10);
    const packet = inbound.receiveRtx(repeatOf(1), 40);
    expect(packet).toMatchObject({ index: 65_537, beginsKey: false });
    expect(packet?.bytes).toEqual(packetOf(1));
    expect(inbound.receiveRtx(repeatOf(1), 50)).toBeUndefined();
    expect(receive(inbound, packetOf(1), 55)).toBeUndefined();
    expect(inbound.receiveRtx(repeatOf(9), 60)).toBeUndefined();
    expect(inbound.receiveRtx(Buffer.alloc(3), 60)).toBeUndefined();
    expect(askedFor(inbound, 60, 200)).toEqual([]);
  });

  it('knows a key frame by the header that is made up, at its first packet alone', () => {
    const camera = createPictureLayer({ layer: 0, ssrc: SSRC, sequence: 0, timestamp: 0, picture: 0, baseIndex: 0, bits: 7 });
    const inbound = createStream();
    const begins = (isKey: boolean) => camera.encode(0, { isKey, packets: 3 }).map((bytes) => receive(inbound, bytes, 0)?.beginsKey);
    expect(begins(true)).toEqual([true, false, false]);
    expect(begins(false)).toEqual([false, false, false]);
    // The start of another partition; a descriptor with nothing behind it; sound.
    for (const payload of [Buffer.from([0x11, 0x10]), Buffer.from([0x10]), Buffer.alloc(0)])
      expect(receive(inbound, buildRtp({ payloadType: 96, sequence: 6, timestamp: 0, ssrc: SSRC }, payload), 0)?.beginsKey ?? false).toBe(
        false,
      );
    expect(receive(createStream('audio'), packetOf(0, true), 0)).toMatchObject({ beginsKey: false, vp8: undefined });
  });

  it('asks for key frames no more than twice a second, whoever wants them, and not when one begins', () => {
    const inbound = createStream();
    let asked = 0;
    for (let now = 0; now < 5_000; now += 5) {
      inbound.askKey();
      asked += inbound.poll(now, 20, ME).length;
    }
    expect(asked).toBe(10);
    inbound.askKey();
    receive(inbound, packetOf(0, true), 5_000);
    expect(inbound.poll(6_000, 20, ME)).toEqual([]);
    const sound = createStream('audio');
    sound.askKey();
    expect(sound.poll(0, 20, ME)).toEqual([]);
  });

  it('gives up sound that would come too late, and asks nothing for it', () => {
    const inbound = createStream('audio');
    receive(inbound, packetOf(0), 0);
    receive(inbound, packetOf(2), 40);
    expect(askedFor(inbound, 40, 60).length).toBeGreaterThan(0);
    expect(askedFor(inbound, 290, 1_000)).toEqual([]);
    expect(inbound.poll(1_000, 20, ME)).toEqual([]);
  });

  it('reports how it arrives', () => {
    const inbound = createStream();
    expect(inbound.report(0)).toBeUndefined();
    // 15 pictures a second, each second one 3 ms late; of 200, every tenth is lost.
    for (let i = 0; i < 200; i++)
      if (i % 10 !== 5) receive(inbound, packetOf(65_500 + i, i === 0, i * 6_000), (i * 1000) / 15 + (i % 2) * 3);
    inbound.setTime({ ntp: toNtp(1_000_000), timestamp: 0 }, 13_000);
    const block = inbound.report(14_000);
    expect(block).toMatchObject({ ssrc: SSRC, lost: 20, lostOf256: 25, highestSequence: 65_699, sinceLastReport: 65_536 });
    expect(block?.lastReport).toBe(Number((toNtp(1_000_000) >> 16n) & 0xffffffffn));
    expect((block?.jitter ?? 0) / 90).toBeCloseTo(3, 0);
    for (let i = 200; i < 300; i++) receive(inbound, packetOf(65_500 + i), 14_000);
    expect(inbound.report(15_000)).toMatchObject({ lost: 20, lostOf256: 0, highestSequence: 65_799 });
  });

  it('begins anew where a sender has jumped ahead: what was lost before is no longer asked for, nor counted', () => {
    const inbound = createStream();
    receive(inbound, packetOf(0, true), 0);
    receive(inbound, packetOf(2), 5);
    receive(inbound, packetOf(10_000), 100);
    expect(inbound.poll(150, 20, ME).map(({ kind }) => kind)).toEqual(['pli']);
    expect(inbound.report(200)).toMatchObject({ lost: 0, lostOf256: 0, highestSequence: 10_000 });
  });

  it('does not take a repeat for disorder of its own', () => {
    const inbound = createStream();
    for (let i = 0; i < 100; i++) if (i !== 50) receive(inbound, packetOf(i, i === 0, i * 1_800), i * 20);
    inbound.receiveRtx(wrapRtx(packetOf(50, false, 50 * 1_800), { ssrc: SSRC + 1, payloadType: 97, sequence: 1 }) as Buffer, 2_000);
    expect(inbound.report(2_000)).toMatchObject({ lost: 0, jitter: 0 });
  });

  it('measures the last second', () => {
    const inbound = createStream();
    expect(inbound.bitrate(0)).toBe(0);
    for (let i = 0; i < 100; i++) receive(inbound, packetOf(i), 10_000 + i * 20);
    const packet = packetOf(0).length * 8;
    expect(inbound.bitrate(12_000) / (50 * packet)).toBeCloseTo(1, 0);
    expect(inbound.bitrate(12_400) / (30 * packet)).toBeCloseTo(1, 0);
    expect(inbound.bitrate(13_100)).toBe(0);
    expect(inbound.packetAt(65_536 + 99)?.index).toBe(65_536 + 99);
    expect(inbound.packetAt(65_536 + 99 + 256)).toBeUndefined();
    expect(inbound.lastArrival).toBe(11_980);
  });
});
