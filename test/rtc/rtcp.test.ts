import fc from 'fast-check';
import { RtcpPacketConverter } from 'werift';
import { describe, expect, it } from 'vitest';
import { countFitting, MOST_ARRIVALS, readRtcp, type RtcpPacket, type TransportFeedback, writeRtcp } from '../../src/rtc/index.ts';
import { hex } from './support/bytes.ts';

const block = { ssrc: 2, lostOf256: 3, lost: -4, highestSequence: 5, jitter: 6, lastReport: 7, sinceLastReport: 0xffffffff };
const transport = (arrivals: readonly (number | undefined)[], base = 65_534): TransportFeedback => ({
  kind: 'transport',
  sender: 1,
  media: 2,
  feedbackCount: 255,
  base,
  arrivals,
});

const one: Readonly<Record<RtcpPacket['kind'], RtcpPacket>> = {
  sender_report: { kind: 'sender_report', ssrc: 1, ntp: 0xe1234567_89abcdefn, timestamp: 2, packets: 3, bytes: 4, blocks: [block, block] },
  receiver_report: { kind: 'receiver_report', ssrc: 1, blocks: [block] },
  description: { kind: 'description', sources: [{ ssrc: 1, cname: 'abc' }, { ssrc: 2, cname: 'señal' }, { ssrc: 3 }] },
  bye: { kind: 'bye', sources: [1, 2] },
  nack: { kind: 'nack', sender: 1, media: 2, sequences: [65_530, 65_531, 10, 11, 27, 28] },
  pli: { kind: 'pli', sender: 1, media: 2 },
  fir: { kind: 'fir', sender: 1, requests: [{ ssrc: 2, sequence: 200 }] },
  remb: { kind: 'remb', sender: 1, bitrate: 2_500_000, sources: [3, 4] },
  transport: transport([64_000, 64_250, undefined, undefined, 128_000, 127_000]),
};

describe('RTCP', () => {
  it.each(Object.entries(one))('says and understands: %s', (_kind, packet) => {
    const bytes = writeRtcp([packet]);
    expect(bytes.length % 4).toBe(0);
    expect(readRtcp(bytes)).toEqual([packet]);
  });

  it('says several things at once, and passes over what it does not know', () => {
    const all = Object.values(one);
    const application = hex('80cc0002 00000001 61626364');
    expect(readRtcp(Buffer.concat([writeRtcp(all.slice(0, 4)), application, writeRtcp(all.slice(4))]))).toEqual(all);
    expect(readRtcp(application)).toEqual([]);
  });

  it('understands what others have written (RFC 4585, RFC 5104, the drafts of REMB and of transport-wide feedback)', () => {
    expect(readRtcp(hex('81cd0003 00000001 00000002 00058001'))).toEqual([{ kind: 'nack', sender: 1, media: 2, sequences: [5, 6, 21] }]);
    expect(readRtcp(hex('81ce0002 00000001 00000002'))).toEqual([{ kind: 'pli', sender: 1, media: 2 }]);
    // Mantissa 0x3ffff, exponent 3.
    expect(readRtcp(hex('8fce0005 00000001 00000000 52454d42 010fffff 00000007'))).toEqual([
      { kind: 'remb', sender: 1, bitrate: 0x3ffff * 8, sources: [7] },
    ]);
    // Seven packets from 5 on: a list of two-bit symbols, small, large below zero, lost.
    expect(readRtcp(hex('8fcd0006 00000001 00000002 00050007 00000209 d90004ff f8080000'))).toMatchObject([
      { base: 5, feedbackCount: 9, arrivals: [129_000, 127_000, 129_000, undefined, undefined, undefined, undefined] },
    ]);
  });

  it('is understood by werift', () => {
    // One by one: of several it reads the first NACK to the end of all. And it does not count on from zero.
    const nackOf = { ...one.nack, sequences: [10, 11, 27, 28] };
    const kinds: readonly RtcpPacket[] = [one.sender_report, one.receiver_report, nackOf, one.pli, one.remb, one.transport];
    const [sr, rr, nack, pli, remb, twcc] = kinds.flatMap((packet) => RtcpPacketConverter.deSerialize(writeRtcp([packet])));
    expect(sr).toMatchObject({ ssrc: 1, senderInfo: { rtpTimestamp: 2, packetCount: 3, octetCount: 4 } });
    expect(rr).toMatchObject({ ssrc: 1, reports: [{ ssrc: 2, jitter: 6 }] });
    expect(nack).toMatchObject({ feedback: { lost: [10, 11, 27, 28] } });
    expect(pli).toMatchObject({ feedback: { mediaSsrc: 2 } });
    expect(remb).toMatchObject({ feedback: { ssrcFeedbacks: [3, 4] } });
    expect(twcc).toMatchObject({ feedback: { baseSequenceNumber: 65_534, packetStatusCount: 6 } });
  });

  it('is not believed where its lengths do not fit', () => {
    const good = writeRtcp([one.receiver_report, one.pli]);
    for (let length = 0; length < good.length; length++) {
      const read = readRtcp(good.subarray(0, length));
      // Cut between two packets, the first is whole.
      expect(read).toEqual(length === 32 ? [one.receiver_report] : undefined);
    }
    expect(readRtcp(hex('a0c80001 00000009'))).toBeUndefined();
    expect(readRtcp(hex('00c90001 00000001'))).toBeUndefined();
  });

  it('has its padding taken off', () => {
    expect(readRtcp(hex('a1ce0003 00000001 00000002 00000004'))).toEqual([{ kind: 'pli', sender: 1, media: 2 }]);
  });

  it('leaves out what says more than it has', () => {
    for (const bytes of [
      '82c90001 00000001',
      '81c80001 00000001',
      '82cb0001 00000001',
      '81ca0002 00000001 01ff6162',
      '8fce0004 00000001 00000000 52454d42 ff000001',
    ])
      expect(readRtcp(hex(bytes))).toEqual([]);
  });

  it('does not write more than a packet holds', () => {
    expect(() => writeRtcp([{ kind: 'receiver_report', ssrc: 1, blocks: Array.from({ length: 32 }, () => block) }])).toThrow(RangeError);
  });

  it('is read or not, whatever comes, and costs no more than it has bytes', () => {
    const kinds = [200, 201, 202, 203, 205, 206, 204];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...kinds), fc.nat(31), fc.boolean(), fc.uint8Array({ maxLength: 60 })), { maxLength: 4 }),
        fc.nat(3),
        (parts, cut) => {
          const bytes = Buffer.concat(
            parts.map(([type, count, isPadded, body]) => {
              const whole = body.subarray(0, body.length - (body.length % 4));
              return Buffer.concat([Buffer.from([0x80 | count | (isPadded ? 0x20 : 0), type, 0, whole.length / 4]), whole]);
            }),
          );
          const read = readRtcp(bytes.subarray(0, bytes.length - cut)) ?? [];
          expect(read.length).toBeLessThanOrEqual(parts.length);
          for (const packet of read) {
            if (packet.kind === 'nack') expect(packet.sequences.length).toBeLessThanOrEqual(bytes.length * 5);
            if (packet.kind === 'transport') expect(packet.arrivals.length).toBeLessThanOrEqual(MOST_ARRIVALS);
          }
        },
      ),
      { seed: 4585, numRuns: 5_000 },
    );
  });
});

