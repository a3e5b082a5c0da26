import { SRTP_PROFILES, type SrtpKeys, type SrtpProfile } from '../srtp-keys.ts';
import { readAlert, writeAlert } from './alerts.ts';
import type { DtlsCertificate } from './certificate.ts';
import { createClientHandshake } from './client-handshake.ts';
import { createFlights } from './flights.ts';
import { createReassembly, readFragments, writeMessage } from './fragments.ts';
import { createTranscript, type DtlsEnd, type HandshakePorts } from './handshake.ts';
import { MESSAGE } from './messages.ts';
import { createRecordLayer, type OpenRecord } from './record-layer.ts';
import { CONTENT } from './records.ts';
import { createServerHandshake } from './server-handshake.ts';

export type { DtlsEnd } from './handshake.ts';

/** What packets are sealed by, once it is certain who is at the other end. */
export interface DtlsKeys {
  readonly profile: SrtpProfile;
  /** What we send is sealed by. */
  readonly ours: SrtpKeys;
  readonly theirs: SrtpKeys;
}

export interface DtlsOptions {
  /** A client speaks first. */
  readonly role: 'client' | 'server';
  readonly certificate: DtlsCertificate;
  /** SHA-256 of the peer's certificate, as its description has announced it: 32 bytes. */
  readonly peerFingerprint: Uint8Array;
  /** In order of preference; AES-GCM first where it is left out. */
  readonly profiles?: readonly SrtpProfile[];
  /** Until keys are there, in ms. */
  readonly deadline?: number;
  /** Sends one datagram to the peer. Does not throw; what is lost is sent again. */
  readonly send: (datagram: Buffer) => void;
  /** Once at most, and only after the peer has shown that it holds the key of the certificate that was announced. */
  readonly onKeys: (keys: DtlsKeys) => void;
  /** Once: nothing is sent, and nothing taken, any more. */
  readonly onEnd: (end: DtlsEnd) => void;
}

/**
 * DTLS 1.2 as WebRTC has it (RFC 6347, RFC 5764, RFC 8827): one suite, certificates by fingerprint, keys for SRTP, no data, no
 * renegotiation, no session that is taken up again. Without a peer's datagrams nothing goes on but the deadline.
 */
export interface Dtls {
  readonly state: 'handshaking' | 'connected' | 'ended';
  /** Whatever comes from the network; what is no good is dropped. */
  receive(datagram: Uint8Array): void;
  close(): void;
}

const DEADLINE = 15_000;
/** How often somebody who does not hear our last words is told them again. */
const MOST_REPEATS = 16;

/** A client's first words are sent before this returns. */
export function createDtls(options: DtlsOptions): Dtls {
  const { role, certificate, peerFingerprint, profiles = Object.keys(SRTP_PROFILES) as SrtpProfile[] } = options;
  const records = createRecordLayer();
  const reassembly = createReassembly();
  const transcript = createTranscript();
  const flights = createFlights(records, options.send);
  let state: Dtls['state'] = 'handshaking';
  let messages = 0;
  let isSealing = false;
  let repeats = 0;
  let keysOf: ((profile: SrtpProfile) => DtlsKeys) | undefined;

  const ports: HandshakePorts = {
    certificate,
    peerFingerprint,
    profiles,
    transcript,
    say(type, body) {
      const message = writeMessage(type, messages++, body);
      transcript.add(message);
      flights.addMessage(message, isSealing);
    },
    changeCipher() {
      flights.addChangeCipher();
      isSealing = true;
    },
    sendFlight: flights.send,
    useSecrets({ cipherOf, srtpKeysOf }) {
      const [us, them] = role === 'client' ? (['client', 'server'] as const) : (['server', 'client'] as const);
      records.useCiphers({ ours: cipherOf[us], theirs: cipherOf[them] });
      keysOf = (profile) => ({ profile, ours: srtpKeysOf(profile)[us], theirs: srtpKeysOf(profile)[them] });
    },
  };
  const handshake = role === 'client' ? createClientHandshake(ports) : createServerHandshake(ports);
  const timer = setTimeout(() => end('timed_out'), options.deadline ?? DEADLINE);
  timer.unref();

  function end(why: DtlsEnd): void {
    if (state === 'ended') return;
    const alert = writeAlert(why);
    if (alert !== undefined) options.send(records.write(CONTENT.alert, isSealing, alert));
    state = 'ended';
    clearTimeout(timer);
    flights.stop();
    options.onEnd(why);
  }

  function take({ type, sealed, payload }: OpenRecord): void {
    if (type === CONTENT.handshake) takeHandshake(payload, sealed);
    else if (type === CONTENT.alert) {
      // Once there are keys, only who has them may end it. Before, anybody who can send in the peer's name might: that is as
      // in every DTLS, and costs a new handshake.
      const why = sealed || state === 'handshaking' ? readAlert(payload) : undefined;
      if (why !== undefined) end(why);
    }
  }

  function takeHandshake(payload: Buffer, sealed: boolean): void {
    const fragments = readFragments(payload) ?? [];
    if (state === 'connected') {
      // The peer says its last words again: it has not heard ours.
      if (sealed && fragments.some(({ type }) => type === MESSAGE.finished) && role === 'server' && repeats++ < MOST_REPEATS)
        flights.repeat();
      return;
    }
    // Sealed is the last message, and nothing else: what says so in the clear was not said by the peer.
    for (const fragment of fragments) if (sealed === (fragment.type === MESSAGE.finished)) reassembly.add(fragment);
    advance();
  }

  function advance(): void {
    for (let message = reassembly.peek(); message !== undefined && state === 'handshaking'; message = reassembly.peek()) {
      const step = handshake.accept(message);
      if (step === 'ignored') return reassembly.forget();
      reassembly.advance();
      if (step === 'taken') continue;
      if ('failed' in step) return end(step.failed);
      connect(step.finished);
    }
  }

  function connect(profile: SrtpProfile): void {
    const keys = keysOf?.(profile);
    if (keys === undefined) return end('not_authentic');
    state = 'connected';
    clearTimeout(timer);
    flights.stop();
    transcript.clear();
    keysOf = undefined;
    options.onKeys(keys);
  }

  handshake.start();
  return {
    get state() {
      return state;
    },
    receive(datagram) {
      for (const record of records.read(datagram)) if (state !== 'ended') take(record);
    },
    close: () => end('closed'),
  };
}
