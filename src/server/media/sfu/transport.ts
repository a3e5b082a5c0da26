import {
  createDtls,
  createSrtpReceiver,
  createSrtpSender,
  type Dtls,
  type DtlsCertificate,
  type DtlsEnd,
  type RtcpPacket,
  readRtcp,
  type SrtpReceiver,
  type SrtpSender,
} from '../../../rtc/index.ts';

/** What keeps strangers out between a member and us: from DTLS's first datagram to packets in the clear. */
export interface Transport {
  readonly isOpen: boolean;
  takeDtls(datagram: Buffer): void;
  /** @returns undefined for what is not authentic, and before there are keys */
  openRtp(packet: Buffer): Buffer | undefined;
  openRtcp(packet: Buffer): RtcpPacket[] | undefined;
  /** @returns undefined before there are keys, and for a number that was there already */
  sealRtp(packet: Buffer): Buffer | undefined;
  sealRtcp(compound: Buffer): Buffer | undefined;
  close(): void;
}

export interface TransportPorts {
  readonly certificate: DtlsCertificate;
  readonly peerFingerprint: Uint8Array;
  /** A datagram of the handshake. */
  send(datagram: Buffer): void;
  /** The peer has shown that it is the one that was announced: from here on packets pass. */
  onOpen(): void;
  /** Not by `close`. */
  onEnd(why: DtlsEnd): void;
}

/** The handshake begins with the peer's first datagram, and its deadline then. */
export function createTransport({ certificate, peerFingerprint, send, onOpen, onEnd }: TransportPorts): Transport {
  let dtls: Dtls | undefined;
  let sender: SrtpSender | undefined;
  let receiver: SrtpReceiver | undefined;
  let isClosed = false;

  const begin = (): Dtls =>
    createDtls({
      role: 'server',
      certificate,
      peerFingerprint,
      send,
      onKeys(keys) {
        sender = createSrtpSender(keys.ours);
        receiver = createSrtpReceiver(keys.theirs);
        onOpen();
      },
      onEnd(why) {
        sender = undefined;
        receiver = undefined;
        if (!isClosed) onEnd(why);
      },
    });

  return {
    get isOpen() {
      return sender !== undefined;
    },
    takeDtls(datagram) {
      if (isClosed) return;
      dtls ??= begin();
      dtls.receive(datagram);
    },
    openRtp: (packet) => receiver?.unprotectRtp(packet),
    openRtcp(packet) {
      const opened = receiver?.unprotectRtcp(packet);
      return opened === undefined ? undefined : (readRtcp(opened) ?? []);
    },
    sealRtp: (packet) => sender?.protectRtp(packet),
    sealRtcp: (compound) => sender?.protectRtcp(compound),
    close() {
      if (isClosed) return;
      isClosed = true;
      dtls?.close();
      sender = undefined;
      receiver = undefined;
    },
  };
}
