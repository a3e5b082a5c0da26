import { createCipheriv, createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { ENCRYPTED, MAX_PACKET, type PacketCipher, RTCP_HEADER, RTCP_INDEX } from './srtp-cipher.ts';
import type { SessionKeys } from './srtp-keys.ts';

const TAG = 10;

/** AES_CM_128_HMAC_SHA1_80 (RFC 3711): what every peer speaks. */
export function createCmCipher(keys: { readonly rtp: SessionKeys; readonly rtcp: SessionKeys }): PacketCipher {
  const rtp = createCm(keys.rtp);
  const rtcp = createCm(keys.rtcp);
  const rollover = Buffer.alloc(4);
  const rolloverOf = (index: number) => {
    rollover.writeUInt32BE(Math.floor(index / 2 ** 16), 0);
    return rollover;
  };
  return {
    tagLength: TAG,
    sealRtp(packet, headerLength, ssrc, index) {
      const sealed = Buffer.allocUnsafe(packet.length + TAG);
      rtp.mask(packet, headerLength, packet.length, ssrc, index, sealed);
      sealed.set(rtp.tag(sealed.subarray(0, packet.length), rolloverOf(index)), packet.length);
      return sealed;
    },
    openRtp(packet, headerLength, ssrc, index) {
      const end = packet.length - TAG;
      if (!timingSafeEqual(rtp.tag(packet.subarray(0, end), rolloverOf(index)), packet.subarray(end))) return undefined;
      return rtp.mask(packet, headerLength, end, ssrc, index, Buffer.allocUnsafeSlow(end));
    },
    sealRtcp(packet, ssrc, index) {
      const end = packet.length + RTCP_INDEX;
      const sealed = Buffer.allocUnsafe(end + TAG);
      rtcp.mask(packet, RTCP_HEADER, packet.length, ssrc, index, sealed);
      sealed.writeUInt32BE((index | ENCRYPTED) >>> 0, packet.length);
      sealed.set(rtcp.tag(sealed.subarray(0, end)), end);
      return sealed;
    },
    openRtcp(packet, ssrc, index) {
      const end = packet.length - TAG;
      if (!timingSafeEqual(rtcp.tag(packet.subarray(0, end)), packet.subarray(end))) return undefined;
      return rtcp.mask(packet, RTCP_HEADER, end - RTCP_INDEX, ssrc, index, Buffer.allocUnsafe(end - RTCP_INDEX));
    },
  };
}

function createCm({ key, authentication, salt }: SessionKeys) {
  const secret = createSecretKey(authentication);
  // One cipher for all packets: making a new one costs more than what it does. In ECB, over blocks that we count ourselves, AES
  // gives what AES-CTR would, and keeps nothing from one call to the next.
  const blocks = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  const counters = createWords();
  const text = createWords();
  const start = new DataView(counters.bytes.buffer, counters.bytes.byteOffset, 16);
  const [first, second] = [salt.readUInt32BE(0), salt.readUInt32BE(4)];
  const [third, fourth] = [salt.readUInt32BE(8), salt.readUInt16BE(12)];
  return {
    /** Copies a packet up to `end`, and masks what stands behind the header (section 4.1.1). */
    mask(packet: Buffer, headerLength: number, end: number, ssrc: number, index: number, into: Buffer): Buffer {
      packet.copy(into, 0, 0, headerLength);
      start.setUint32(0, first);
      start.setUint32(4, second ^ ssrc);
      start.setUint32(8, third ^ Math.floor(index / 2 ** 16));
      start.setUint16(12, fourth ^ (index % 2 ** 16));
      start.setUint16(14, 0);
      const count = Math.ceil((end - headerLength) / 16);
      const { words } = counters;
      const [a, b, c] = words as unknown as [number, number, number];
      for (let block = 1, at = 4; block < count; block++, at += 4) {
        words[at] = a;
        words[at + 1] = b;
        words[at + 2] = c;
        start.setUint16(14, block);
        words[at + 3] = words[3] as number;
      }
      start.setUint16(14, 0);
      const stream = blocks.update(counters.bytes.subarray(0, 16 * count));
      // Four bytes at a time, which have to stand where such words can.
      packet.copy(text.bytes, 0, headerLength, end);
      const mask = asWords(stream);
      for (let at = 0; at < mask.length; at++) text.words[at] = (text.words[at] as number) ^ (mask[at] as number);
      text.bytes.copy(into, headerLength, 0, end - headerLength);
      return into;
    },
    tag(packet: Buffer, rollover?: Buffer): Buffer {
      const hmac = createHmac('sha1', secret).update(packet);
      return (rollover === undefined ? hmac : hmac.update(rollover)).digest().subarray(0, TAG);
    },
  };
}

/** Bytes that can be seen as words. */
function createWords() {
  const words = new Uint32Array(MAX_PACKET / 4);
  return { words, bytes: Buffer.from(words.buffer) };
}

/** Where bytes begin is for Node to say, and words cannot begin everywhere. */
const asWords = ({ buffer, byteOffset, length }: Buffer): Uint32Array =>
  byteOffset % 4 === 0 ? new Uint32Array(buffer, byteOffset, length / 4) : new Uint32Array(buffer.slice(byteOffset, byteOffset + length));
