import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { onTestFinished } from 'vitest';
import type { CallOffer, RelayFrames } from '../../src/protocol/index.ts';
import { makeDtlsCertificate } from '../../src/rtc/index.ts';
import type { NativeGuest } from '../server/guest.ts';
import { type CallPeer, createCallPeer, makeOffer } from './call-peer.ts';

/** A device in a call of a real relay: its chat over TLS, its media over a socket. */
export interface Caller {
  readonly guest: NativeGuest;
  readonly key: string;
  /** Its end of the media, of the newest join. */
  readonly peer: CallPeer;
  /** All datagrams that came, and those that left, as they were on the wire. */
  readonly wire: Array<{ readonly at: 'in' | 'out'; readonly packet: Buffer }>;
  /** Resolves when packets may flow. Rejects with the code of the relay's refusal. */
  join(): Promise<CallPeer>;
  /** As a client does that lost its call: at once, and again while there is nothing to join. Rejects after half a minute. */
  joinAgain(): Promise<CallPeer>;
  want(wants: RelayWants): void;
  /** Resolves with the first packet that this takes, come or to come; rejects after ten seconds. */
  untilRtp(test: (packet: Buffer) => boolean): Promise<Buffer>;
}

type RelayWants = ReadonlyArray<{ slot: number; device: Uint8Array; source: 'camera' | 'microphone'; height: number }>;

let q = 100;
let streams = 1_000;

export async function createCaller(guest: NativeGuest, room: Uint8Array, changes: Partial<CallOffer> = {}): Promise<Caller> {
  const certificate = await makeDtlsCertificate();
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  const wire: Array<{ at: 'in' | 'out'; packet: Buffer }> = [];
  const watchers = new Set<() => void>();
  let port = 0;
  let peer: CallPeer | undefined;
  socket.on('message', (packet) => {
    wire.push({ at: 'in', packet });
    peer?.receive(packet);
  });
  // Whoever is in a call goes on with checks (RFC 7675).
  const checks = setInterval(() => peer?.isOpen && peer.check(), 2_000);
  onTestFinished(() => clearInterval(checks));
  const newest = (): CallPeer => {
    if (!peer) throw new Error('it has not joined');
    return peer;
  };

  async function ask(offer: CallOffer): Promise<RelayFrames['call.joined']['answer']> {
    const mine = (q += 1);
    guest.tell({ t: 'call.join', q: mine, room, offer });
    const answer = await guest.answerTo(mine);
    if (answer.t === 'call.joined') return answer.answer;
    throw new Error(answer.t === 'error' ? answer.code : answer.t);
  }

  async function join(): Promise<CallPeer> {
    const offer = makeOffer(certificate.fingerprint, (streams += 1_000), 6, changes);
    const answer = await ask(offer);
    port = answer.candidates[0]?.port as number;
    return new Promise((resolve) => {
      const made = createCallPeer(offer, {
        certificate,
        send(packet) {
          wire.push({ at: 'out', packet: Buffer.from(packet) });
          socket.send(packet, port, '127.0.0.1');
        },
        onOpen: () => resolve(made),
        onRtp: () => watchers.forEach((look) => look()),
      });
      peer = made;
      made.answer = answer;
      made.check();
      made.connect();
    });
  }

  async function joinAgain(): Promise<CallPeer> {
    for (const end = performance.now() + 30_000; ;) {
      try {
        return await join();
      } catch (error) {
        if ((error as Error).message !== 'no_calls' || performance.now() > end) throw error;
      }
    }
  }

  return {
    guest,
    key: Buffer.from(guest.keys.device).toString('hex'),
    get peer() {
      return newest();
    },
    wire,
    join,
    joinAgain,
    want: (wants) => guest.tell({ t: 'call.want', room, wants }),
    untilRtp: (test) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => finish(() => reject(new Error('no such packet in ten seconds'))), 10_000);
        const finish = (settle: () => void): void => {
          clearTimeout(timer);
          watchers.delete(look);
          settle();
        };
        const look = (): void => {
          const found = peer?.rtp.find(test);
          if (found) finish(() => resolve(found));
        };
        watchers.add(look);
        look();
      }),
  };
}

/** Process ids of a relay's media processes. */
export async function mediaPidsOf(relay: number): Promise<number[]> {
  const children = (await readFile(`/proc/${relay}/task/${relay}/children`, 'utf8')).trim().split(' ').filter(Boolean).map(Number);
  const lines = await Promise.all(children.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return children.filter((_, i) => lines[i]?.includes('media-process'));
}

/** Sockets of this protocol that have this port, on whatever address: the kernel's own list. */
export async function isTaken(port: number, protocol: 'udp' | 'tcp'): Promise<boolean> {
  const files = (await readdir('/proc/net')).filter((name) => name === protocol || name === `${protocol}6`);
  const tables = await Promise.all(files.map((name) => readFile(`/proc/net/${name}`, 'utf8')));
  const ending = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  // Local address; connections that have ended linger, and hold nothing.
  return tables.some((table) =>
    table
      .trim()
      .split('\n')
      .slice(1)
      .some((line) => {
        const [, local = '', , state] = line.trim().split(/\s+/);
        return local.endsWith(ending) && (protocol === 'udp' || state === '0A');
      }),
  );
}
