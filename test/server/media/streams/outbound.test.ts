import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildRtp, readRtpExtensions, readRtpHeader } from '../../../../src/rtc/index.ts';
import {
  createInbound,
  createOutbound,
  createPublisherClock,
  type Inbound,
  type Outbound,
} from '../../../../src/server/media/streams/index.ts';
import { toNtp } from '../../../../src/server/media/streams/numbers.ts';
import { createPictureLayer, type LayerNumbers, PAYLOAD_TYPE } from './support/publisher.ts';
import { createReceiver, decode, readGot, TRANSPORT_CC } from './support/receiver.ts';

const SLOT = { ssrc: 0xabcdef01, payloadType: 101, rtx: { ssrc: 0xabcdef02, payloadType: 102 } };
const FRAME = 1000 / 15;

function createSlot(start = 0, repeats = true) {
  const receiver = createReceiver();
  const slot = createOutbound(receiver.port, {
    kind: 'video',
    ...SLOT,
    rtx: repeats ? SLOT.rtx : undefined,
    transportCc: TRANSPORT_CC,
    start,
  });
  return { ...receiver, slot, received: () => receiver.raw.map((bytes) => readGot(bytes)) };
}

/** A publisher's layer with what the relay knows of it. */
function createLayer(numbers: LayerNumbers, source = 'camera', clock = createPublisherClock()) {
  const camera = createPictureLayer(numbers);
  const inbound = createInbound({ kind: 'video', ssrc: numbers.ssrc, payloadType: PAYLOAD_TYPE, source, clock });
  return { camera, inbound, clock };
}

const numbersOf = (layer: number, changes: Partial<LayerNumbers> = {}): LayerNumbers => ({
  layer,
  ssrc: 100 + layer,
  sequence: 1000 * layer,
  timestamp: 5_000_000 * layer,
  picture: 300 * layer,
  baseIndex: 40 * layer,
  bits: 15,
  ...changes,
});

function pass(slot: Outbound, inbound: Inbound, packets: readonly Buffer[], now: number): void {
  for (const bytes of packets) {
    const header = readRtpHeader(bytes);
    const packet = header && inbound.receive(bytes, header, now);
    if (packet) slot.forward(inbound, packet, now);
  }
}

const anyNumbers = (layer: number): fc.Arbitrary<LayerNumbers> =>
  fc.record({
    layer: fc.constant(layer),
    ssrc: fc.constant(100 + layer),
    sequence: fc.oneof(fc.nat(0xffff), fc.integer({ min: 65_400, max: 65_535 })),
    timestamp: fc.oneof(fc.nat(0xffffffff), fc.integer({ min: 0xffffff00 - 90 * 2000, max: 0xffffffff })),
    picture: fc.oneof(fc.nat(0x7fff), fc.integer({ min: 0x7fe0, max: 0x7fff })),
    baseIndex: fc.nat(255),
    bits: fc.constantFrom(7 as const, 15 as const),
  });

