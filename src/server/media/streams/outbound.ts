import type { RtcpPacket } from '../../../rtc/index.ts';
import { type Inbound, LONGEST_GAP } from './inbound.ts';
import { CLOCK_RATES, type MediaKind, type MediaPacket } from './media-packet.ts';
import { toNtp } from './numbers.ts';
import { writePacket } from './packet-writer.ts';
import { createPatience } from './patience.ts';
import { beginRun, moveRun, type Progress, progressOf, type Run } from './run.ts';
import { createSentPackets, type SentPacket } from './sent-packets.ts';

/** How packets leave to one receiver: one for all of its slots. */
export interface OutboundPort {
  /** Seals and sends. `packet` is good until this returns. @returns what left; undefined where nothing did */
  send(packet: Buffer): Buffer | undefined;
  /** Sends what was sealed before. */
  sendAgain(sealed: Buffer): void;
  /** The transport-wide number of the packet that is sent next, modulo 2^16. Asked only where the slot has an id for it. */
  nextNumber(): number;
}

/** One slot of one receiver: one stream without a break, whatever goes into it. Times as in Inbound. */
export interface Outbound {
  readonly kind: MediaKind;
  readonly ssrc: number;
  /** What is forwarded at present, and what is to be: they differ until a key frame of the latter begins. */
  readonly current: Inbound | undefined;
  readonly wanted: Inbound | undefined;
  /** From now on this. Another layer of the same source waits for its key frame while the old one goes on; another source stops the old one at once. */
  take(layer: Inbound | undefined): void;
  /** A packet of a layer: sends it where it belongs here. */
  forward(layer: Inbound, packet: MediaPacket, now: number): void;
  /** The receiver misses these. */
  resend(sequences: readonly number[], now: number, roundTrip: number): void;
  /** The receiver asks for a key frame. */
  askKey(now: number): void;
  /** Every 10 to 100 ms: asks for what is waited for, forgets what is old. */
  poll(now: number): void;
  /** Undefined while nothing is known of the publisher's clock: what is guessed would part lips and words. Said once a second. */
  report(now: number): Extract<RtcpPacket, { kind: 'sender_report' }> | undefined;
}

export interface OutboundOptions {
  readonly kind: MediaKind;
  readonly ssrc: number;
  readonly payloadType: number;
  /** Undefined: repeats are the same bytes again. */
  readonly rtx: { readonly ssrc: number; readonly payloadType: number } | undefined;
  /** The receiver's id of the extension for transport-wide numbers, where it has named one. */
  readonly transportCc: number | undefined;
  /** 32 random bits, from which numbers begin (RFC 3550 section 5.1). */
  readonly start: number;
}

/** What is kept for repeats: a second of picture, less of sound, which nobody waits for. Packets at most, ms. */
const KEPT = { audio: { most: 32, age: 500 }, video: { most: 1024, age: 1_000 } } as const;
/** Ticks from one source's last packet to another's first: a frame of Opus, so that none overlap; of a picture enough to be another one. */
const LEAST = { audio: 960, video: 90 } as const;
/** A layer that has sent nothing for so long, in ms, is asked for nothing: it is off. */
const OFF = 2_000;
/** Sequence numbers begin in the lower half, so that the first packets may overtake each other (RFC 3711 section 3.3.1). */
const SEQUENCES = 2 ** 15;

