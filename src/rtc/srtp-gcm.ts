import { createAesGcm, GCM_TAG } from './aes-gcm.ts';
import { ENCRYPTED, type PacketCipher, RTCP_HEADER, RTCP_INDEX } from './srtp-cipher.ts';
import type { SessionKeys } from './srtp-keys.ts';

const RTCP_BESIDE = RTCP_HEADER + RTCP_INDEX;

/** AEAD_AES_128_GCM (RFC 7714). */
export function createGcmCipher(keys: { readonly rtp: SessionKeys; readonly rtcp: SessionKeys }): PacketCipher {
  const rtp = { ...createAesGcm(keys.rtp.key), nonce: createNonces(keys.rtp.salt) };
  const rtcp = { ...createAesGcm(keys.rtcp.key), nonce: createNonces(keys.rtcp.salt) };
  return {
    tagLength: GCM_TAG,
    sealRtp(packet, headerLength, ssrc, index) {
      const sealed = Buffer.allocUnsafe(packet.length + GCM_TAG);
      rtp.seal(rtp.nonce(ssrc, index), packet, headerLength, sealed);
      return sealed;
    },
    openRtp(packet, headerLength, ssrc, index) {
      // Of its own: who keeps one packet would keep all those with which it shares a pool, and these die at once.
      const opened = Buffer.allocUnsafeSlow(packet.length - GCM_TAG);
      return rtp.open(rtp.nonce(ssrc, index), packet, headerLength, opened) ? opened : undefined;
    },
    // Section 9.2: what is authenticated beside is the header and, behind it, the word of the index, which travels last.
    sealRtcp(packet, ssrc, index) {
      const word = Buffer.alloc(RTCP_INDEX);
      word.writeUInt32BE((index | ENCRYPTED) >>> 0);
      const joined = Buffer.concat([packet.subarray(0, RTCP_HEADER), word, packet.subarray(RTCP_HEADER)]);
      const sealed = Buffer.alloc(joined.length + GCM_TAG);
      rtcp.seal(rtcp.nonce(ssrc, index), joined, RTCP_BESIDE, sealed);
      return Buffer.concat([sealed.subarray(0, RTCP_HEADER), sealed.subarray(RTCP_BESIDE), word]);
    },
    openRtcp(packet, ssrc, index) {
      const end = packet.length - RTCP_INDEX;
      const joined = Buffer.concat([packet.subarray(0, RTCP_HEADER), packet.subarray(end), packet.subarray(RTCP_HEADER, end)]);
      const opened = Buffer.alloc(joined.length - GCM_TAG);
      if (!rtcp.open(rtcp.nonce(ssrc, index), joined, RTCP_BESIDE, opened)) return undefined;
      return Buffer.concat([opened.subarray(0, RTCP_HEADER), opened.subarray(RTCP_BESIDE)]);
    },
  };
}

/** Two zeros, the source, the index, all over the salt (section 8.1; for RTCP section 9.1, whose index is 31 bits of 48). */
function createNonces(salt: Buffer): (ssrc: number, index: number) => Buffer {
  // One for all: nobody keeps it.
  const nonce = Buffer.from(salt);
  const [source, high, low] = [salt.readUInt32BE(2), salt.readUInt32BE(6), salt.readUInt16BE(10)];
  return (ssrc, index) => {
    nonce.writeUInt32BE((source ^ ssrc) >>> 0, 2);
    nonce.writeUInt32BE((high ^ Math.floor(index / 2 ** 16)) >>> 0, 6);
    nonce.writeUInt16BE(low ^ (index % 2 ** 16), 10);
    return nonce;
  };
}