describe('a slot', () => {
  it('is one stream over layers, sources and restarts, whatever numbers they have', () => {
    fc.assert(
      fc.property(
        fc.tuple(anyNumbers(0), anyNumbers(1), anyNumbers(2)),
        fc.nat(0xffffffff),
        fc.array(
          fc.record({
            want: fc.option(fc.nat(2), { freq: 8 }),
            frames: fc.integer({ min: 1, max: 6 }),
            keyAfter: fc.nat(4),
            packets: fc.integer({ min: 1, max: 4 }),
          }),
          { minLength: 1, maxLength: 15 },
        ),
        (numbers, start, steps) => {
          // 0 and 1 are layers of one camera, 2 is somebody else's.
          const clock = createPublisherClock();
          const layers = numbers.map((one, i) => createLayer(one, i < 2 ? 'camera' : 'other', i < 2 ? clock : createPublisherClock()));
          const { slot, received } = createSlot(start);
          let now = 10_000;
          for (const { want, frames, keyAfter, packets } of steps) {
            slot.take(want === null ? undefined : layers[want]?.inbound);
            for (let i = 0; i < frames; i++) {
              now += FRAME;
              for (const { camera, inbound } of layers) pass(slot, inbound, camera.encode(now, { isKey: i === keyAfter, packets }), now);
            }
          }
          const { frames, sequences } = decode(received());
          // Nothing was lost, so nothing is missing, and all is whole.
          expect(sequences.at(-1) ?? -1).toBe((sequences[0] ?? 0) + sequences.length - 1);
          expect(frames.every(({ isWhole }) => isWhole)).toBe(true);
          const firsts = frames.map(({ packets }) => packets[0]);
          for (const [i, frame] of firsts.entries()) {
            const before = firsts[i - 1];
            expect(frame).toMatchObject({ ssrc: SLOT.ssrc, payloadType: SLOT.payloadType, pictureBits: 15 });
            if (before === undefined || frame === undefined) continue;
            expect(((frame.picture ?? 0) - (before.picture ?? 0)) & 0x7fff).toBe(1);
            expect(((frame.baseIndex ?? 0) - (before.baseIndex ?? 0)) & 0xff).toBe(1);
          }
          expect(received().map(({ transport }) => transport)).toEqual(received().map((_, i) => i));
        },
      ),
      { seed: 7741, numRuns: 300 },
    );
  });

  it('keeps what was lost on the way here as a gap, lets what is late fill it, and repeats what is asked for', () => {
    fc.assert(
      fc.property(
        fc.tuple(anyNumbers(0), anyNumbers(1)),
        fc.nat(0xffffffff),
        fc.array(
          fc.record({
            want: fc.nat(1),
            isKey: fc.boolean(),
            packets: fc.integer({ min: 1, max: 5 }),
            // Of each packet: when it comes, in packets' time; 9 is never.
            delays: fc.array(fc.constantFrom(0, 0, 0, 0, 1, 2, 4, 9), { minLength: 5, maxLength: 5 }),
          }),
          { minLength: 2, maxLength: 30 },
        ),
        fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
        (numbers, start, steps, losses) => {
          const layers = numbers.map((one) => createLayer(one));
          const { slot, raw, received } = createSlot(start);
          let now = 10_000;
          let under: { bytes: Buffer; inbound: Inbound; at: number }[] = [];
          const arrive = (limit: number) => {
            for (const { bytes, inbound } of under.filter(({ at }) => at <= limit).toSorted((a, b) => a.at - b.at))
              pass(slot, inbound, [bytes], now);
            under = under.filter(({ at }) => at > limit);
          };
          let tick = 0;
          let gone = 0;
          for (const [i, { want, isKey, packets, delays }] of steps.entries()) {
            slot.take(layers[want]?.inbound);
            now += FRAME;
            for (const { camera, inbound } of layers) {
              for (const [n, bytes] of camera.encode(now, { isKey: isKey || i === 0, packets }).entries()) {
                tick += 1;
                const delay = delays[n] ?? 0;
                if (delay === 9) gone += 1;
                else under.push({ bytes, inbound, at: tick + delay });
              }
              arrive(tick);
            }
          }
          arrive(Infinity);
          if (raw.length === 0) return;
          const direct = received();
          const { sequences } = decode(direct);
          // What is not there was lost; numbers of nothing there are none.
          expect((sequences.at(-1) ?? 0) - (sequences[0] ?? 0) + 1 - sequences.length).toBeLessThanOrEqual(gone);
          for (const a of direct)
            for (const b of direct)
              if (a.mark.layer === b.mark.layer && a.mark.frame === b.mark.frame)
                expect((b.sequence - a.sequence) & 0xffff).toBe((b.mark.packet - a.mark.packet) & 0xffff);
          // The way to the receiver loses some; it asks, and gets the same again.
          const lost = direct.filter((_, i) => losses[i % 7]);
          const before = raw.length;
          slot.resend(
            lost.map(({ sequence }) => sequence),
            now,
            20,
          );
          const again = raw.slice(before).map((bytes) => readGot(bytes, 2));
          expect(again.map(({ sequence, ssrc, payloadType }) => ({ sequence, ssrc, payloadType }))).toEqual(
            lost.map((_, i) => ({ sequence: ((start % 0x8000) + i) & 0xffff, ...SLOT.rtx })),
          );
          for (const [i, repeat] of again.entries()) {
            const { timestamp, picture, baseIndex, mark, marker } = lost[i] as (typeof lost)[number];
            expect(repeat).toMatchObject({ timestamp, picture, baseIndex, mark, marker });
            expect(readRtpPayloadStart(repeat.bytes)).toBe(lost[i]?.sequence);
          }
          // Asked again before the answer can be there, it is not sent twice.
          slot.resend(
            lost.map(({ sequence }) => sequence),
            now + 5,
            20,
          );
          expect(raw.length).toBe(before + lost.length);
        },
      ),
      { seed: 4588, numRuns: 300 },
    );
  });

  it('goes on with the old layer until a key frame of the new one begins, and asks for it', () => {
    const [low, high] = [createLayer(numbersOf(0)), createLayer(numbersOf(1))];
    const { slot, received } = createSlot();
    slot.take(low.inbound);
    const both = (now: number, key: readonly [boolean, boolean]) => {
      for (const [i, { camera, inbound }] of [low, high].entries())
        pass(slot, inbound, camera.encode(now, { isKey: key[i] ?? false, packets: 2 }), now);
    };
    // Neither is asked for anything while nobody wants a picture that it can begin with.
    expect(low.inbound.poll(0, 20, 1)).toEqual([{ kind: 'pli', sender: 1, media: 100 }]);
    both(1000, [false, false]);
    expect(received()).toEqual([]);
    both(1066, [true, false]);
    slot.take(high.inbound);
    expect(slot.current).toBe(low.inbound);
    expect(high.inbound.poll(1070, 20, 1)).toEqual([{ kind: 'pli', sender: 1, media: 101 }]);
    both(1133, [false, false]);
    // The request was lost: it is made again, and not at once.
    for (let now = 1140; now < 1560; now += 20) {
      slot.poll(now);
      expect(high.inbound.poll(now, 20, 1)).toEqual([]);
    }
    slot.poll(1580);
    expect(high.inbound.poll(1580, 20, 1)).toMatchObject([{ kind: 'pli' }]);
    both(1600, [false, true]);
    expect(slot.current).toBe(high.inbound);
    both(1666, [false, false]);
    slot.poll(2200);
    expect(high.inbound.poll(2200, 20, 1)).toEqual([]);
    expect(decode(received()).frames.map(({ packets: [first] }) => [first?.mark.layer, first?.mark.frame])).toEqual([
      [0, 2],
      [0, 3],
      [0, 4],
      [1, 4],
      [1, 5],
    ]);
  });

  it('begins with a key frame that its own packets have overtaken', () => {
    const { camera, inbound } = createLayer(numbersOf(0));
    const { slot, received } = createSlot();
    slot.take(inbound);
    pass(slot, inbound, camera.encode(0, { isKey: false, packets: 1 }), 0);
    const [a, b, c, d] = camera.encode(66, { isKey: true, packets: 4 }) as [Buffer, Buffer, Buffer, Buffer];
    for (const one of [c, b, d, a]) pass(slot, inbound, [one], 70);
    const { frames } = decode(received());
    expect(frames.map(({ isWhole, packets }) => [isWhole, packets.length])).toEqual([[true, 4]]);
  });

  it('stops at once what is of another source, and what is not wanted', () => {
    const [one, other] = [createLayer(numbersOf(0), 'a'), createLayer(numbersOf(1), 'b')];
    const { slot, raw } = createSlot();
    slot.take(one.inbound);
    pass(slot, one.inbound, one.camera.encode(0, { isKey: true, packets: 1 }), 0);
    expect(raw.length).toBe(1);
    slot.take(other.inbound);
    expect(slot.current).toBeUndefined();
    pass(slot, one.inbound, one.camera.encode(66, { isKey: true, packets: 1 }), 66);
    expect(raw.length).toBe(1);
    pass(slot, other.inbound, other.camera.encode(66, { isKey: true, packets: 1 }), 66);
    slot.take(undefined);
    pass(slot, other.inbound, other.camera.encode(133, { isKey: true, packets: 1 }), 133);
    expect(raw.length).toBe(2);
  });

  it('begins anew with a key frame where a publisher has jumped ahead', () => {
    const clock = createPublisherClock();
    const { camera, inbound } = createLayer(numbersOf(0, { sequence: 0 }), 'camera', clock);
    const { slot, received } = createSlot();
    slot.take(inbound);
    pass(slot, inbound, camera.encode(0, { isKey: true, packets: 2 }), 0);
    inbound.poll(0, 20, 1);
    inbound.setTime({ ntp: toNtp(0), timestamp: camera.timestampAt(0) }, 0);
    const restarted = createPictureLayer(numbersOf(0, { sequence: 20_000, timestamp: 180_000, picture: 9, baseIndex: 1 }));
    pass(slot, inbound, restarted.encode(1000, { isKey: false, packets: 2 }), 1000);
    expect(inbound.poll(1000, 20, 1)).toMatchObject([{ kind: 'pli' }]);
    // What was said of its time before means nothing now.
    expect(inbound.timestampAt(1000)).toBeUndefined();
    pass(slot, inbound, restarted.encode(1066, { isKey: true, packets: 2 }), 1066);
    const { frames, sequences } = decode(received());
    expect(frames.map(({ isWhole }) => isWhole)).toEqual([true, true]);
    expect((sequences.at(-1) ?? 0) - (sequences[0] ?? 0)).toBe(3);
    const [first, second] = frames.map(({ packets }) => packets[0]);
    expect(((second?.timestamp ?? 0) - (first?.timestamp ?? 0)) / 90).toBeCloseTo(1066, 0);
  });

  it('carries the time of pictures over from layer to layer, and tells one clock of all publishers', () => {
    // Two publishers whose clocks show other times, and whose layers count from other numbers.
    const ours = 1_000_000;
    const clocks = [createPublisherClock(), createPublisherClock()];
    const theirs = [ours + 86_400_000, ours - 3_600_000];
    const layers = [
      createLayer(numbersOf(0), 'a', clocks[0]),
      createLayer(numbersOf(1), 'a', clocks[0]),
      createLayer(numbersOf(2), 'b', clocks[1]),
    ] as const;
    const { slot, received } = createSlot(123);
    for (const [i, { camera, inbound }] of layers.entries())
      inbound.setTime({ ntp: toNtp((theirs[i < 2 ? 0 : 1] as number) + 0), timestamp: camera.timestampAt(0) }, ours + 3);
    expect(slot.report(ours)).toBeUndefined();
    // Packets of the third take 30 ms, and say so: its pictures are no later for it.
    const shown: { taken: number; timestamp: number }[] = [];
    for (const [i, layer] of [0, 1, 0, 2, 2, 1].entries()) {
      const { camera, inbound } = layers[layer] as (typeof layers)[number];
      slot.take(inbound);
      const taken = 100 * i;
      pass(slot, inbound, camera.encode(taken, { isKey: true, packets: 1 }), ours + taken + (layer === 2 ? 30 : 3));
      shown.push({ taken, timestamp: received().at(-1)?.timestamp ?? 0 });
      const report = slot.report(ours + taken + 50);
      // What the receiver makes of it: when this picture was taken, on the clock of the report.
      const back = ((report?.timestamp ?? 0) - (received().at(-1)?.timestamp ?? 0)) | 0;
      expect(50 - back / 90).toBeCloseTo(3, 1);
      expect(report?.ntp).toBe(toNtp(ours + taken + 50));
    }
    for (const { taken, timestamp } of shown) expect(timestamp - (shown[0]?.timestamp ?? 0)).toBeCloseTo(90 * taken, -1);
    expect(slot.report(ours + 600)).toMatchObject({ packets: 6, ssrc: SLOT.ssrc });
  });

  it('names no extension but the number of packets, by the receiver’s id', () => {
    const { camera, inbound } = createLayer(numbersOf(0));
    const { slot, raw } = createSlot();
    const bare = createReceiver();
    const plain = createOutbound(bare.port, { kind: 'video', ...SLOT, transportCc: undefined, start: 0 });
    const mid = [
      { id: 9, data: Buffer.from('1') },
      { id: TRANSPORT_CC, data: Buffer.from('audio') },
    ];
    const packets = camera.encode(0, { isKey: true, packets: 2, extensions: mid });
    slot.take(inbound);
    plain.take(inbound);
    for (const bytes of packets) {
      const header = readRtpHeader(bytes);
      const packet = header && inbound.receive(bytes, header, 0);
      if (packet === undefined) throw new Error('not taken');
      slot.forward(inbound, packet, 0);
      plain.forward(inbound, packet, 0);
    }
    const extensionsOf = (bytes: Buffer) => readRtpExtensions(bytes, readRtpHeader(bytes) as NonNullable<ReturnType<typeof readRtpHeader>>);
    expect(raw.map(extensionsOf)).toEqual([0, 1].map((number) => [{ id: TRANSPORT_CC, data: Buffer.from([0, number]) }]));
    expect(bare.raw.map(extensionsOf)).toEqual([[], []]);
  });

  it('sends the same bytes again where it has no stream for repeats, and not what is old', () => {
    const { camera, inbound } = createLayer(numbersOf(0));
    const { slot, raw, again } = createSlot(0, false);
    slot.take(inbound);
    pass(slot, inbound, camera.encode(0, { isKey: true, packets: 3 }), 0);
    const numbers = raw.map((bytes) => bytes.readUInt16BE(2));
    slot.resend([numbers[1] as number, 999], 900, 20);
    expect(again).toEqual([raw[1]]);
    slot.resend([numbers[0] as number], 1100, 20);
    slot.poll(1100);
    slot.resend([numbers[0] as number], 900, 20);
    expect(again.length).toBe(1);
  });

  it('hears a receiver that asks for key frames without end less and less', () => {
    const { camera, inbound } = createLayer(numbersOf(0));
    const { slot } = createSlot();
    slot.take(inbound);
    pass(slot, inbound, camera.encode(0, { isKey: true, packets: 1 }), 0);
    const asked: number[] = [];
    for (let now = 0; now < 12_000; now += 10) {
      slot.askKey(now);
      if (inbound.poll(now, 20, 1).length > 0) asked.push(now);
    }
    expect(asked).toEqual([0, 500, 1500, 3500, 5500, 7500, 9500, 11_500]);
    slot.askKey(30_000);
    expect(inbound.poll(30_000, 20, 1).length).toBe(1);
    slot.askKey(30_500);
    expect(inbound.poll(30_500, 20, 1).length).toBe(1);
  });

  it('has no place for what was before a key frame, when that comes late', () => {
    const [low, high] = [createLayer(numbersOf(0)), createLayer(numbersOf(1))];
    const { slot, received } = createSlot();
    slot.take(low.inbound);
    const [first, late] = [0, 1].map((i) => low.camera.encode(i * 66, { isKey: false, packets: 1 })) as [Buffer[], Buffer[]];
    pass(slot, low.inbound, first, 0);
    pass(slot, low.inbound, low.camera.encode(133, { isKey: true, packets: 1 }), 133);
    slot.take(high.inbound);
    pass(slot, high.inbound, high.camera.encode(200, { isKey: true, packets: 1 }), 200);
    pass(slot, low.inbound, late, 210);
    expect(decode(received()).frames.map(({ packets: [packet] }) => [packet?.mark.layer, packet?.mark.frame])).toEqual([
      [0, 3],
      [1, 1],
    ]);
  });

  it('asks nothing of a layer that is off', () => {
    const { camera, inbound } = createLayer(numbersOf(0));
    const { slot } = createSlot();
    pass(slot, inbound, camera.encode(0, { isKey: false, packets: 1 }), 0);
    slot.take(inbound);
    expect(inbound.poll(0, 20, 1).length).toBe(1);
    slot.poll(1_900);
    expect(inbound.poll(1_900, 20, 1).length).toBe(1);
    slot.poll(2_500);
    expect(inbound.poll(2_500, 20, 1)).toEqual([]);
    pass(slot, inbound, camera.encode(3_000, { isKey: false, packets: 1 }), 3_000);
    slot.poll(3_000);
    expect(inbound.poll(3_000, 20, 1).length).toBe(1);
  });

  it('repeats a packet ten times and no more, and never another one in its place', () => {
    const { camera, inbound } = createLayer(numbersOf(0));
    const { slot, raw } = createSlot();
    slot.take(inbound);
    pass(slot, inbound, camera.encode(0, { isKey: true, packets: 1 }), 0);
    const sequence = raw[0]?.readUInt16BE(2) ?? 0;
    slot.resend([(sequence + 1024) & 0xffff, (sequence + 0x8000) & 0xffff], 20, 20);
    expect(raw.length).toBe(1);
    for (let i = 0; i < 20; i++) slot.resend([sequence], 20 * (i + 1), 20);
    expect(raw.length).toBe(11);
  });

  it('keeps what a second takes, be it much', () => {
    const { camera, inbound } = createLayer(numbersOf(0));
    const { slot, raw } = createSlot();
    slot.take(inbound);
    for (let i = 0; i < 10; i++) pass(slot, inbound, camera.encode(i * 66, { isKey: i === 0, packets: 60 }), i * 66);
    const numbers = raw.map((bytes) => bytes.readUInt16BE(2));
    slot.resend(numbers, 700, 20);
    expect(raw.slice(600).map((bytes) => readRtpPayloadStart(bytes))).toEqual(numbers);
    slot.poll(2_000);
    slot.resend(numbers, 2_000, 20);
    expect(raw.length).toBe(1_200);
  });

  it('passes padding on without its bytes, and nothing that is longer than a packet', () => {
    const { camera, inbound } = createLayer(numbersOf(0, { sequence: 0 }));
    const { slot, raw } = createSlot();
    slot.take(inbound);
    pass(slot, inbound, camera.encode(0, { isKey: true, packets: 1 }), 0);
    // Only padding: it has a number that must not be missing.
    const padding = Buffer.from('a0600001000000000000006400000004', 'hex');
    pass(slot, inbound, [padding], 10);
    expect(raw[1]?.length).toBe(20);
    expect(raw[1]?.readUInt8(0)).toBe(0x90);
    const long = Buffer.concat([Buffer.from('806000020000000000000064', 'hex'), Buffer.alloc(2040, 1)]);
    pass(slot, inbound, [long], 20);
    expect(raw.length).toBe(2);
  });

  it('is one stream of sound over several speakers, from the first packet on', () => {
    const receiver = createReceiver();
    const slot = createOutbound(receiver.port, {
      kind: 'audio',
      ssrc: 5,
      payloadType: 111,
      rtx: undefined,
      transportCc: undefined,
      start: 0xffff_ff00,
    });
    const voices = [0, 1].map((i) =>
      createInbound({ kind: 'audio', ssrc: i, payloadType: 109, source: `${i}`, clock: createPublisherClock() }),
    );
    const say = (voice: number, sequence: number, timestamp: number, now: number) =>
      pass(
        slot,
        voices[voice] as Inbound,
        [buildRtp({ payloadType: 109, sequence, timestamp, ssrc: voice }, Buffer.from([voice, sequence]))],
        now,
      );
    slot.take(voices[0]);
    for (let i = 0; i < 3; i++) say(0, 65_534 + i, 960 * i, 20 * i);
    slot.take(voices[1]);
    // At the same moment: its first frame does not lie upon the other's last.
    for (let i = 0; i < 3; i++) say(1, 9 + i, 7 + 960 * i, 40 + 20 * i);
    const headers = receiver.raw.map((bytes) => readRtpHeader(bytes));
    const [first] = headers;
    expect(headers.map((header) => ((header?.sequence ?? 0) - (first?.sequence ?? 0)) & 0xffff)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(headers.map((header) => ((header?.timestamp ?? 0) - (first?.timestamp ?? 0)) >>> 0)).toEqual(
      [0, 1, 2, 3, 4, 5].map((i) => 960 * i),
    );
    slot.resend([headers[4]?.sequence ?? 0], 100, 20);
    expect(receiver.again).toEqual([receiver.raw[4]]);
  });
});

const readRtpPayloadStart = (bytes: Buffer): number => bytes.readUInt16BE(readRtpHeader(bytes)?.length ?? 0);
