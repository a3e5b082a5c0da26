import { findRtpExtension, readRtpHeader, readRtpPayload, readVp8 } from '../../../../../src/rtc/index.ts';
import { countOn } from '../../../../../src/server/media/streams/numbers.ts';
import type { OutboundPort } from '../../../../../src/server/media/streams/index.ts';
import { type Mark, readMark } from './publisher.ts';

export interface Got {
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payloadType: number;
  readonly marker: boolean;
  readonly picture: number | undefined;
  readonly pictureBits: number | undefined;
  readonly baseIndex: number | undefined;
  readonly isStart: boolean;
  readonly mark: Mark;
  readonly transport: number | undefined;
  readonly bytes: Buffer;
}

export const TRANSPORT_CC = 5;

/** @param offset bytes before the payload: two in RTX */
export function readGot(bytes: Buffer, offset = 0): Got {
  const header = readRtpHeader(bytes);
  if (header === undefined) throw new Error('no RTP');
  const payload = readRtpPayload(bytes, header).subarray(offset);
  const vp8 = readVp8(payload);
  if (vp8 === undefined) throw new Error('no VP8');
  return {
    ...header,
    picture: vp8.pictureId,
    pictureBits: vp8.pictureIdBits,
    baseIndex: vp8.baseIndex,
    isStart: vp8.isStart,
    mark: readMark(payload),
    transport: findRtpExtension(bytes, header, TRANSPORT_CC)?.readUInt16BE(0),
    bytes,
  };
}

/** Takes what a slot sends, and never the same number twice: nor would SRTP. */
export function createReceiver() {
  const got: Got[] = [];
  const raw: Buffer[] = [];
  const again: Buffer[] = [];
  let number = 0;
  const port: OutboundPort = {
    send(packet) {
      const copy = Buffer.from(packet);
      raw.push(copy);
      return copy;
    },
    sendAgain: (sealed) => again.push(sealed),
    nextNumber: () => number++,
  };
  return { port, got, raw, again };
}

export interface Frame {
  readonly packets: readonly Got[];
  /** From its start to its marker without a gap. */
  readonly isWhole: boolean;
}

/**
 * A jitter buffer and a decoder that forgive nothing: they take one stream, in which time and pictures only go forward, a frame is made of packets
 * that follow each other, and the frames of another layer begin with a key frame.
 * @returns its frames in order, counted on
 */
export function decode(packets: readonly Got[]): { frames: Frame[]; sequences: number[] } {
  let near: number | undefined;
  const counted = packets.map((packet) => {
    const at = countOn(packet.sequence, 16, near ?? packet.sequence + 2 ** 16);
    near = Math.max(near ?? at, at);
    return { at, packet };
  });
  counted.sort((a, b) => a.at - b.at);
  const sequences = counted.map(({ at }) => at);
  if (new Set(sequences).size !== sequences.length) throw new Error('a number came twice');
  const groups: (typeof counted)[] = [];
  for (const one of counted) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && isSameFrame(last.packet, one.packet)) groups.at(-1)?.push(one);
    else groups.push([one]);
  }
  const frames = groups.map((group) => ({
    packets: group.map(({ packet }) => packet),
    isWhole:
      group[0]?.packet.isStart === true &&
      group.at(-1)?.packet.marker === true &&
      (group.at(-1)?.at ?? 0) - (group[0]?.at ?? 0) === group.length - 1,
  }));
  let before: Got | undefined;
  for (const { packets } of frames) {
    const [first] = packets as [Got];
    if (packets.some(({ picture, timestamp }) => picture !== first.picture || timestamp !== first.timestamp))
      throw new Error('a frame that does not agree with itself');
    if (before !== undefined) {
      if (((first.timestamp - before.timestamp) | 0) <= 0) throw new Error('time stands still or goes back');
      if (first.picture !== undefined && before.picture !== undefined) {
        const ahead = (first.picture - before.picture) & 0x7fff;
        if (ahead === 0 || ahead > 0x3fff) throw new Error(`pictures go back: ${before.picture} to ${first.picture}`);
      }
      if (first.mark.layer !== before.mark.layer && !packets.some(({ mark }) => mark.isKey))
        throw new Error('another layer without a key frame');
    } else if (!first.mark.isKey) throw new Error('begins without a key frame');
    before = first;
  }
  return { frames, sequences };
}

const isSameFrame = (a: Got, b: Got) => a.mark.layer === b.mark.layer && a.mark.frame === b.mark.frame;
