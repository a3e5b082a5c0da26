import fc from 'fast-check';
import { RtpHeader, RtpPacket, SrtcpSession, SrtpSession } from 'werift';
import { describe, expect, it } from 'vitest';
import {
  buildRtp,
  createSrtpReceiver,
  createSrtpSender,
  SRTP_PROFILES,
  type SrtpKeys,
  type SrtpProfile,
  writeRtcp,
} from '../../src/rtc/index.ts';
import { createCmCipher } from '../../src/rtc/srtp-cm.ts';
import { createGcmCipher } from '../../src/rtc/srtp-gcm.ts';
import { deriveSessionKeys } from '../../src/rtc/srtp-keys.ts';
import { hex } from './support/bytes.ts';

const PROFILES = Object.keys(SRTP_PROFILES) as SrtpProfile[];

const keysOf = (profile: SrtpProfile, fill = 7): SrtpKeys => ({
  profile,
  key: Buffer.alloc(16, fill),
  salt: Buffer.from(Array.from({ length: SRTP_PROFILES[profile].saltLength }, (_, at) => (at * 37 + fill) & 0xff)),
});

const rtp = (sequence: number, { ssrc = 0xcafebabe, text = 'a picture' } = {}) =>
  buildRtp({ payloadType: 96, sequence: sequence & 0xffff, timestamp: 3_000, ssrc }, Buffer.from(text));
const rtcp = (ssrc = 0xcafebabe) => writeRtcp([{ kind: 'pli', sender: ssrc, media: 1 }]);

describe('the vectors of RFC 7714', () => {
  // They give the session's keys, not the master's.
  const session = { key: hex('000102030405060708090a0b0c0d0e0f'), salt: hex('517569642070726f2071756f'), authentication: Buffer.alloc(20) };
  const cipher = createGcmCipher({ rtp: session, rtcp: session });

  it('has a packet of RTP (16.1)', () => {
    const plain = hex('8040f17b 8041f8d3 5501a0b2 47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573');
    const sealed = hex(`8040f17b 8041f8d3 5501a0b2 f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833
      899d7f27beb16a9152cf765ee4390cce`);
    expect(cipher.sealRtp(plain, 12, 0x5501a0b2, 0xf17b)).toEqual(sealed);
    expect(cipher.openRtp(sealed, 12, 0x5501a0b2, 0xf17b)).toEqual(plain);
  });

  it('has a packet of RTCP (17.1)', () => {
    const plain = hex(
      '81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef deadbeef deadbeef deadbeef',
    );
    const sealed = hex(`81c8000d 4d617273 63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b
      c84aa45896cf4d2fc5abf87245d9eade 800005d4`);
    expect(cipher.sealRtcp(plain, 0x4d617273, 0x5d4)).toEqual(sealed);
    expect(cipher.openRtcp(sealed, 0x4d617273, 0x5d4)).toEqual(plain);
  });
});

describe('the vectors of RFC 3711', () => {
  it('has keys (B.3)', () => {
    const master: SrtpKeys = {
      profile: 'AES_CM_128_HMAC_SHA1_80',
      key: hex('E1F97A0D3E018BE0D64FA32C06DE4139'),
      salt: hex('0EC675AD498AFEEBB6960B3AABE6'),
    };
    expect(deriveSessionKeys(master, 'rtp')).toEqual({
      key: hex('C61E7A93744F39EE10734AFE3FF7A087'),
      salt: hex('30CBBC08863D8C85D49DB34A9AE1'),
      authentication: hex('CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4'),
    });
  });

  it('has a stream of AES in counter mode (B.2)', () => {
    const session = {
      key: hex('2B7E151628AED2A6ABF7158809CF4F3C'),
      salt: hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'),
      authentication: Buffer.alloc(20),
    };
    const nothing = buildRtp({ payloadType: 0, sequence: 0, timestamp: 0, ssrc: 0 }, Buffer.alloc(48));
    const sealed = createCmCipher({ rtp: session, rtcp: session }).sealRtp(nothing, 12, 0, 0);
    expect(sealed.subarray(12, 60)).toEqual(
      hex('E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0'),
    );
  });

  it('has, in libsrtp, a whole packet', () => {
    const sender = createSrtpSender({
      profile: 'AES_CM_128_HMAC_SHA1_80',
      key: hex('e1f97a0d3e018be0d64fa32c06de4139'),
      salt: hex('0ec675ad498afeebb6960b3aabe6'),
    });
    expect(sender.protectRtp(hex('800f1234decafbadcafebabeabababababababababababababababab'))).toEqual(
      hex('800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb'),
    );
  });
});

