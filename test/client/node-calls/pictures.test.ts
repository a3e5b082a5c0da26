import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addMadeUpHeader, dropMadeUpHeader, isKeyFrame } from '../../../src/client/node/calls/frames/made-up-header.ts';
import { cutPicture } from '../../../src/client/node/calls/frames/picture-packets.ts';
import { createKeyAsking } from '../../../src/client/node/calls/streams/key-asking.ts';
import type { Packet } from '../../../src/client/node/calls/streams/packet.ts';
import { createPictureFrames } from '../../../src/client/node/calls/streams/picture-frames.ts';

/** Packets of frames, numbered from `first`. @param keys which of them are key frames */
function packetsOf(frames: readonly Uint8Array[], keys: readonly number[], first = 0): Packet[][] {
  let sequence = first;
  return frames.map((frame, i) => {
    const payloads = cutPicture(addMadeUpHeader(frame, keys.includes(i)), i);
    return payloads.map((payload, at) => ({
      sequence: sequence++ & 0xffff,
      timestamp: i * 6_000,
      marker: at === payloads.length - 1,
      payload,
    }));
  });
}
const opened = (data: Buffer) => dropMadeUpHeader(data)?.toString('hex');
const sealed = (frame: Uint8Array) => Buffer.from(frame).toString('hex');
const frameOf = (i: number, length = 2_500) => Buffer.alloc(length, i);

describe('packets of a picture', () => {
  it('pass every network, and are the frame again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20_000 }), fc.boolean(), (frame, isKey) => {
        const [packets = []] = packetsOf([frame], isKey ? [0] : []);
        expect(packets.every(({ payload }) => payload.length <= 1_150)).toBe(true);
        const pictures = createPictureFrames();
        if (!isKey) for (const packet of packetsOf([frameOf(1)], [0], 0xffff - 2).flat()) pictures.add(packet, 0);
        const before = pictures.take(0).length;
        for (const packet of packets) pictures.add({ ...packet, timestamp: 9_000 }, 0);
        const got = pictures.take(0);
        expect(before).toBe(isKey ? 0 : 1);
        expect(got.map(({ data, isKey }) => [opened(data), isKey])).toEqual([[sealed(frame), isKey]]);
      }),
      { numRuns: 60 },
    );
  });

  it('have the header that PROTOCOL.md names', () => {
    expect(addMadeUpHeader(Buffer.from('ab'), true).toString('hex')).toBe('1000009d012a020002006162');
    expect(addMadeUpHeader(Buffer.from('ab'), false).toString('hex')).toBe('116162');
    expect(isKeyFrame(addMadeUpHeader(Buffer.from('ab'), true))).toBe(true);
    expect(dropMadeUpHeader(Buffer.from('1000009d012a0200030061', 'hex'))).toBeUndefined();
    expect(dropMadeUpHeader(Buffer.from('11', 'hex'))).toBeUndefined();
  });
});

