import * as v from 'valibot';
import { LIMITS } from '../limits.ts';
import { device, hash, shortText, uint } from './fields.ts';

/** What a device sends in a call: its four sources, in the order in which frames name them (PROTOCOL.md section 11). */
export const CALL_SOURCES = ['microphone', 'camera', 'screen', 'screen-audio'] as const;
export const callSource = v.picklist(CALL_SOURCES);
export type CallSource = v.InferOutput<typeof callSource>;

const numberUpTo = (most: number) => v.pipe(uint, v.maxValue(most));
const ssrc = numberUpTo(0xffffffff);
/** RTP payload type, RFC 3550 section 5.1; those that RTCP's types are mistaken for (RFC 5761 section 4) are none. */
const payloadType = v.pipe(
  numberUpTo(127),
  v.check((type) => type < 64 || type > 95),
);
/** Id of a one-byte header extension, RFC 8285 section 4.2. */
const extensionId = v.pipe(uint, v.minValue(1), v.maxValue(14));
/** ice-ufrag and ice-pwd, RFC 8839 section 5.4. */
const iceText = (least: number) => v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]+$/), v.minLength(least), v.maxLength(256));
/** mid (RFC 5888) and rid (RFC 8851), as header extensions carry them. */
const streamName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9]+$/), v.maxLength(16));
const height = numberUpTo(16_384);

const layer = v.strictObject({ rid: streamName, height });

/**
 * One source of a device. Its packets are known by `ssrc` (retransmissions by `rtx`), or, where it has `layers` (simulcast, RFC 8853; the
 * smallest first), by the extensions for mid and rid. A source that is off sends nothing.
 */
const callSend = v.strictObject({
  source: callSource,
  mid: streamName,
  ssrc: v.optional(ssrc),
  rtx: v.optional(ssrc),
  layers: v.optional(v.pipe(v.array(layer), v.minLength(1), v.maxLength(LIMITS.callLayers))),
});

/** A stream that the device is ready to receive; what goes into it is asked for with `call.want`. Its packets come with this `ssrc`. */
const callSlot = v.strictObject({ kind: v.picklist(['audio', 'video']), ssrc, rtx: v.optional(ssrc) });

/** How a device comes to a call: all that WebRTC would negotiate, without a word of SDP. The device is the client of DTLS and controls ICE. */
export const callOffer = v.strictObject({
  ufrag: iceText(4),
  /** SHA-256 of the certificate that it shows in DTLS. */
  fingerprint: hash,
  payloads: v.strictObject({ opus: payloadType, vp8: payloadType, rtx: payloadType }),
  extensions: v.strictObject({
    mid: v.optional(extensionId),
    rid: v.optional(extensionId),
    repairedRid: v.optional(extensionId),
    transportCc: v.optional(extensionId),
  }),
  sends: v.pipe(v.array(callSend), v.maxLength(CALL_SOURCES.length)),
  slots: v.pipe(v.array(callSlot), v.maxLength(LIMITS.callSlots)),
});
export type CallOffer = v.InferOutput<typeof callOffer>;

/** Where the media port is, and how it shows who it is. It is the server of DTLS and an ICE-lite agent (RFC 8445 section 2.5). */
export const callAnswer = v.strictObject({
  ufrag: iceText(4),
  pwd: iceText(22),
  fingerprint: hash,
  /** The best first. `tcp` is passive (RFC 6544). */
  candidates: v.pipe(
    v.array(v.strictObject({ protocol: v.picklist(['udp', 'tcp']), address: shortText, port: numberUpTo(65_535) })),
    v.maxLength(LIMITS.callCandidates),
  ),
});
export type CallAnswer = v.InferOutput<typeof callAnswer>;

/** What is to come in one slot (an index into the offer's). `height`: of the picture as it is shown, in pixels; 0 for sound. */
export const callWant = v.strictObject({ slot: uint, device, source: callSource, height });
export type CallWant = v.InferOutput<typeof callWant>;

/** The most that anybody looks at of a source, in pixels; 0: nobody. A sender stops what nobody takes. */
export const callDemand = v.strictObject({ source: callSource, height });
export type CallDemand = v.InferOutput<typeof callDemand>;
