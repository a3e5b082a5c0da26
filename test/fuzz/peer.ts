import { type ClientFrame, encodeFrame, equalBytes, type RelayFrame, type RelayFrames } from '../../src/protocol/index.ts';
import type { TestDevice } from '../support/test-device.ts';
import { createHearing, type Hearing } from './hearing.ts';

/** One connection that may say anything. */
export interface Peer extends Hearing {
  /** How many have come. */
  readonly pongs: number;
  say(run: Uint8Array): void;
  tell(frame: ClientFrame): void;
  /** Hello, as it should be. */
  greet(): Promise<void>;
  /** Hello and proof, as they should be. */
  prove(device: TestDevice): Promise<void>;
  /** The signature that the relay asks for, once it has asked; or one for something else. */
  proofOf(device: TestDevice, other?: OtherProof): Uint8Array;
  /** The peer goes. */
  go(): void;
}

export type OtherProof = Partial<Parameters<TestDevice['prove']>[0]>;

/** The sending half, and what the connection is bound to. */
export interface Wire {
  /** TLS exporter; empty where there is none. */
  readonly binding: Uint8Array;
  send(run: Uint8Array): void;
  close(): void;
}

type Challenge = Pick<RelayFrames['challenge'], 'relay' | 'nonce'>;

const UNASKED: Challenge = { relay: new Uint8Array(32), nonce: new Uint8Array(32) };

export interface PeerOptions {
  readonly onFrame?: ((frame: RelayFrame) => void) | undefined;
  readonly onDefect: (defect: unknown) => void;
}

/** @param attach opens the wire, which hands what comes in to the hearing it is given */
export function createPeer({ onFrame, onDefect }: PeerOptions, attach: (hearing: Hearing) => Wire): Peer {
  let challenge = UNASKED;
  let pongs = 0;
  const hearing = createHearing((frame) => {
    if (frame.t === 'challenge') challenge = frame;
    if (frame.t === 'pong') pongs += 1;
    onFrame?.(frame);
  }, onDefect);
  const wire = attach(hearing);
  const hears = (kind: RelayFrame['t']) => hearing.until(() => hearing.last?.t === kind, kind);
  const peer: Peer = {
    get last() {
      return hearing.last;
    },
    get ended() {
      return hearing.ended;
    },
    get pongs() {
      return pongs;
    },
    take: hearing.take,
    end: hearing.end,
    stop: hearing.stop,
    until: hearing.until,
    say: wire.send,
    tell: (frame) => wire.send(encodeFrame(frame)),
    async greet() {
      peer.tell({ t: 'hello', versions: [0], client: 'fuzz' });
      await hears('challenge');
    },
    async prove(device) {
      await peer.greet();
      peer.tell({ t: 'proof', device: device.device, signature: peer.proofOf(device) });
      await hears('welcome');
    },
    proofOf: (device, other) => {
      const asked = { relay: challenge.relay, nonce: challenge.nonce, binding: wire.binding };
      return other ? device.prove({ ...asked, ...other }) : sign(device, asked);
    },
    go() {
      hearing.stop();
      wire.close();
    },
  };
  return peer;
}

type Asked = Challenge & { readonly binding: Uint8Array };

const proofsByDevice = new Map<TestDevice, { readonly asked: Asked; readonly signature: Uint8Array }>();

/** Signing takes most of the time of a connection in memory, where the challenge is always the same. */
function sign(device: TestDevice, asked: Asked): Uint8Array {
  const known = proofsByDevice.get(device);
  if (known && (['relay', 'nonce', 'binding'] as const).every((part) => equalBytes(known.asked[part], asked[part]))) return known.signature;
  const signature = device.prove(asked);
  proofsByDevice.set(device, { asked, signature });
  return signature;
}
