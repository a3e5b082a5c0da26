import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildRtp,
  findRtpExtension,
  readRtpExtensions,
  readRtpHeader,
  readRtpPayload,
  readVp8,
  rewriteRtp,
  rewriteVp8,
  type RtpHeader,
  unwrapRtx,
  wrapRtx,
  writeRtpExtensions,
} from '../../src/rtc/index.ts';
import { hex } from './support/bytes.ts';

function headerOf(packet: Buffer): RtpHeader {
  const header = readRtpHeader(packet);
  if (header === undefined) throw new Error('no RTP packet');
  return header;
}

describe('a header of RTP', () => {
  const full = hex('b2e0ffff 01020304 a0b0c0d0 00000001 00000002 bede0001 10aa0000 706963 000003');

  it('is read with sources, extensions and padding', () => {
    const header = headerOf(full);
    expect(header).toEqual({
      marker: true,
      payloadType: 96,
      sequence: 0xffff,
      timestamp: 0x01020304,
      ssrc: 0xa0b0c0d0,
      sources: [1, 2],
      length: 28,
      extensions: { profile: 0xbede, start: 24, end: 28 },
      padding: 3,
    });
    expect(readRtpPayload(full, header).toString()).toBe('pic');
  });

  it('is not read where anything of it is missing', () => {
    for (let length = 0; length < 28; length++) expect(readRtpHeader(full.subarray(0, length))).toBeUndefined();
    for (const bad of ['40', '00', 'c0']) expect(readRtpHeader(Buffer.concat([hex(bad), full.subarray(1)]))).toBeUndefined();
    // More padding than there is, and none at all.
    for (const count of [7, 255, 0]) expect(readRtpHeader(Buffer.concat([full.subarray(0, -1), Buffer.from([count])]))).toBeUndefined();
  });

  it('is rewritten in place, and only where it is said', () => {
    const packet = Buffer.from(full);
    rewriteRtp(packet, { sequence: 0x1_0005, timestamp: -1, ssrc: 7, payloadType: 111, marker: false });
    expect(headerOf(packet)).toMatchObject({ marker: false, payloadType: 111, sequence: 5, timestamp: 0xffffffff, ssrc: 7 });
    rewriteRtp(packet, { payloadType: 96 });
    rewriteRtp(packet, { marker: true });
    expect(headerOf(packet)).toMatchObject({ marker: true, payloadType: 96, sequence: 5 });
    expect(packet.subarray(12)).toEqual(full.subarray(12));
  });

  it('comes out as it was put in', () => {
    fc.assert(
      fc.property(
        fc.record({
          marker: fc.boolean(),
          payloadType: fc.nat(127),
          sequence: fc.nat(0xffff),
          timestamp: fc.nat(0xffffffff),
          ssrc: fc.nat(0xffffffff),
        }),
        fc.uniqueArray(fc.record({ id: fc.integer({ min: 1, max: 255 }), data: fc.uint8Array({ maxLength: 20 }) }), {
          maxLength: 6,
          selector: ({ id }) => id,
        }),
        fc.uint8Array({ maxLength: 50 }),
        (fields, extensions, payload) => {
          const packet = buildRtp({ ...fields, extensions: writeRtpExtensions(extensions) }, payload);
          const header = headerOf(packet);
          expect(header).toMatchObject(fields);
          expect([...readRtpPayload(packet, header)]).toEqual([...payload]);
          expect(readRtpExtensions(packet, header).map(({ id, data }) => ({ id, data: [...data] }))).toEqual(
            extensions.map(({ id, data }) => ({ id, data: [...data] })),
          );
        },
      ),
      { seed: 3550, numRuns: 500 },
    );
  });

  it('is read or not, whatever it is, and never beyond its end', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 80 }),
        fc.integer({ min: 0x80, max: 0xbf }),
        fc.constantFrom('bede', '1000', '1234'),
        (bytes, first, profile) => {
          const packet = Buffer.from(bytes);
          if (packet.length > 0) packet[0] = first;
          if (packet.length > 16) hex(profile).copy(packet, 12 + 4 * (first & 0x0f));
          const header = readRtpHeader(packet);
          if (header === undefined) return;
          const payload = readRtpPayload(packet, header);
          expect(header.length + payload.length + header.padding).toBe(packet.length);
          for (const { data } of readRtpExtensions(packet, header)) {
            expect(data.byteOffset + data.length).toBeLessThanOrEqual(packet.byteOffset + header.length);
          }
          readVp8(payload);
          wrapRtx(packet, { ssrc: 1, payloadType: 2, sequence: 3 });
          unwrapRtx(packet, { ssrc: 1, payloadType: 2 });
        },
      ),
      { seed: 8285, numRuns: 5_000 },
    );
  });
});

