import { randomInt } from 'node:crypto';
import { buildRtp, type RtcpReport, writeRtpExtensions } from '../../../../rtc/index.ts';

/** What all streams of a transport share. */
export interface OutgoingPorts {
  /** @returns the sealed packet, to be sent again; undefined where nothing can be sent */
  send(packet: Buffer): Buffer | undefined;
  sendAgain(sealed: Buffer): void;
  /** Numbers all packets of the transport; undefined where the media port asked for no numbers. */
  readonly transportCc: number;
  nextTransportNumber(): number;
}

export interface OutgoingOptions {
  readonly ssrc: number;
  readonly payloadType: number;
  /** Lost packets go out again in a stream of their own (RFC 4588); without one, as they were. */
  readonly rtx?: { readonly ssrc: number; readonly payloadType: number };
  readonly clockRate: number;
  /** Packets that can be sent again. */
  readonly kept: number;
}

/** One stream that we send. */
export interface Outgoing {
  send(payload: Buffer, timestamp: number, marker: boolean): void;
  /** These were lost. @param now in ms */
  repeat(sequences: readonly number[], now: number): void;
  /** For the others' clocks; undefined where nothing was sent since the last one. */
  report(now: number): (RtcpReport & { readonly kind: 'sender_report' }) | undefined;
}

interface Kept {
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payload: Buffer;
  readonly sealed: Buffer;
  repeatedAt: number;
}

/** The same packet is not sent again more often than this, whoever asks: an answer may be under way. ms */
const REPEAT_PAUSE = 40;
/** From 1900 to 1970, in s. */
const NTP_EPOCH = 2_208_988_800;

export function createOutgoing({ ssrc, payloadType, rtx, clockRate, kept }: OutgoingOptions, ports: OutgoingPorts): Outgoing {
  const ring: (Kept | undefined)[] = Array.from({ length: kept });
  // Half of the numbers, as RFC 3711 wants it: the first rollover cannot be guessed wrong.
  let sequence = randomInt(2 ** 15);
  let repeats = randomInt(2 ** 15);
  let sent = { packets: 0, bytes: 0 };
  let last: { readonly timestamp: number; readonly at: number } | undefined;
  let reported = 0;

  const extensions = () => {
    const number = Buffer.alloc(2);
    number.writeUInt16BE(ports.nextTransportNumber() & 0xffff);
    return writeRtpExtensions([{ id: ports.transportCc, data: number }]);
  };

  return {
    send(payload, timestamp, marker) {
      const header = { payloadType, sequence: sequence & 0xffff, timestamp, ssrc, marker };
      const sealed = ports.send(buildRtp({ ...header, extensions: extensions() }, payload));
      if (sealed === undefined) return;
      ring[sequence % kept] = { sequence: sequence & 0xffff, timestamp, marker, payload, sealed, repeatedAt: 0 };
      sequence += 1;
      sent = { packets: sent.packets + 1, bytes: sent.bytes + payload.length };
      last = { timestamp, at: performance.now() };
    },
    repeat(sequences, now) {
      for (const asked of sequences) {
        const back = (sequence - asked) & 0xffff;
        const found = back === 0 || back > kept ? undefined : ring[(sequence - back) % kept];
        if (found?.sequence !== asked || now - found.repeatedAt < REPEAT_PAUSE) continue;
        found.repeatedAt = now;
        if (rtx === undefined) ports.sendAgain(found.sealed);
        else {
          const original = Buffer.alloc(2);
          original.writeUInt16BE(found.sequence);
          const { timestamp, marker } = found;
          const header = { ...rtx, sequence: repeats++ & 0xffff, timestamp, marker, extensions: extensions() };
          ports.send(buildRtp(header, Buffer.concat([original, found.payload])));
        }
      }
    },
    report(now) {
      if (last === undefined || sent.packets === reported) return undefined;
      reported = sent.packets;
      const seconds = Date.now() / 1_000 + NTP_EPOCH;
      return {
        kind: 'sender_report',
        ssrc,
        ntp: (BigInt(Math.floor(seconds)) << 32n) | BigInt(Math.floor((seconds % 1) * 2 ** 32)),
        timestamp: (last.timestamp + Math.round(((now - last.at) * clockRate) / 1_000)) >>> 0,
        packets: sent.packets >>> 0,
        bytes: sent.bytes >>> 0,
        blocks: [],
      };
    },
  };
}
