import type { CallAnswer } from '../../../../protocol/index.ts';
import { CodedError } from '../../../../protocol/index.ts';
import {
  createDtls,
  createSrtpReceiver,
  createSrtpSender,
  type Dtls,
  type DtlsCertificate,
  type DtlsEnd,
  packetKindOf,
  readRtcp,
  type RtcpPacket,
  type SrtpReceiver,
  type SrtpSender,
  writeRtcp,
} from '../../../../rtc/index.ts';
import { createIce, type Ice } from './ice.ts';
import type { Network } from './path.ts';

export interface LinkEvents {
  onState(state: 'connected' | 'disconnected' | 'lost'): void;
  /** Opened, each once. */
  onRtp(packet: Buffer): void;
  onRtcp(packets: readonly RtcpPacket[]): void;
}

/** Packets to and from the media port, sealed on their way. */
export interface Link {
  /** Resolves with the first keys. Rejects with CodedError `call_unreachable`, `call_refused`. */
  readonly ready: Promise<void>;
  /** @returns what was sent, to be sent again where somebody lost it; undefined where nothing can be sent now */
  sendRtp(packet: Buffer): Buffer | undefined;
  /** What `sendRtp` gave, once more. */
  sendAgain(sealed: Buffer): void;
  sendRtcp(packets: readonly RtcpPacket[]): void;
  close(): void;
}

/** Who has these ends of DTLS is not the relay that we asked, or is nobody whom it told of us. */
const REFUSALS: readonly DtlsEnd[] = ['wrong_certificate', 'not_authentic', 'unsupported', 'refused'];

export function createLink(
  { ufrag, certificate, answer, network }: { ufrag: string; certificate: DtlsCertificate; answer: CallAnswer; network: Network },
  events: LinkEvents,
): Link {
  let settle: { resolve(): void; reject(error: CodedError): void } = { resolve() {}, reject() {} };
  const ready = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever waits is told; nobody may be waiting yet.
  ready.catch(() => {});
  let dtls: Dtls | undefined;
  let keys: { readonly sender: SrtpSender; readonly receiver: SrtpReceiver } | undefined;
  let over = false;

  const ice: Ice = createIce(ufrag, answer, network, {
    onState(next) {
      if (next === 'lost') end(new CodedError('call_unreachable'));
      else if (next === 'connected' && dtls === undefined) shakeHands();
      else if (keys !== undefined) events.onState(next);
    },
    onPacket: take,
  });

  function shakeHands(): void {
    dtls = createDtls({
      role: 'client',
      certificate,
      peerFingerprint: answer.fingerprint,
      send: (datagram) => ice.send(datagram),
      onKeys({ ours, theirs }) {
        keys = { sender: createSrtpSender(ours), receiver: createSrtpReceiver(theirs) };
        settle.resolve();
        events.onState('connected');
      },
      onEnd: (why) => end(new CodedError(REFUSALS.includes(why) ? 'call_refused' : 'call_unreachable')),
    });
  }

  function take(packet: Buffer): void {
    const kind = packetKindOf(packet);
    if (kind === 'dtls') dtls?.receive(packet);
    else if (kind === 'rtp') {
      const opened = keys?.receiver.unprotectRtp(packet);
      if (opened === undefined) return;
      ice.heard();
      events.onRtp(opened);
    } else if (kind === 'rtcp') {
      const opened = keys?.receiver.unprotectRtcp(packet);
      const packets = opened && readRtcp(opened);
      if (packets === undefined) return;
      ice.heard();
      events.onRtcp(packets);
    }
  }

  /** @param error undefined: by us, and nobody has to be told */
  function end(error?: CodedError): void {
    if (over) return;
    over = true;
    dtls?.close();
    ice.close();
    if (keys === undefined) settle.reject(error ?? new CodedError('call_unreachable'));
    else if (error !== undefined) events.onState('lost');
    keys = undefined;
  }

  const send = (sealed: Buffer | undefined) => {
    if (sealed !== undefined) ice.send(sealed);
    return sealed;
  };
  return {
    ready,
    sendRtp: (packet) => send(keys?.sender.protectRtp(packet)),
    sendAgain: (sealed) => void send(over ? undefined : sealed),
    sendRtcp: (packets) => void send(keys?.sender.protectRtcp(writeRtcp(packets))),
    close: () => end(),
  };
}