describe.each(PROFILES)('%s', (profile) => {
  const pair = () => ({ sender: createSrtpSender(keysOf(profile)), receiver: createSrtpReceiver(keysOf(profile)) });
  const sealAll = (packets: readonly Buffer[]) => {
    const { sender, receiver } = pair();
    return { receiver, sealed: packets.map((packet) => sender.protectRtp(packet) as Buffer) };
  };

  it('opens what was sealed, and leaves the packet that it was given alone', () => {
    const { sender, receiver } = pair();
    const packet = rtp(1);
    const copy = Buffer.from(packet);
    const sealed = sender.protectRtp(packet) as Buffer;
    expect(packet).toEqual(copy);
    expect(sealed.includes('picture')).toBe(false);
    const sealedCopy = Buffer.from(sealed);
    expect(receiver.unprotectRtp(sealed)).toEqual(packet);
    expect(sealed).toEqual(sealedCopy);
    expect(receiver.unprotectRtcp(sender.protectRtcp(rtcp()) as Buffer)).toEqual(rtcp());
  });

  it('opens every packet once', () => {
    const { receiver, sealed } = sealAll([rtp(1), rtp(2)]);
    expect(sealed.map((packet) => receiver.unprotectRtp(packet) !== undefined)).toEqual([true, true]);
    expect(sealed.map((packet) => receiver.unprotectRtp(packet))).toEqual([undefined, undefined]);
    const { sender, receiver: other } = pair();
    const control = sender.protectRtcp(rtcp()) as Buffer;
    expect(other.unprotectRtcp(control)).toBeDefined();
    expect(other.unprotectRtcp(control)).toBeUndefined();
  });

  it('opens what comes late, and not what comes too late', () => {
    const { receiver, sealed } = sealAll(Array.from({ length: 1_000 }, (_, i) => rtp(i)));
    expect(receiver.unprotectRtp(sealed[999] as Buffer)).toBeDefined();
    expect(receiver.unprotectRtp(sealed[488] as Buffer)).toBeDefined();
    expect(receiver.unprotectRtp(sealed[487] as Buffer)).toBeUndefined();
  });

  it('goes on over the end of the numbers, in disorder and with losses, three times round', () => {
    const { sender, receiver } = pair();
    const order = [0, 4, 1, 3, 2];
    for (let start = 65_000; start < 65_000 + 3 * 65_536; start += start % 65_536 > 65_400 ? 5 : 355) {
      // The later ones first: some of them from the other side of the end.
      const sealed = order.toSorted((a, b) => a - b).map((i) => sender.protectRtp(rtp(start + i)) as Buffer);
      const opened = order.map((i) => receiver.unprotectRtp(sealed[i] as Buffer)?.readUInt16BE(2));
      expect(opened).toEqual(order.map((i) => (start + i) & 0xffff));
    }
  });

  it('seals no number twice: the nonce would be the same', () => {
    const { sender } = pair();
    expect(sender.protectRtp(rtp(5))).toBeDefined();
    expect(sender.protectRtp(rtp(5, { text: 'another one' }))).toBeUndefined();
    expect(sender.protectRtp(rtp(5, { ssrc: 2 }))).toBeDefined();
    expect(sender.protectRtp(rtp(6))).toBeDefined();
  });

  it('notices each byte that was changed, and is none the wiser for it', () => {
    const { sender, receiver } = pair();
    const sealed = sender.protectRtp(rtp(1)) as Buffer;
    const control = sender.protectRtcp(rtcp()) as Buffer;
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at] = sealed.readUInt8(at) ^ 0x40;
      expect(receiver.unprotectRtp(changed)).toBeUndefined();
    }
    for (let at = 0; at < control.length; at++) {
      const changed = Buffer.from(control);
      changed[at] = control.readUInt8(at) ^ 0x40;
      expect(receiver.unprotectRtcp(changed)).toBeUndefined();
    }
    expect(receiver.unprotectRtp(sealed)).toEqual(rtp(1));
    expect(receiver.unprotectRtcp(control)).toEqual(rtcp());
  });

  it('opens nothing that another key sealed, and nothing of its own', () => {
    const { sender } = pair();
    const other = createSrtpReceiver(keysOf(profile, 8));
    expect(other.unprotectRtp(sender.protectRtp(rtp(1)) as Buffer)).toBeUndefined();
    expect(other.unprotectRtcp(sender.protectRtcp(rtcp()) as Buffer)).toBeUndefined();
    expect(other.unprotectRtp(rtp(2))).toBeUndefined();
  });

  it('remembers so many streams and no more, and those that are not authentic not at all', () => {
    const { sender, receiver } = pair();
    for (let ssrc = 0; ssrc < 1_000; ssrc++)
      expect(receiver.unprotectRtp(Buffer.concat([rtp(1, { ssrc }), Buffer.alloc(16)]))).toBeUndefined();
    const sealed = Array.from({ length: 257 }, (_, ssrc) => sender.protectRtp(rtp(1, { ssrc })));
    expect(sealed.map((packet) => packet !== undefined).lastIndexOf(true)).toBe(255);
    expect(sealed.slice(0, 256).every((packet) => packet && receiver.unprotectRtp(packet))).toBe(true);
    const another = createSrtpSender(keysOf(profile)).protectRtp(rtp(1, { ssrc: 999 })) as Buffer;
    expect(receiver.unprotectRtp(another)).toBeUndefined();
    expect(sender.protectRtp(rtp(2, { ssrc: 3 }))).toBeDefined();
  });

  it('takes no RTCP that is authentic and in the clear', () => {
    const { sender, receiver } = pair();
    const control = sender.protectRtcp(rtcp()) as Buffer;
    const at = control.length - 4 - (profile === 'AEAD_AES_128_GCM' ? 0 : 10);
    control[at] = control.readUInt8(at) & 0x7f;
    expect(receiver.unprotectRtcp(control)).toBeUndefined();
  });

  it('refuses what is too long, too short or no packet', () => {
    const { sender, receiver } = pair();
    expect(sender.protectRtp(rtp(1, { text: 'x'.repeat(2_048) }))).toBeUndefined();
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(11, 0x80), Buffer.alloc(12), Buffer.alloc(40, 0x9f), Buffer.alloc(3_000, 0x80)]) {
      expect(receiver.unprotectRtp(bytes)).toBeUndefined();
      expect(receiver.unprotectRtcp(bytes)).toBeUndefined();
      if (bytes.length !== 3_000) expect(sender.protectRtcp(bytes.subarray(0, 7))).toBeUndefined();
    }
  });

  it('never throws at what the network sends', () => {
    const { receiver } = pair();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.constantFrom(0x80, 0x90, 0xaf, 0xbf), (bytes, first) => {
        if (bytes.length > 0) bytes[0] = first;
        return receiver.unprotectRtp(bytes) === undefined && receiver.unprotectRtcp(bytes) === undefined;
      }),
      { seed: 3711, numRuns: 2_000 },
    );
  });

  describe('and werift', () => {
    const { id } = SRTP_PROFILES[profile];
    const ours = keysOf(profile, 1);
    const theirs = keysOf(profile, 2);
    const config = {
      profile: id,
      keys: {
        localMasterKey: Buffer.from(theirs.key),
        localMasterSalt: Buffer.from(theirs.salt),
        remoteMasterKey: Buffer.from(ours.key),
        remoteMasterSalt: Buffer.from(ours.salt),
      },
    };

    it('understand each other over the end of the numbers', () => {
      const [sender, receiver, peer] = [createSrtpSender(ours), createSrtpReceiver(theirs), new SrtpSession(config)];
      for (let i = 65_500; i < 65_600; i++) {
        const packet = rtp(i, { text: `picture ${i}` });
        expect(Buffer.from(peer.decrypt(sender.protectRtp(packet) as Buffer))).toEqual(packet);
        const header = new RtpHeader({ sequenceNumber: i & 0xffff, timestamp: 1, ssrc: 9, payloadType: 96, csrc: [1, 2] });
        const sealed = peer.encrypt(Buffer.from(`voice ${i}`), header);
        const opened = receiver.unprotectRtp(sealed) as Buffer;
        expect(RtpPacket.deSerialize(opened).payload.toString()).toBe(`voice ${i}`);
      }
    });

    it('understand each other about streams', () => {
      const [sender, receiver, peer] = [createSrtpSender(ours), createSrtpReceiver(theirs), new SrtcpSession(config)];
      for (let i = 0; i < 10; i++) {
        expect(Buffer.from(peer.decrypt(sender.protectRtcp(rtcp(i)) as Buffer))).toEqual(rtcp(i));
        expect(receiver.unprotectRtcp(peer.encrypt(rtcp(i)))).toEqual(rtcp(i));
      }
    });
  });
});
