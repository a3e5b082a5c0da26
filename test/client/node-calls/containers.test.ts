import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIvfReader } from '../../../src/client/node/calls/ffmpeg/ivf.ts';
import { createOggReader, oggChecksum } from '../../../src/client/node/calls/ffmpeg/ogg.ts';
import { silenceOf } from '../../../src/client/node/calls/ffmpeg/silence.ts';
import { sizeOfKeyFrame } from '../../../src/client/node/calls/ffmpeg/vp8-size.ts';
import { createPacketFrames, framePacket } from '../../../src/client/node/calls/network/packet-frames.ts';

/** The same bytes in pieces of these sizes, again and again. */
function* inPieces(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let [at, i] = [0, 0]; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] as number;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
const sizes = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 });
const frames = fc.array(fc.uint8Array({ minLength: 1, maxLength: 700 }), { maxLength: 12 });
const toHex = (all: readonly Uint8Array[]) => all.map((bytes) => Buffer.from(bytes).toString('hex'));

function ivfHeader(codec = 'VP80'): Buffer {
  const header = Buffer.alloc(32);
  header.write('DKIF');
  header.writeUInt16LE(32, 6);
  header.write(codec, 8);
  return header;
}
function ivfFrame(time: number, frame: Uint8Array): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(frame.length, 0);
  header.writeBigUInt64LE(BigInt(time), 4);
  return Buffer.concat([header, frame]);
}

describe('IVF', () => {
  it('gives every frame, however the pipe cuts it', () => {
    fc.assert(
      fc.property(frames, sizes, (frames, sizes) => {
        const got: Buffer[] = [];
        const reader = createIvfReader((frame, time) => {
          expect(time).toBe(got.length * 2);
          got.push(frame);
        });
        const bytes = Buffer.concat([ivfHeader(), ...frames.map((frame, i) => ivfFrame(2 * i, frame))]);
        for (const piece of inPieces(bytes, sizes)) expect(reader.take(piece)).toBe(true);
        expect(toHex(got)).toEqual(toHex(frames));
      }),
    );
  });

  it.each([
    ['another codec', ivfHeader('VP90')],
    ['no IVF', Buffer.alloc(32, 0x41)],
    ['a frame of 4 GiB', Buffer.concat([ivfHeader(), Buffer.alloc(12, 0xff)])],
    ['an empty frame', Buffer.concat([ivfHeader(), Buffer.alloc(12)])],
  ])('takes no more after %s', (_, bytes) => {
    const reader = createIvfReader(() => expect.unreachable());
    expect(reader.take(bytes)).toBe(false);
    expect(reader.take(Buffer.concat([ivfHeader(), ivfFrame(0, Buffer.from('x'))]))).toBe(false);
  });
});

const head = Buffer.concat([Buffer.from('OpusHead'), Buffer.alloc(11)]);
const tags = Buffer.concat([Buffer.from('OpusTags'), Buffer.alloc(600)]);

/** A page with these packets, as far as they fit into one. */
function oggPage(
  sequence: number,
  packets: readonly Uint8Array[],
  changes: { serial?: number; flags?: number; open?: boolean } = {},
): Buffer {
  const table = packets.flatMap(({ length }, i) => {
    const full = Array.from({ length: Math.floor(length / 255) }, () => 255);
    return changes.open && i === packets.length - 1 && length % 255 === 0 ? full : [...full, length % 255];
  });
  const page = Buffer.concat([Buffer.alloc(27), Buffer.from(table), ...packets]);
  page.write('OggS');
  page.writeUInt8(changes.flags ?? 0, 5);
  page.writeUInt32LE(changes.serial ?? 7, 14);
  page.writeUInt32LE(sequence, 18);
  page.writeUInt8(table.length, 26);
  page.writeUInt32LE(oggChecksum(page), 22);
  return page;
}

