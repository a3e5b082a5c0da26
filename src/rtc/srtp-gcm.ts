import { createAesGcm, GCM_TAG } from './aes-gcm.ts';
import { ENCRYPTED, type PacketCipher, RTCP_HEADER, RTCP_INDEX } from './srtp-cipher.ts';
import type { SessionKeys } from './srtp-keys.ts';

/** AEAD_AES_128_GCM (RFC 7714). */
export function createGcmCipher(keys: { readonly rtp: SessionKeys; readonly rtcp: SessionKeys }): PacketCipher {
  const rtp = createGcm(keys.rtp);
  const rtcp = createGcm(keys.rtcp);
  return {
    tagLength: GCM_TAG,
    sealRtp(packet, headerLength, ssrc, index) {
      const sealed = Buffer.allocUnsafe(packet.length + GCM_TAG);
      packet.copy(sealed, 0, 0, headerLength);
      rtp.seal(rtp.nonce(ssrc, index), packet.subarray(0, headerLength), packet.subarray(headerLength), sealed, headerLength);
      return sealed;
    },
    openRtp(packet, headerLength, ssrc, index) {
      // Of its own: who keeps one packet would keep all those with which it shares a pool, and these die at once.
      const opened = Buffer.allocUnsafeSlow(packet.length - GCM_TAG);
      const header = packet.subarray(0, headerLength);
      if (!rtp.open(rtp.nonce(ssrc, index), header, packet.subarray(headerLength), opened, headerLength)) return undefined;
      packet.copy(opened, 0, 0, headerLength);
      return opened;
    },
    // Section 9.2: what is authenticated beside is the header and, behind it, the word of the index.
    sealRtcp(packet, ssrc, index) {
      const sealed = Buffer.allocUnsafe(packet.length + GCM_TAG + RTCP_INDEX);
      const beside = Buffer.allocUnsafe(RTCP_HEADER + RTCP_INDEX);
      packet.copy(sealed, 0, 0, RTCP_HEADER);
      packet.copy(beside, 0, 0, RTCP_HEADER);
      beside.writeUInt32BE((index | ENCRYPTED) >>> 0, RTCP_HEADER);
      rtcp.seal(rtcp.nonce(ssrc, index), beside, packet.subarray(RTCP_HEADER), sealed, RTCP_HEADER);
      beside.copy(sealed, sealed.length - RTCP_INDEX, RTCP_HEADER);
      return sealed;
    },
    openRtcp(packet, ssrc, index) {
      const end = packet.length - RTCP_INDEX;
      const opened = Buffer.allocUnsafe(end - GCM_TAG);
      const beside = Buffer.concat([packet.subarray(0, RTCP_HEADER), packet.subarray(end)]);
      if (!rtcp.open(rtcp.nonce(ssrc, index), beside, packet.subarray(RTCP_HEADER, end), opened, RTCP_HEADER)) return undefined;
      packet.copy(opened, 0, 0, RTCP_HEADER);
      return opened;
    },
  };
}

function createGcm({ key, salt }: SessionKeys) {
  // One buffer for all: nobody keeps it.
  const nonce = Buffer.alloc(12);
  const [high, middle, low] = [salt.readUIntBE(0, 6), salt.readUIntBE(2, 4), salt.readUIntBE(6, 6)];
  const [lowHigh, lowLow] = [Math.floor(low / 2 ** 16), low % 2 ** 16];
  return {
    ...createAesGcm(key),
    /** Two zeros, the source, the index, all over the salt (section 8.1; for RTCP section 9.1, whose index is 31 bits of 48). */
    nonce(ssrc: number, index: number): Buffer {
      nonce.writeUInt16BE(Math.floor(high / 2 ** 32), 0);
      nonce.writeUInt32BE((middle ^ ssrc) >>> 0, 2);
      nonce.writeUInt32BE((lowHigh ^ Math.floor(index / 2 ** 16)) >>> 0, 6);
      nonce.writeUInt16BE(lowLow ^ (index % 2 ** 16), 10);
      return nonce;
    },
  };
}