export function createOutbound(port: OutboundPort, options: OutboundOptions): Outbound {
  const { kind, ssrc, payloadType, rtx, transportCc, start } = options;
  const sent = createSentPackets(KEPT[kind].most, KEPT[kind].age);
  const perMs = CLOCK_RATES[kind] / 1000;
  const keyPatience = createPatience();
  let progress: Progress | undefined;
  let wanted: Inbound | undefined;
  let current: Run | undefined;
  /** The run before: what is late of it still comes. */
  let past: Run | undefined;
  let repeats = start % SEQUENCES;
  let [packets, payloadBytes] = [0, 0];

  function stop(): void {
    if (current === undefined) return;
    progress = progressOf(current, progress as Progress);
    past = current;
    current = undefined;
  }

  /** @returns the run that a packet is of, and none for one that is not to be forwarded */
  function runOf(layer: Inbound, packet: MediaPacket, now: number): Run | undefined {
    if (current?.layer === layer && packet.index >= current.first) {
      if (packet.index - current.highest <= LONGEST_GAP) return current;
      stop();
    }
    if (past?.layer === layer && packet.index >= past.first && packet.index <= past.highest) return past;
    if (layer !== wanted || current?.layer === layer || (kind === 'video' && !packet.beginsKey)) return undefined;
    stop();
    progress ??= {
      sequence: SEQUENCES * 2 + (start % SEQUENCES) - 1,
      timestamp: start,
      time: layer.timeOf(packet.timestamp, now),
      picture: start % SEQUENCES,
      baseIndex: start % 256,
    };
    current = beginRun(layer, packet, { after: progress, now, perMs, least: LEAST[kind] });
    send(packet, current, now);
    // What has overtaken the key frame's beginning is part of it.
    for (let index = packet.index + 1; index <= layer.highest; index++) {
      const overtaker = layer.packetAt(index);
      if (overtaker !== undefined) send(overtaker, current, now);
    }
    return undefined;
  }

  function write({ packet, run, sequence }: Pick<SentPacket, 'packet' | 'run' | 'sequence'>, isRepeat: boolean): Buffer | undefined {
    return writePacket(packet, {
      ssrc: isRepeat && rtx ? rtx.ssrc : ssrc,
      payloadType: isRepeat && rtx ? rtx.payloadType : payloadType,
      sequence: isRepeat ? repeats++ : sequence,
      timestamp: packet.timestamp + run.timestamp,
      picture: (packet.picture ?? 0) + run.picture,
      baseIndex: (packet.vp8?.baseIndex ?? 0) + run.baseIndex,
      transport: transportCc === undefined ? undefined : { id: transportCc, sequence: port.nextNumber() },
      repeats: isRepeat ? sequence : undefined,
    });
  }

  function send(packet: MediaPacket, run: Run, now: number): void {
    moveRun(run, packet, now);
    const sequence = packet.index + run.sequence;
    const written = write({ packet, run, sequence }, false);
    const sealed = written && port.send(written);
    if (sealed === undefined) return;
    packets += 1;
    payloadBytes += packet.end - packet.start;
    sent.add(sequence, packet, run, rtx === undefined ? sealed : undefined, now);
  }

  return {
    kind,
    ssrc,
    get current() {
      return current?.layer;
    },
    get wanted() {
      return wanted;
    },
    take(layer) {
      if (layer === wanted) return;
      wanted = layer;
      if (layer?.source !== current?.layer.source) stop();
      if (current?.layer !== layer) layer?.askKey();
    },
    forward(layer, packet, now) {
      const run = runOf(layer, packet, now);
      if (run !== undefined) send(packet, run, now);
    },
    resend(sequences, now, roundTrip) {
      for (const sequence of sequences) {
        const found = sent.take(sequence, now, roundTrip);
        if (found === undefined) continue;
        if (found.sealed !== undefined) port.sendAgain(found.sealed);
        else {
          const written = write(found, true);
          if (written !== undefined) port.send(written);
        }
      }
    },
    askKey(now) {
      if (keyPatience.ask(now)) (current?.layer ?? wanted)?.askKey();
    },
    poll(now) {
      sent.forget(now);
      if (wanted !== undefined && current?.layer !== wanted && now - wanted.lastArrival < OFF) wanted.askKey();
    },
    report(now) {
      const timestamp = current?.layer.timestampAt(now);
      if (current === undefined || timestamp === undefined) return undefined;
      return {
        kind: 'sender_report',
        ssrc,
        ntp: toNtp(now),
        timestamp: (timestamp + current.timestamp) >>> 0,
        packets: packets >>> 0,
        bytes: payloadBytes >>> 0,
        blocks: [],
      };
    },
  };
}
