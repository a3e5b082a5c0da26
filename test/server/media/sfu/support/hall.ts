import { vi } from 'vitest';
import type { CallDemand, CallOffer, CallSource } from '../../../../../src/protocol/index.ts';
import {
  buildRtp,
  type DtlsCertificate,
  makeDtlsCertificate,
  type RtpExtension,
  type SrtpProfile,
  writeRtpExtensions,
} from '../../../../../src/rtc/index.ts';
import type { MediaLimits } from '../../../../../src/server/media/media-limits.ts';
import type { Protocol, Remote } from '../../../../../src/server/media/sfu/paths.ts';
import { createSfu, type Sfu } from '../../../../../src/server/media/sfu/sfu.ts';
import { createSeededRandom, type SeededRandom } from '../../../../sim/random.ts';
import { type CallPeer, createCallPeer, makeOffer } from '../../../../support/call-peer.ts';

/** Whatever is between devices and the SFU. */
export interface Weather {
  /** Of packets, either way. */
  readonly loss: number;
  /** ms; packets overtake each other where it is more than nothing. */
  readonly delay: number;
  readonly jitter: number;
}

export interface Guest {
  readonly id: string;
  readonly device: Uint8Array;
  readonly peer: CallPeer;
  remote: Remote;
  protocol: Protocol;
  /** Bytes that came for it to each address, by `address:port`. */
  readonly arrived: Map<string, number>;
  /** Bytes of the longest packet of them. */
  longest: number;
  /** What it has sent, as it travelled. */
  readonly sent: Buffer[];
}

/** An SFU, devices, and a network between them that loses and shuffles; all of it in one seed and on the fake clock of the test. */
export interface Hall {
  readonly sfu: Sfu;
  readonly random: SeededRandom;
  readonly ended: string[];
  readonly demands: Map<string, readonly CallDemand[]>;
  /** What the SFU has sent to addresses that nobody is at. */
  readonly stray: Buffer[];
  /** What went wrong in the SFU itself. */
  readonly faults: unknown[];
  weather: Weather;
  /** In place of the next packet that the SFU sends. */
  fail: (() => void) | undefined;
  /** Joins; not connected yet. */
  join(id: string, options?: JoinOptions): Promise<Guest>;
  /** Joins, checks, and shakes hands. */
  enter(id: string, options?: JoinOptions): Promise<Guest>;
  connect(guest: Guest): Promise<void>;
  want(taker: Guest, ...wants: readonly (readonly [slot: number, from: Guest, source: CallSource, height: number])[]): void;
  pass(ms: number): Promise<void>;
  /** Rejects with what went wrong in the SFU, if anything did. */
  close(): Promise<void>;
}

export interface JoinOptions {
  readonly call?: string;
  readonly offer?: Partial<CallOffer>;
  readonly slots?: number;
  readonly profile?: SrtpProfile;
  readonly certificate?: DtlsCertificate;
  readonly remote?: Remote;
  readonly protocol?: Protocol;
}

export const CALM: Weather = { loss: 0, delay: 1, jitter: 0 };

/** Made once: what makes them is slow, and nothing about it is left to chance that matters. */
const ours = await makeDtlsCertificate();
export const certificates: readonly DtlsCertificate[] = await Promise.all(Array.from({ length: 4 }, () => makeDtlsCertificate()));

const certificateOf = (guest: number): DtlsCertificate => certificates[guest % certificates.length] as DtlsCertificate;