describe('when packets arrived', () => {
  it('comes through, however it was', () => {
    const arrival = fc.option(fc.integer({ min: 0, max: 30_000 }), { nil: undefined, freq: 3 });
    // Runs as well as noise: each form of chunk is used.
    const runs = fc.array(fc.tuple(arrival, fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(runs, fc.nat(0xffff), fc.nat(1_000_000), (plan, base, start) => {
        const arrivals = plan.flatMap(([offset, count]) =>
          Array.from({ length: count }, (_, i) => (offset === undefined ? undefined : (start + offset + i) * 250)),
        );
        const fitting = arrivals.slice(0, countFitting(arrivals));
        const feedback = transport(fitting, base);
        const [read] = readRtcp(writeRtcp([feedback])) as TransportFeedback[];
        expect(read).toEqual(feedback);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('is told in short: a hundred packets without a loss in 20 bytes and one each', () => {
    const arrivals = Array.from({ length: 100 }, (_, i) => 64_000 + i * 1_000);
    expect(writeRtcp([transport(arrivals)]).length).toBeLessThanOrEqual(12 + 8 + 2 + 100 + 3);
  });

  it('is told in two packets where a pause was too long for one', () => {
    const arrivals = [0, 250, 10_000_000, 10_000_250];
    expect(countFitting(arrivals)).toBe(2);
    expect(() => writeRtcp([transport(arrivals)])).toThrow(RangeError);
    expect(countFitting(arrivals.slice(2))).toBe(2);
    expect(countFitting(Array.from({ length: 10_000 }, () => undefined))).toBe(MOST_ARRIVALS);
  });

  it('is not believed of 65,535 packets in twenty bytes', () => {
    const runs = '1fff'.repeat(10);
    expect(readRtcp(hex(`8fcd0009 00000001 00000002 0000ffff 00000000 ${runs}`))).toEqual([]);
    expect(readRtcp(hex(`8fcd0009 00000001 00000002 00001000 00000000 ${runs}`))).toMatchObject([{ arrivals: { length: MOST_ARRIVALS } }]);
    // Runs of none.
    expect(readRtcp(hex('8fcd0005 00000001 00000002 00000002 00000000 00000000'))).toEqual([]);
    // A symbol without a meaning.
    expect(readRtcp(hex('8fcd0005 00000001 00000002 00000001 00000000 60010000'))).toEqual([]);
  });
});
