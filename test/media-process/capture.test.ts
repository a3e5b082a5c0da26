import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { addedDelays, readCapture } from '../../bench/calls/capture.mjs';
import { buildRtp } from '../../src/rtc/index.ts';
import { temporaryFolder } from '../support/programs.ts';

const FORWARDER = 9_020;
const [ANA, EVA, BEA] = [50_001, 50_002, 50_003];

const word = (value: number, length: 2 | 4, big = false) => {
  const bytes = Buffer.alloc(length);
  if (length === 2) bytes.writeUInt16BE(value);
  else if (big) bytes.writeUInt32BE(value);
  else bytes.writeUInt32LE(value);
  return bytes;
};

/** As tcpdump writes it on loopback, with nanoseconds. */
const header = Buffer.concat([word(0xa1b23c4d, 4), Buffer.alloc(16), word(1, 4)]);

function captured(ms: number, from: number, to: number, datagram: Buffer): Buffer {
  const ip = Buffer.alloc(20);
  ip[0] = 0x45;
  ip[9] = 17;
  const packet = Buffer.concat([Buffer.alloc(14), ip, word(from, 2), word(to, 2), Buffer.alloc(4), datagram]);
  const seconds = Math.floor(ms / 1_000);
  return Buffer.concat([word(seconds, 4), word(Math.round((ms % 1_000) * 1e6), 4), word(packet.length, 4), word(packet.length, 4), packet]);
}

const rtp = (ssrc: number, sequence: number) => buildRtp({ payloadType: 96, sequence, timestamp: 0, ssrc }, Buffer.alloc(40));

it('knows each packet again where it leaves, under whichever numbers, and how long it stayed', async () => {
  const path = join(temporaryFolder(), 'packets');
  const rtcp = Buffer.from([0x80, 200, 0, 1, 0, 0, 0, 7, 0, 0, 0, 0]);
  writeFileSync(
    path,
    Buffer.concat([
      header,
      captured(5_000, ANA, FORWARDER, rtp(7, 65_535)),
      captured(5_001, ANA, FORWARDER, rtp(7, 0)),
      captured(5_002, FORWARDER, EVA, rtp(21, 99)),
      captured(5_004, FORWARDER, BEA, rtp(22, 1_000)),
      captured(5_004.5, FORWARDER, BEA, rtcp),
      // Ana was asked for it again, which takes nothing off the delay of what came late.
      captured(5_005, ANA, FORWARDER, rtp(7, 65_535)),
      captured(5_011, FORWARDER, EVA, rtp(21, 100)),
      captured(5_012, FORWARDER, EVA, rtp(21, 500)),
      // The same number at another one's port is another stream.
      captured(5_013, FORWARDER, BEA, rtp(21, 99)),
    ]),
  );
  const legs = [
    { port: ANA, sends: [{ ssrc: 7, stream: 3, shift: 1 }], receives: [] },
    { port: EVA, sends: [], receives: [{ ssrc: 21, stream: 3, shift: 65_536 - 99 }] },
    { port: BEA, sends: [], receives: [{ ssrc: 22, stream: 3, shift: 65_536 - 1_000 }] },
  ];
  const { delays, matched, unmatched } = await addedDelays(readCapture(path), legs);
  expect([matched, unmatched]).toEqual([3, 1]);
  expect([0.3, 0.6, 1].map((share) => Math.round(delays.quantile(share)))).toEqual([2, 4, 10]);
});