describe('extensions of RTP', () => {
  const packetOf = (text: string) =>
    buildRtp({ payloadType: 0, sequence: 0, timestamp: 0, ssrc: 0, extensions: hex(text) }, Buffer.alloc(0));
  const read = (text: string) => {
    const packet = packetOf(text);
    return readRtpExtensions(packet, headerOf(packet)).map(({ id, data }) => [id, Buffer.from(data).toString('hex')]);
  };

  it.each([
    // RFC 8285 sections 4.2 and 4.3, with padding between and behind.
    [
      'short ones',
      'bede0004 10aa 0000 32010203 0000 51bbcc 000000',
      [
        [1, 'aa'],
        [3, '010203'],
        [5, 'bbcc'],
      ],
    ],
    [
      'long ones',
      '10000003 0100 0203aabbcc 00 ff01dd 00',
      [
        [1, ''],
        [2, 'aabbcc'],
        [255, 'dd'],
      ],
    ],
    ['none behind the one that ends them', 'bede0002 10aa f000 10bb 0000', [[1, 'aa']]],
    ['none that is cut off', 'bede0001 10aa 3fbb', [[1, 'aa']]],
    ['none that is cut off behind its id', '10000001 0101aa 05', [[1, 'aa']]],
    ['none of a profile that nobody knows', 'abcd0001 10aa0000', []],
  ])('are read: %s', (_name, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('are written over in place', () => {
    const packet = packetOf('bede0001 31000000');
    findRtpExtension(packet, headerOf(packet), 3)?.writeUInt16BE(0xabcd);
    expect(packet.subarray(12)).toEqual(hex('bede0001 31abcd00'));
    expect(findRtpExtension(packet, headerOf(packet), 4)).toBeUndefined();
  });

  it('are not written where no form has them', () => {
    for (const extension of [
      { id: 0, data: Buffer.alloc(1) },
      { id: 256, data: Buffer.alloc(1) },
      { id: 1, data: Buffer.alloc(256) },
    ]) {
      expect(() => writeRtpExtensions([extension])).toThrow(RangeError);
    }
    expect(writeRtpExtensions([])).toEqual(Buffer.alloc(0));
  });
});

describe('RTX', () => {
  const packet = hex('b160 1234 01020304 a0b0c0d0 00000009 bede0001 10aa0000 706963 000003');

  it('carries a packet with its number, and without its padding', () => {
    const wrapped = wrapRtx(packet, { ssrc: 5, payloadType: 97, sequence: 1 }) as Buffer;
    expect(wrapped).toEqual(hex('9161 0001 01020304 00000005 00000009 bede0001 10aa0000 1234 706963'));
    expect(unwrapRtx(wrapped, { ssrc: 0xa0b0c0d0, payloadType: 96 })).toEqual(
      hex('9160 1234 01020304 a0b0c0d0 00000009 bede0001 10aa0000 706963'),
    );
    expect(packet.readUInt8(0)).toBe(0xb1);
  });

  it('carries nothing in a packet that is there to try bandwidth out', () => {
    expect(unwrapRtx(hex('a061 0001 00000000 00000005 00000004'), { ssrc: 1, payloadType: 96 })).toBeUndefined();
    expect(unwrapRtx(hex('8061 0001 00000000 00000005 12'), { ssrc: 1, payloadType: 96 })).toBeUndefined();
    expect(wrapRtx(hex('00'), { ssrc: 1, payloadType: 96, sequence: 1 })).toBeUndefined();
  });
});

describe('what stands before VP8', () => {
  it.each([
    ['10 aa', { isStart: true, isDisposable: false, length: 1 }],
    ['30 aa', { isStart: true, isDisposable: true, length: 1 }],
    ['00 aa', { isStart: false, length: 1 }],
    // The start of another partition is none of a frame.
    ['11 aa', { isStart: false, length: 1 }],
    ['90 80 7f aa', { isStart: true, pictureId: 127, pictureIdBits: 7, length: 3 }],
    ['90 80 ffff aa', { pictureId: 0x7fff, pictureIdBits: 15, length: 4 }],
    ['90 f0 8001 02 e3 aa', { pictureId: 1, baseIndex: 2, temporalLayer: 3, isSwitch: true, keyIndex: 3, length: 6 }],
    ['90 20 40 aa', { temporalLayer: 1, isSwitch: false, length: 3 }],
    ['90 10 1f aa', { keyIndex: 31, length: 3 }],
    ['90 00 aa', { isStart: true, length: 2 }],
  ])('is read: %s', (text, expected) => {
    expect(readVp8(hex(text))).toMatchObject(expected);
  });

  it.each(['', '10', '90', '90 80', '90 80 7f', '90 80 ff', '90 80 ffff', '90 f0 8001 02', '90 f0 8001 02 e3'])(
    'is cut off: “%s”',
    (text) => {
      expect(readVp8(hex(text))).toBeUndefined();
    },
  );

  it('is numbered anew where it has numbers', () => {
    for (const [before, after] of [
      ['90 f0 8001 02 e3 aa', '90 f0 8123 45 e3 aa'],
      ['90 80 01 aa', '90 80 23 aa'],
      ['10 aa', '10 aa'],
    ] as const) {
      const payload = hex(before);
      const descriptor = readVp8(payload);
      if (descriptor) rewriteVp8(payload, descriptor, { pictureId: 0x123, baseIndex: 0x145 });
      expect(payload).toEqual(hex(after));
    }
  });
});
