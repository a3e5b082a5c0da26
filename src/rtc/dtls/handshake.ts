import type { KeyObject } from 'node:crypto';
import type { SrtpProfile } from '../srtp-keys.ts';
import type { HandshakeMessage } from './fragments.ts';
import type { Secrets } from './secrets.ts';

/** Why it is over. */
export type DtlsEnd =
  /** By us. */
  | 'closed'
  | 'closed_by_peer'
  /** The peer did not answer in time. */
  | 'timed_out'
  /** The peer says that it cannot go on. */
  | 'refused'
  /** No suite, group or SRTP profile in common. */
  | 'unsupported'
  /** Another certificate than the one that was announced, or none. */
  | 'wrong_certificate'
  /** The certificate was right and the peer has not its key, or somebody changed what was said. */
  | 'not_authentic';

/** What becomes of a message: it was made up by somebody (drop it, wait on), or it took the handshake on, to its end or to failure. */
export type Step = 'ignored' | 'taken' | { readonly finished: SrtpProfile } | { readonly failed: DtlsEnd };

/** One side's part in a handshake. */
export interface Handshake {
  start(): void;
  accept(message: HandshakeMessage): Step;
}

/** What a side stands on. */
export interface HandshakePorts {
  readonly certificate: { readonly der: Uint8Array; readonly privateKey: KeyObject };
  readonly peerFingerprint: Uint8Array;
  /** In order of preference. */
  readonly profiles: readonly SrtpProfile[];
  readonly transcript: Transcript;
  /** Makes messages, each with the next number, part of the transcript, and gives them to the next flight. */
  say(type: number, body: Uint8Array): void;
  /** From here on, what is said is sealed. */
  changeCipher(): void;
  /** Sends what was said; again and again if it is to be answered and is not. */
  sendFlight(options: { readonly isAnswered: boolean }): void;
  useSecrets(secrets: Secrets): void;
}

/** Every message, as both sides have to have seen it. */
export interface Transcript {
  add(message: Uint8Array): void;
  clear(): void;
  bytes(): Buffer;
}

export function createTranscript(): Transcript {
  const messages: Uint8Array[] = [];
  return {
    add: (message) => void messages.push(message),
    clear: () => void messages.splice(0),
    bytes: () => Buffer.concat(messages),
  };
}
