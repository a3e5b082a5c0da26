import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { CallDemand } from '../../src/protocol/index.ts';
import { buildRtp, type DtlsCertificate, makeDtlsCertificate } from '../../src/rtc/index.ts';
import { systemClock } from '../../src/server/clock.ts';
import { createFrameCutter, writeFrame } from '../../src/server/media/process/tcp-frames.ts';
import { type MediaProcess, type MediaProcessOptions, startMediaProcess } from '../../src/server/media/process/supervisor.ts';
import { type CallPeer, createCallPeer, makeOffer } from '../support/call-peer.ts';

export interface Media {
  readonly process: MediaProcess;
  readonly ended: string[];
  readonly demands: Map<string, readonly CallDemand[]>;
  readonly log: string[];
}

/** The media process as it is started by the relay. Ends with the test. */
export async function startMedia(options: Partial<MediaProcessOptions> = {}): Promise<Media> {
  const [ended, demands, log] = [[] as string[], new Map<string, readonly CallDemand[]>(), [] as string[]];
  const process = await startMediaProcess({ port: { requested: 0, preferred: 0 }, ...options }, systemClock, {
    onEnded: (call, member, code) => ended.push(`${call} ${member} ${code}`),
    onDemand: (call, member, demand) => demands.set(`${call} ${member}`, demand),
    onDeath: (ms) => log.push(`dead, again in ${ms}`),
    onBack: () => log.push('back'),
    onLog: (line) => log.push(line),
  });
  onTestFinished(() => process.stop());
  return { process, ended, demands, log };
}

export type Way = 'udp4' | 'udp6' | 'tcp4' | 'tcp6';

/** A device with a socket of its own. */
export interface Caller {
  readonly id: string;
  readonly peer: CallPeer;
  /** Resolves with the next packet of RTP that comes. */
  next(): Promise<Buffer>;
  /** Resolves when all that was sent so far was looked at. */
  settle(): Promise<void>;
  /** What it has sent while it shook hands. */
  readonly handshake: readonly Buffer[];
  /** The other side has closed. */
  readonly closed: Promise<void>;
  hangUp(): void;
}

const certificate: Promise<DtlsCertificate> = makeDtlsCertificate();
const PATIENCE = 30_000;
/** A busy machine loses packets between two of its processes, too. */
const ASK_AGAIN = 200;
let base = 0;

/** Joins, checks, and shakes hands. @param port where its call is */
export async function enter(media: Media, id: string, way: Way, call = 'call', port = media.process.port): Promise<Caller> {
  const own = await certificate;
  const offer = makeOffer(own.fingerprint, (base += 10_000), 4);
  const answer = await media.process.join(call, id, offer);
  const socket = await openSocket(way, port);
  onTestFinished(socket.close);
  const waiting: ((packet: Buffer) => void)[] = [];
  let open: () => void = () => {};
  const handshake: Buffer[] = [];
  const peer = createCallPeer(offer, {
    certificate: own,
    send(packet) {
      if (!peer.isOpen) handshake.push(packet);
      socket.send(packet);
    },
    onOpen: () => open(),
    onRtp: (packet) => waiting.splice(0).forEach((take) => take(packet)),
  });
  peer.answer = answer;
  let arrived: () => void = () => {};
  socket.onPacket((packet) => {
    peer.receive(packet);
    arrived();
  });
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no keys for ${id} by ${way}`)), PATIENCE);
    open = () => {
      clearTimeout(timer);
      resolve();
    };
    peer.check();
    peer.connect();
  });
  return {
    id,
    peer,
    next: () =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`nothing came to ${id}`)), PATIENCE);
        waiting.push((packet) => {
          clearTimeout(timer);
          resolve(packet);
        });
      }),
    async settle() {
      const before = peer.answers;
      const answered = () => new Promise<void>((resolve) => (arrived = resolve));
      for (const end = performance.now() + PATIENCE; peer.answers === before;) {
        if (performance.now() > end) throw new Error(`${id} is not answered`);
        peer.check();
        await Promise.race([answered(), sleep(ASK_AGAIN, undefined, { ref: false })]);
      }
    },
    handshake,
    closed: socket.closed,
    hangUp: socket.close,
  };
}

interface Wire {
  send(packet: Buffer): void;
  onPacket(take: (packet: Buffer) => void): void;
  readonly closed: Promise<void>;
  close(): void;
}

const LOOPBACK = { 4: '127.0.0.1', 6: '::1' } as const;

async function openSocket(way: Way, port: number): Promise<Wire> {
  const host = LOOPBACK[way.endsWith('4') ? 4 : 6];
  if (way === 'udp4' || way === 'udp6') {
    const socket = createSocket({ type: way, recvBufferSize: 4_000_000 });
    socket.bind(0, host);
    await once(socket, 'listening');
    let isOpen = true;
    return {
      send: (packet) => isOpen && socket.send(packet, port, host),
      onPacket: (take) => void socket.on('message', take),
      closed: new Promise((resolve) => void socket.once('close', () => resolve())),
      close() {
        if (isOpen) socket.close();
        isOpen = false;
      },
    };
  }
  const socket = connect(port, host).setNoDelay(true);
  await once(socket, 'connect');
  socket.on('error', () => {});
  return {
    send: (packet) => void socket.write(writeFrame(packet)),
    onPacket(take) {
      const cut = createFrameCutter(2_048, take);
      socket.on('data', (bytes: Buffer) => void cut(bytes));
    },
    closed: new Promise((resolve) => void socket.once('close', () => resolve())),
    close: () => socket.destroy(),
  };
}

const device = (id: string): Uint8Array => Uint8Array.from(Buffer.from(id, 'hex'));

/** One hears the other. @returns what came */
export async function hear(media: Media, from: Caller, to: Caller, call = 'call'): Promise<string> {
  media.process.want(call, to.id, [{ slot: 0, device: device(from.id), source: 'microphone', height: 0 }]);
  const heard = to.next();
  const ssrc = from.peer.offer.sends[0]?.ssrc ?? 0;
  let sequence = sequences.get(from) ?? 0;
  // What was wanted goes another way than packets do, and may come later.
  const timer = setInterval(
    () => from.peer.sendRtp(buildRtp({ payloadType: 111, sequence: sequence++, timestamp: sequence * 960, ssrc }, Buffer.from('hello'))),
    20,
  );
  try {
    return (await heard).subarray(-5).toString();
  } finally {
    clearInterval(timer);
    sequences.set(from, sequence);
  }
}
const sequences = new WeakMap<Caller, number>();