/** The test has to have fake timers. */
export function openHall(seed: number, limits: Partial<MediaLimits> = {}): Hall {
  const random = createSeededRandom(seed);
  const guestsByAddress = new Map<string, Guest>();
  const nameOf = ({ address, port }: Remote) => `${address}:${port}`;
  let joined = 0;

  function carry(deliver: () => void): void {
    const { loss, delay, jitter } = hall.weather;
    if (!random.chance(loss)) setTimeout(deliver, delay + random.next() * jitter);
  }

  const hall: Hall = {
    random,
    weather: CALM,
    fail: undefined,
    ended: [],
    demands: new Map(),
    stray: [],
    faults: [],
    sfu: createSfu({
      clock: {
        now: () => performance.now(),
        after(ms, run) {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
      },
      random: random.bytes,
      certificate: ours,
      candidates: () => [{ protocol: 'udp', address: '192.0.2.1', port: 9020 }],
      send(_protocol, to, packet) {
        hall.fail?.();
        // It may be written over as soon as this returns.
        const copy = Buffer.from(packet);
        carry(() => {
          const guest = guestsByAddress.get(nameOf(to));
          if (guest === undefined) return void hall.stray.push(copy);
          guest.arrived.set(nameOf(to), (guest.arrived.get(nameOf(to)) ?? 0) + copy.length);
          guest.longest = Math.max(guest.longest, copy.length);
          guest.peer.receive(copy);
        });
      },
      events: {
        onEnded: (call, member, code) => hall.ended.push(`${call} ${member} ${code}`),
        onDemand: (_call, member, demand) => hall.demands.set(member, demand),
      },
      onFault: (error) => hall.faults.push(error),
      limits,
    }),
    async join(id, { call = 'call', offer: changes, slots = 8, profile, certificate, protocol = 'udp', ...rest } = {}) {
      joined += 1;
      const own = certificate ?? certificateOf(joined);
      const offer = makeOffer(own.fingerprint, 10_000 * joined, slots, changes);
      const peer = createCallPeer(offer, {
        certificate: own,
        ...(profile !== undefined && { profile }),
        send(packet) {
          const copy = Buffer.from(packet);
          const { remote, protocol } = guest;
          guest.sent.push(copy);
          guestsByAddress.set(nameOf(remote), guest);
          // Sockets give a new object each time.
          carry(() => hall.sfu.receive(protocol, { ...remote }, copy));
        },
      });
      const guest: Guest = {
        id,
        device: Uint8Array.from(Buffer.from(id, 'hex')),
        peer,
        remote: rest.remote ?? { address: `192.0.2.${10 + joined}`, port: 40_000 + joined },
        protocol,
        arrived: new Map(),
        longest: 0,
        sent: [],
      };
      peer.answer = await hall.sfu.join(call, id, offer);
      return guest;
    },
    async enter(id, options) {
      const guest = await hall.join(id, options);
      await hall.connect(guest);
      return guest;
    },
    async connect({ peer }) {
      for (let tries = 0; peer.answers === 0; tries++) {
        if (tries === 50) throw new Error('no check was answered');
        peer.check();
        await hall.pass(100);
      }
      peer.connect();
      for (let waited = 0; !peer.isOpen; waited += 20) {
        if (waited > 15_000) throw new Error(`no keys: ${peer.ends.join()}`);
        await hall.pass(20);
      }
    },
    want(taker, ...wants) {
      hall.sfu.want(
        'call',
        taker.id,
        wants.map(([slot, from, source, height]) => ({ slot, device: from.device, source, height })),
      );
    },
    async close() {
      await hall.sfu.close();
      for (const fault of hall.faults) throw fault;
    },
    pass: async (ms) => void (await vi.advanceTimersByTimeAsync(ms)),
  };
  return hall;
}

const KEY = Buffer.from('1000009d012a02000200', 'hex');
const DELTA = Buffer.from('11', 'hex');

export interface PacketOptions {
  readonly ssrc: number;
  readonly sequence: number;
  readonly timestamp?: number;
  readonly payloadType?: number;
  readonly extensions?: readonly RtpExtension[];
  readonly marker?: boolean;
}

/** A picture in one packet, as it travels sealed. */
export function makePicture(isKey: boolean, text: string, options: PacketOptions): Buffer {
  const { extensions = [], ...numbers } = options;
  const header = {
    payloadType: 96,
    timestamp: options.sequence * 3_000,
    marker: true,
    extensions: writeRtpExtensions(extensions),
    ...numbers,
  };
  return buildRtp(header, Buffer.concat([Buffer.from([0x10]), isKey ? KEY : DELTA, Buffer.from(text)]));
}

export function makeSound(text: string, { extensions = [], ...numbers }: PacketOptions): Buffer {
  return buildRtp(
    { payloadType: 111, timestamp: numbers.sequence * 960, extensions: writeRtpExtensions(extensions), ...numbers },
    Buffer.from(text),
  );
}