describe('Ogg', () => {
  it('has the checksum of RFC 3533', () => {
    // The first page that ffmpeg wrote for a tone.
    const page = Buffer.from(
      '4f6767530002000000000000000009'.concat('4fee0a00000000e343e4240113', '4f707573486561640101380180bb0000000000'),
      'hex',
    );
    expect(oggChecksum(page)).toBe(page.readUInt32LE(22));
  });

  it('gives every packet, however pages and the pipe cut it', () => {
    const packets = fc.array(fc.uint8Array({ minLength: 1, maxLength: 1_400 }), { maxLength: 12 });
    fc.assert(
      fc.property(packets, sizes, (packets, sizes) => {
        const got: Buffer[] = [];
        const reader = createOggReader((packet) => void got.push(packet));
        const bytes = Buffer.concat([oggPage(0, [head]), oggPage(1, [tags]), ...packets.map((packet, i) => oggPage(2 + i, [packet]))]);
        for (const piece of inPieces(bytes, sizes)) expect(reader.take(piece)).toBe(true);
        expect(toHex(got)).toEqual(toHex(packets));
      }),
    );
  });

  it('puts a packet together that goes on in the next page', () => {
    const got: Buffer[] = [];
    const reader = createOggReader((packet) => void got.push(packet));
    const [first, second] = [Buffer.alloc(510, 1), Buffer.alloc(20, 2)];
    const pages = [oggPage(0, [head]), oggPage(1, [tags]), oggPage(2, [first], { open: true }), oggPage(3, [second], { flags: 1 })];
    expect(reader.take(Buffer.concat(pages))).toBe(true);
    expect(toHex(got)).toEqual(toHex([Buffer.concat([first, second])]));
  });

  const begin = Buffer.concat([oggPage(0, [head]), oggPage(1, [tags])]);
  const damaged = Buffer.from(oggPage(2, [Buffer.alloc(80, 5)]));
  damaged[60] = 6;
  it.each([
    ['a damaged page', Buffer.concat([begin, damaged])],
    ['a page that is missing', Buffer.concat([begin, oggPage(3, [Buffer.alloc(80)])])],
    ['another stream', Buffer.concat([begin, oggPage(2, [Buffer.alloc(80)], { serial: 8 })])],
    ['an end that has no beginning', Buffer.concat([begin, oggPage(2, [Buffer.alloc(80)], { flags: 1 })])],
    ['a packet that is no sound', Buffer.concat([begin, oggPage(2, [Buffer.alloc(1_600)])])],
    ['another codec', oggPage(0, [Buffer.from('vorbis')])],
    ['no Ogg', Buffer.alloc(64, 0x41)],
  ])('takes no more after %s', (_, bytes) => {
    const reader = createOggReader(() => expect.unreachable());
    expect(reader.take(bytes)).toBe(false);
    expect(reader.take(begin)).toBe(false);
  });
});

it('neither reader falls over anything', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, begun) => {
      const ivf = createIvfReader(() => {});
      const ogg = createOggReader(() => {});
      ivf.take(Buffer.concat([begun ? ivfHeader() : Buffer.alloc(0), bytes]));
      ogg.take(Buffer.concat([begun ? oggPage(0, [head]) : Buffer.alloc(0), begun ? Buffer.from('OggS\0') : Buffer.alloc(0), bytes]));
    }),
    { numRuns: 500 },
  );
});

describe('packets over TCP', () => {
  it('come out as they went in, however the stream is cut', () => {
    fc.assert(
      fc.property(frames, sizes, (packets, sizes) => {
        const got: Buffer[] = [];
        const reader = createPacketFrames((packet) => void got.push(packet));
        for (const piece of inPieces(Buffer.concat(packets.map(framePacket)), sizes)) expect(reader.take(piece)).toBe(true);
        expect(toHex(got)).toEqual(toHex(packets));
      }),
    );
  });

  it('end where one is larger than any packet', () => {
    const reader = createPacketFrames(() => expect.unreachable());
    expect(reader.take(Buffer.from([0x20, 0]))).toBe(false);
    expect(reader.take(Buffer.from([0, 1, 1]))).toBe(false);
  });
});

it('silence is as long as what it stands for', () => {
  for (let length = 4; length <= 1_275; length++) expect(silenceOf(length)).toHaveLength(length);
});

it('a key frame tells its size, and nothing else does', () => {
  expect(sizeOfKeyFrame(Buffer.from('5000009d012a4001b400', 'hex'))).toEqual({ width: 320, height: 180 });
  // The two bits above are how it is to be scaled.
  expect(sizeOfKeyFrame(Buffer.from('5000009d012a40c1b480', 'hex'))).toEqual({ width: 320, height: 180 });
  for (const other of ['', '5100009d012a4001b400', '5000009d012b4001b400', '5000009d012a4001b4', '5000009d012a0000b400'])
    expect(sizeOfKeyFrame(Buffer.from(other, 'hex'))).toBeUndefined();
});
