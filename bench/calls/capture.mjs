/**
 * What a forwarder adds to the way of each packet, by the stamps that the system gives packets as they leave and arrive: clients that share two cores with it are late
 * themselves, and what they measure is mostly that.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createHistogram } from './histogram.mjs';

/** Of a packet: all headers, and the unsealed one of RTP. */
const BYTES = 96;
const BUFFER_KIB = 64 * 1024;
const PATIENCE = 10_000;
const [FILE_HEADER, PACKET_HEADER] = [24, 16];
const NANOSECONDS = 0xa1b23c4d;
const ETHERNET = { type: 1, header: 14 };
const UDP = 17;
const UDP_HEADER = 8;
/** Longer ago than this is another packet of the same number. */
const MOST_MS = 10_000;

/** @returns undefined where it is not allowed to */
export async function startCapture(path) {
  const parameters = ['-i', 'lo', '-n', '-s', BYTES, '-B', BUFFER_KIB, '--time-stamp-precision=nano', '-w', path, 'udp'];
  const child = spawn('tcpdump', parameters.map(String), { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'close').catch(() => {});
  let said = '';
  const listening = new Promise((resolve) => {
    child.stderr.on('data', (text) => {
      said += text;
      if (said.includes('listening on')) resolve(true);
    });
    child.once('error', () => resolve(false));
    child.once('exit', () => resolve(false));
    setTimeout(resolve, PATIENCE, false).unref();
  });
  if (!(await listening)) {
    child.kill();
    await ended;
    return undefined;
  }
  return {
    async stop() {
      child.kill('SIGINT');
      await ended;
      const dropped = Number(/(\d+) packets? dropped by kernel/.exec(said)?.[1] ?? 0);
      if (dropped > 0) throw new Error(`${dropped} packets were not captured: delays would leave out the worst`);
    },
  };
}

/** RTP in a file of tcpdump's, in its order: when (ms), from and to which port, and what can be read of it. */
export async function* readCapture(path) {
  let rest = Buffer.alloc(0);
  let isBegun = false;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    if (!isBegun) {
      if (rest.length < FILE_HEADER) continue;
      if (rest.readUInt32LE(0) !== NANOSECONDS || rest.readUInt32LE(20) !== ETHERNET.type) throw new Error('not a capture of loopback');
      isBegun = true;
      at = FILE_HEADER;
    }
    while (at + PACKET_HEADER <= rest.length) {
      const length = rest.readUInt32LE(at + 8);
      if (at + PACKET_HEADER + length > rest.length) break;
      const time = rest.readUInt32LE(at) * 1e3 + rest.readUInt32LE(at + 4) / 1e6;
      const packet = readPacket(rest.subarray(at + PACKET_HEADER, at + PACKET_HEADER + length));
      if (packet !== undefined) yield { time, ...packet };
      at += PACKET_HEADER + length;
    }
    rest = rest.subarray(at);
  }
}

function readPacket(bytes) {
  const ip = bytes.subarray(ETHERNET.header);
  if (ip[0] >> 4 !== 4 || ip[9] !== UDP) return undefined;
  const udp = ip.subarray(4 * (ip[0] & 0x0f));
  const rtp = udp.subarray(UDP_HEADER);
  // RFC 7983, and what RFC 5761 keeps for RTCP.
  if (rtp.length < 12 || rtp[0] >> 6 !== 2 || ((rtp[1] & 0x7f) >= 64 && (rtp[1] & 0x7f) < 96)) return undefined;
  return { from: udp.readUInt16BE(0), to: udp.readUInt16BE(2), sequence: rtp.readUInt16BE(2), ssrc: rtp.readUInt32BE(8) };
}

/**
 * From a packet's arrival at the forwarder to each one's leaving that it was copied to.
 * @param packets as of readCapture
 * @param legs of the clients: {port, sends, receives}; of both {ssrc, stream, shift}: what is numbered n there is number n + shift of that stream
 */
export async function addedDelays(packets, legs) {
  const keyed = (name) => new Map(legs.flatMap(({ port, [name]: streams }) => streams.map((one) => [`${port} ${one.ssrc}`, one])));
  const [sends, receives] = [keyed('sends'), keyed('receives')];
  const arrivalsByStream = new Map([...sends.values()].map(({ stream }) => [stream, new Float64Array(2 ** 16).fill(-Infinity)]));
  const delays = createHistogram();
  let [matched, unmatched] = [0, 0];
  for await (const { time, from, to, ssrc, sequence } of packets) {
    const sent = sends.get(`${from} ${ssrc}`);
    if (sent !== undefined) {
      const arrivals = arrivalsByStream.get(sent.stream);
      const number = (sequence + sent.shift) & 0xffff;
      // What is repeated arrived when it did first.
      if (time - arrivals[number] > MOST_MS) arrivals[number] = time;
      continue;
    }
    const received = receives.get(`${to} ${ssrc}`);
    if (received === undefined) continue;
    const arrival = arrivalsByStream.get(received.stream)?.[(sequence + received.shift) & 0xffff] ?? -Infinity;
    if (time - arrival > MOST_MS) unmatched += 1;
    else {
      matched += 1;
      delays.add(time - arrival);
    }
  }
  return { delays, matched, unmatched };
}