describe('frames of a stream', () => {
  it('come whole and in order where packets are shuffled, doubled, and lost ones come when they are asked for', () => {
    const shape = fc.record({
      lengths: fc.array(fc.integer({ min: 1, max: 6_000 }), { minLength: 2, maxLength: 15 }),
      first: fc.integer({ min: 0, max: 0xffff }),
      lost: fc.func(fc.integer({ min: 0, max: 4 })),
      late: fc.func(fc.integer({ min: 0, max: 30 })),
    });
    fc.assert(
      fc.property(shape, ({ lengths, first, lost, late }) => {
        const frames = lengths.map((length, i) => frameOf(i, length));
        const packets = packetsOf(frames, [0], first).flat();
        const pictures = createPictureFrames();
        const got: string[] = [];
        const take = (now: number) => got.push(...pictures.take(now).map(({ data }) => opened(data) as string));
        // The first one always comes first: with it the stream begins.
        const arrivals = packets
          .map((packet, i) => ({ packet, at: i === 0 ? 0 : 5 + i * 3 + late(i), isLost: i > 0 && i < packets.length - 1 && lost(i) === 0 }))
          .toSorted((a, b) => a.at - b.at);
        let now = 0;
        for (const { packet, at, isLost } of arrivals) {
          now = Math.max(now, at);
          if (!isLost) pictures.add(packet, now);
          if (!isLost && packet.sequence % 5 === 0) pictures.add(packet, now);
          take(now);
          for (const asked of pictures.missing(now)) pictures.add(packets.find(({ sequence }) => sequence === asked) as Packet, now);
          take(now);
        }
        for (let i = 0; i < 20; i++) {
          now += 20;
          for (const asked of pictures.missing(now)) pictures.add(packets.find(({ sequence }) => sequence === asked) as Packet, now);
          take(now);
        }
        expect(got).toEqual(frames.map(sealed));
      }),
      { numRuns: 200 },
    );
  });

  it('wait for what is missing for a while, then go on with the next key frame alone', () => {
    const packets = packetsOf(
      [0, 1, 2, 3, 4].map((i) => frameOf(i)),
      [0, 4],
    );
    const pictures = createPictureFrames();
    for (const packet of packets[0] as Packet[]) pictures.add(packet, 0);
    expect(pictures.take(0)).toHaveLength(1);
    // The second frame lacks its middle.
    const [start, , end] = packets[1] as Packet[];
    for (const packet of [start, end, ...(packets[2] as Packet[])]) pictures.add(packet as Packet, 10);
    expect(pictures.take(10)).toEqual([]);
    expect(pictures.missing(15)).toEqual([]);
    expect(pictures.missing(25)).toEqual([4]);
    expect(pictures.missing(30)).toEqual([]);
    expect(pictures.missing(110)).toEqual([4]);
    expect(pictures.needsKey).toBe(false);
    expect(pictures.take(400)).toEqual([]);
    expect(pictures.needsKey).toBe(false);
    expect(pictures.take(420)).toEqual([]);
    expect(pictures.needsKey).toBe(true);
    for (const packet of packets[3] as Packet[]) pictures.add(packet, 430);
    expect(pictures.take(430)).toEqual([]);
    for (const packet of packets[4] as Packet[]) pictures.add(packet, 440);
    expect(pictures.take(440).map(({ data }) => opened(data))).toEqual([sealed(frameOf(4))]);
    expect(pictures.needsKey).toBe(false);
    expect(pictures.missing(2_000)).toEqual([]);
  });

  it('go on sooner where a key frame is there already', () => {
    const packets = packetsOf(
      [0, 1, 2].map((i) => frameOf(i)),
      [0, 2],
    );
    const pictures = createPictureFrames();
    for (const packet of [...(packets[0] as Packet[]), ...(packets[2] as Packet[])]) pictures.add(packet, 0);
    expect(pictures.take(0)).toHaveLength(1);
    expect(pictures.take(199)).toEqual([]);
    expect(pictures.take(201)).toHaveLength(1);
    expect(pictures.needsKey).toBe(false);
  });

  it('begin with a key frame, also where somebody else comes', () => {
    const packets = packetsOf(
      [0, 1, 2, 3].map((i) => frameOf(i)),
      [2],
    );
    const pictures = createPictureFrames();
    for (const packet of packets.slice(0, 2).flat()) pictures.add(packet, 0);
    expect(pictures.take(0)).toEqual([]);
    for (const packet of packets.slice(2, 3).flat()) pictures.add(packet, 0);
    expect(pictures.take(0)).toHaveLength(1);
    pictures.requireKey();
    for (const packet of packets.slice(3).flat()) pictures.add(packet, 0);
    expect(pictures.take(0)).toEqual([]);
    expect(pictures.needsKey).toBe(true);
  });

  it('are not held up by packets with nothing in them', () => {
    const [first = [], second = []] = packetsOf([frameOf(0), frameOf(1)], [0]);
    const pictures = createPictureFrames();
    const empty: Packet = { sequence: first.length, timestamp: 0, marker: false, payload: Buffer.alloc(0) };
    for (const packet of [...first, empty, ...second.map((packet) => ({ ...packet, sequence: packet.sequence + 1 }))])
      pictures.add(packet, 0);
    expect(pictures.take(0)).toHaveLength(2);
  });

  it('keep little of a stream that never has a key frame', () => {
    const pictures = createPictureFrames();
    let asked = 0;
    for (let i = 0; i < 5_000; i++) {
      for (const packet of packetsOf([frameOf(i & 0xff)], [], i * 6)
        .flat()
        .slice(0, 2))
        pictures.add({ ...packet, timestamp: i }, i);
      pictures.take(i);
      asked = Math.max(asked, pictures.missing(i).length);
    }
    expect(asked).toBeLessThan(128);
  });

  it('never throw, whatever comes', () => {
    const packet = fc.record({
      sequence: fc.integer({ min: 0, max: 0xffff }),
      timestamp: fc.integer({ min: 0, max: 3 }),
      marker: fc.boolean(),
      payload: fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
    });
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 60 }), (packets) => {
        const pictures = createPictureFrames();
        for (const [now, packet] of packets.entries()) {
          pictures.add(packet, now * 20);
          pictures.take(now * 20);
          expect(pictures.missing(now * 20).length).toBeLessThanOrEqual(512);
        }
      }),
    );
  });
});

it('a key frame is asked for twice a second at most, and not at once where somebody else comes', () => {
  const asking = createKeyAsking();
  asking.restart(1_000);
  const asked = Array.from({ length: 100 }, (_, i) => 1_000 + 20 * i).filter((now) => asking.isDue(true, now));
  expect(asked).toEqual([1_300, 1_800, 2_300, 2_800]);
  expect(asking.isDue(false, 9_000)).toBe(false);
});
