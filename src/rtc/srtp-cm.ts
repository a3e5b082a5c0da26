import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { createAesBlocks } from './aes-blocks.ts';
import { ENCRYPTED, MAX_PACKET, type PacketCipher, RTCP_HEADER, RTCP_INDEX } from './srtp-cipher.ts';
import type { SessionKeys } from './srtp-keys.ts';
import { createWords } from './words.ts';

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
  const blocks = createAesBlocks(key);
  const start = Buffer.alloc(12);
  const [first, second] = [salt.readUInt32BE(0), salt.readUInt32BE(4)];
  const [third, fourth] = [salt.readUInt32BE(8), salt.readUInt16BE(12)];
  return {
    /** Copies a packet up to `end`, and masks what stands behind the header (section 4.1.1). */
    mask(packet: Buffer, headerLength: number, end: number, ssrc: number, index: number, into: Buffer): Buffer {
      packet.copy(into, 0, 0, headerLength);
      start.writeUInt32BE(first, 0);
      start.writeUInt32BE((second ^ ssrc) >>> 0, 4);
      start.writeUInt32BE((third ^ Math.floor(index / 2 ** 16)) >>> 0, 8);
      const count = Math.ceil((end - headerLength) / 16);
      // Blocks are counted by 16 bits, above which the sequence number stands.
      const stream = blocks.count(start, ((fourth ^ (index % 2 ** 16)) << 16) >>> 0, count);
      // Four bytes at a time, which have to stand where such words can.
      packet.copy(text.bytes, 0, headerLength, end);
      for (let at = 0; at < 4 * count; at++) text.words[at] = (text.words[at] as number) ^ (stream[at] as number);
      text.bytes.copy(into, headerLength, 0, end - headerLength);
      return into;
    },
    tag(packet: Buffer, rollover?: Buffer): Buffer {
      const hmac = createHmac('sha1', secret).update(packet);
      return (rollover === undefined ? hmac : hmac.update(rollover)).digest().subarray(0, TAG);
    },
  };
}

/** One for all: nobody keeps what stands in it. */
const text = createWords(MAX_PACKET);
