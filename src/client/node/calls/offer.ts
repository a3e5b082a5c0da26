import { randomBytes } from 'node:crypto';
import type { CallOffer } from '../../../protocol/index.ts';

/** Ours: the media port rewrites what it forwards to them. */
export const PAYLOADS = { opus: 111, vp8: 96, rtx: 97 } as const;
export const TRANSPORT_CC = 3;

/** Everybody's sound; and of pictures what a terminal has room for. */
const SLOTS = { audio: 24, video: 12 } as const;

/** What a terminal may send: of a screen the picture alone. */
export function makeOffer(fingerprint: Uint8Array): CallOffer {
  const ssrcs = new Set<number>();
  const ssrc = () => {
    let next: number;
    do next = randomBytes(4).readUInt32BE();
    while (next === 0 || ssrcs.has(next));
    ssrcs.add(next);
    return next;
  };
  return {
    ufrag: randomBytes(6).toString('base64'),
    fingerprint: new Uint8Array(fingerprint),
    payloads: PAYLOADS,
    extensions: { transportCc: TRANSPORT_CC },
    sends: [
      { source: 'microphone', mid: 'a', ssrc: ssrc() },
      { source: 'camera', mid: 'v', ssrc: ssrc(), rtx: ssrc() },
      { source: 'screen', mid: 's', ssrc: ssrc(), rtx: ssrc() },
    ],
    slots: [
      ...Array.from({ length: SLOTS.audio }, () => ({ kind: 'audio' as const, ssrc: ssrc() })),
      ...Array.from({ length: SLOTS.video }, () => ({ kind: 'video' as const, ssrc: ssrc(), rtx: ssrc() })),
    ],
  };
}
