import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRtpExtensions, readRtpHeader } from '../../../../src/rtc/index.ts';
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

function createSlot(start = 0, rtx: typeof SLOT.rtx | undefined = SLOT.rtx) {
  const receiver = createReceiver();
  const slot = createOutbound(receiver.port, { kind: 'video', ...SLOT, rtx, transportCc: TRANSPORT_CC, start });
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
});
