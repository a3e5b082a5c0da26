import { PacketIndexes } from './packet-indexes.ts';
import { readRtpHeaderLength } from './rtp.ts';
import { createCmCipher } from './srtp-cm.ts';
import { ENCRYPTED, MAX_PACKET, type PacketCipher, RTCP_HEADER, RTCP_INDEX } from './srtp-cipher.ts';
import { createGcmCipher } from './srtp-gcm.ts';
import { deriveSessionKeys, type SrtpKeys } from './srtp-keys.ts';

export { SRTP_PROFILES, type SrtpKeys, type SrtpProfile } from './srtp-keys.ts';

/** Seals what is sent to one peer. */
export interface SrtpSender {
  /**
   * @returns undefined for what is no RTP packet, for a stream too many, and for a sequence number that was there already: sealing
   * two packets under one nonce gives AES-GCM's key away. Whoever sends a packet again sends the sealed one, or RTX
   */
  protectRtp(packet: Uint8Array): Buffer | undefined;
  /** @returns undefined for what is no RTCP packet, and after 2^31 of them */
  protectRtcp(packet: Uint8Array): Buffer | undefined;
}

/** Opens what comes from one peer. */
export interface SrtpReceiver {
  /** @returns undefined for what is not authentic, was there already, or is one stream too many */
  unprotectRtp(packet: Uint8Array): Buffer | undefined;
  unprotectRtcp(packet: Uint8Array): Buffer | undefined;
}

/** Streams of one peer: cameras, screens, their layers and RTX, and what was started anew. 4 KiB each. */
const MOST_STREAMS = 256;
const MOST_RTCP = 2 ** 31;

export function createSrtpSender(keys: SrtpKeys): SrtpSender {
  const cipher = createCipher(keys);
  const streams = createStreams();
  let nextRtcp = 0;
  return {
    protectRtp(packet) {
      const rtp = asBuffer(packet);
      const headerLength = readRtpHeaderLength(rtp);
      if (headerLength === undefined || rtp.length + cipher.tagLength > MAX_PACKET) return undefined;
      const ssrc = rtp.readUInt32BE(8);
      const stream = streams.find(ssrc);
      if (stream === undefined) return undefined;
      const index = stream.guess(rtp.readUInt16BE(2));
      if (index < 0) return undefined;
      streams.add(ssrc, stream, index);
      return cipher.sealRtp(rtp, headerLength, ssrc, index);
    },
    protectRtcp(packet) {
      if (!isRtcp(packet, RTCP_HEADER) || packet.length + cipher.tagLength + RTCP_INDEX > MAX_PACKET || nextRtcp >= MOST_RTCP)
        return undefined;
      const rtcp = asBuffer(packet);
      return cipher.sealRtcp(rtcp, rtcp.readUInt32BE(4), nextRtcp++);
    },
  };
}

export function createSrtpReceiver(keys: SrtpKeys): SrtpReceiver {
  const cipher = createCipher(keys);
  const streams = createStreams();
  const controls = createStreams();
  return {
    unprotectRtp(packet) {
      const rtp = asBuffer(packet);
      const headerLength = readRtpHeaderLength(rtp);
      if (headerLength === undefined || rtp.length < headerLength + cipher.tagLength || rtp.length > MAX_PACKET) return undefined;
      const ssrc = rtp.readUInt32BE(8);
      const stream = streams.find(ssrc);
      if (stream === undefined) return undefined;
      const index = stream.guess(rtp.readUInt16BE(2));
      if (index < 0) return undefined;
      const opened = cipher.openRtp(rtp, headerLength, ssrc, index);
      if (opened !== undefined) streams.add(ssrc, stream, index);
      return opened;
    },
    unprotectRtcp(packet) {
      if (!isRtcp(packet, RTCP_HEADER + RTCP_INDEX + cipher.tagLength) || packet.length > MAX_PACKET) return undefined;
      const rtcp = asBuffer(packet);
      // GCM has the word last, HMAC has its tag behind it.
      const word = rtcp.readUInt32BE(rtcp.length - RTCP_INDEX - (keys.profile === 'AEAD_AES_128_GCM' ? 0 : cipher.tagLength));
      // What is authentic and not encrypted is allowed by the RFC, and sent by nobody.
      if (word < ENCRYPTED) return undefined;
      const ssrc = rtcp.readUInt32BE(4);
      const index = word - ENCRYPTED;
      const stream = controls.find(ssrc);
      if (stream === undefined || !stream.isNew(index)) return undefined;
      const opened = cipher.openRtcp(rtcp, ssrc, index);
      if (opened !== undefined) controls.add(ssrc, stream, index);
      return opened;
    },
  };
}

function createCipher(keys: SrtpKeys): PacketCipher {
  const session = { rtp: deriveSessionKeys(keys, 'rtp'), rtcp: deriveSessionKeys(keys, 'rtcp') };
  return keys.profile === 'AEAD_AES_128_GCM' ? createGcmCipher(session) : createCmCipher(session);
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

const isRtcp = (packet: Uint8Array, least: number) => packet.length >= least && (packet[0] as number) >> 6 === 2;

/** A stream is remembered from its first authentic packet on, and never forgotten: what was seen of it is what replays are known by. */
function createStreams() {
  const indexesBySsrc = new Map<number, PacketIndexes>();
  let blank = new PacketIndexes();
  return {
    find: (ssrc: number): PacketIndexes | undefined => indexesBySsrc.get(ssrc) ?? (indexesBySsrc.size < MOST_STREAMS ? blank : undefined),
    add(ssrc: number, indexes: PacketIndexes, index: number): void {
      indexes.add(index);
      if (indexes !== blank) return;
      indexesBySsrc.set(ssrc, indexes);
      blank = new PacketIndexes();
    },
  };
}
