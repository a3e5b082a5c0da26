import { randomBytes } from 'node:crypto';
import type { CallAnswer, CallOffer } from '../../src/protocol/index.ts';
import {
  checkStunIntegrity,
  createDtls,
  createSrtpReceiver,
  createSrtpSender,
  decodeStun,
  type Dtls,
  type DtlsCertificate,
  type DtlsEnd,
  type DtlsKeys,
  encodeBindingRequest,
  packetKindOf,
  type RtcpPacket,
  readRtcp,
  type SrtpProfile,
  type SrtpReceiver,
  type SrtpSender,
  writeRtcp,
} from '../../src/rtc/index.ts';

/** A device's side of a call's transport, on whatever carries packets: it checks, shakes hands, seals and opens. */
export interface CallPeer {
  readonly offer: CallOffer;
  /** What came from the call, opened, in the order in which it came. */
  readonly rtp: Buffer[];
  readonly rtcp: RtcpPacket[];
  /** Checks that were answered. */
  readonly answers: number;
  readonly ends: DtlsEnd[];
  readonly isOpen: boolean;
  /** What SRTP is sealed under, once there is any: whoever has these sees what the SFU sees. */
  readonly keys: DtlsKeys | undefined;
  /** What the SFU has said when it let this one in. */
  answer: CallAnswer | undefined;
  receive(packet: Buffer): void;
  /** A check of ICE, as of now. */
  check(options?: { readonly useCandidate?: boolean; readonly password?: string; readonly username?: string }): void;
  /** Shakes hands. */
  connect(): void;
  sendRtp(packet: Buffer): void;
  sendRtcp(...packets: RtcpPacket[]): void;
  /** Whatever bytes these are. */
  sendSealed(kind: 'rtp' | 'rtcp', packet: Buffer): void;
  /** As it is: what was sealed before, or never. */
  sendRaw(packet: Buffer | undefined): void;
  close(): void;
}

export interface CallPeerOptions {
  readonly certificate: DtlsCertificate;
  readonly profile?: SrtpProfile;
  send(packet: Buffer): void;
  onOpen?(): void;
  onRtp?(packet: Buffer): void;
}

const EXTENSIONS = { mid: 1, rid: 2, repairedRid: 3, transportCc: 4 };

/** All four sources, the camera in one size, and slots for as many others. @param base numbers of its streams begin here */
export function makeOffer(fingerprint: Uint8Array, base: number, slots: number, changes: Partial<CallOffer> = {}): CallOffer {
  return {
    ufrag: randomBytes(6).toString('hex'),
    fingerprint: Uint8Array.from(fingerprint),
    payloads: { opus: 111, vp8: 96, rtx: 97 },
    extensions: EXTENSIONS,
    sends: [
      { source: 'microphone', mid: '0', ssrc: base },
      { source: 'camera', mid: '1', ssrc: base + 1, rtx: base + 2 },
    ],
    slots: Array.from({ length: slots }, (_, i) =>
      i % 2 === 0
        ? { kind: 'audio' as const, ssrc: base + 100 + 2 * i }
        : { kind: 'video' as const, ssrc: base + 100 + 2 * i, rtx: base + 101 + 2 * i },
    ),
    ...changes,
  };
}

export function createCallPeer(offer: CallOffer, options: CallPeerOptions): CallPeer {
  const [rtp, rtcp, ends] = [[] as Buffer[], [] as RtcpPacket[], [] as DtlsEnd[]];
  let [answers, answer] = [0, undefined as CallAnswer | undefined];
  let dtls: Dtls | undefined;
  let agreed: DtlsKeys | undefined;
  let [sender, receiver] = [undefined as SrtpSender | undefined, undefined as SrtpReceiver | undefined];
  const answered = (): CallAnswer => {
    if (answer === undefined) throw new Error('this peer has not joined');
    return answer;
  };

  function receive(packet: Buffer): void {
    switch (packetKindOf(packet)) {
      case 'stun': {
        const message = decodeStun(packet);
        if (message?.kind === 'response' && checkStunIntegrity(message, answered().pwd)) answers += 1;
        return;
      }
      case 'dtls':
        return dtls?.receive(packet);
      case 'rtp': {
        const opened = receiver?.unprotectRtp(packet);
        if (opened === undefined) return;
        rtp.push(opened);
        return options.onRtp?.(opened);
      }
      case 'rtcp': {
        const opened = receiver?.unprotectRtcp(packet);
        if (opened !== undefined) rtcp.push(...(readRtcp(opened) ?? []));
        return;
      }
      case undefined:
    }
  }

  return {
    offer,
    rtp,
    rtcp,
    ends,
    get answers() {
      return answers;
    },
    get isOpen() {
      return sender !== undefined;
    },
    get keys() {
      return agreed;
    },
    get answer() {
      return answer;
    },
    set answer(given) {
      answer = given;
    },
    receive,
    check({ useCandidate = true, password = answered().pwd, username = `${answered().ufrag}:${offer.ufrag}` } = {}) {
      options.send(encodeBindingRequest({ username, password, priority: 1, role: 'controlling', tieBreaker: 1n, useCandidate }));
    },
    connect() {
      dtls = createDtls({
        role: 'client',
        certificate: options.certificate,
        peerFingerprint: answered().fingerprint,
        ...(options.profile !== undefined && { profiles: [options.profile] }),
        send: options.send,
        onKeys(keys) {
          agreed = keys;
          sender = createSrtpSender(keys.ours);
          receiver = createSrtpReceiver(keys.theirs);
          options.onOpen?.();
        },
        onEnd: (why) => ends.push(why),
      });
    },
    sendRtp(packet) {
      const sealed = sender?.protectRtp(packet);
      if (sealed !== undefined) options.send(sealed);
    },
    sendRtcp(...packets) {
      const sealed = sender?.protectRtcp(writeRtcp(packets));
      if (sealed !== undefined) options.send(sealed);
    },
    sendSealed(kind, packet) {
      const sealed = kind === 'rtp' ? sender?.protectRtp(packet) : sender?.protectRtcp(packet);
      if (sealed !== undefined) options.send(sealed);
    },
    sendRaw(packet) {
      if (packet !== undefined) options.send(packet);
    },
    close: () => dtls?.close(),
  };
}
