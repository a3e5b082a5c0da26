import { connect as connectTls, type TLSSocket } from 'node:tls';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import {
  type ClientFrame,
  createFrameSplitter,
  decodeRelayFrame,
  deviceProofBytes,
  encodeFrame,
  type RelayFrame,
  type RelayFrames,
  TLS_EXPORTER,
} from '../../src/protocol/index.ts';
import { createKeys, type GivenFrame, type Keys } from './world.ts';

/** One connection to a relay over a real socket. */
export interface Guest {
  readonly keys: Keys;
  readonly frames: RelayFrame[];
  send(run: Uint8Array): void;
  tell(...frames: GivenFrame[]): void;
  /** The next frame of this kind that was not handed out yet, come or to come; rejects when the connection ends first. */
  next<K extends RelayFrame['t']>(kind: K): Promise<RelayFrames[K]>;
  /** What answers the request with this number; rejects when the connection ends first. */
  answerTo(q: number): Promise<RelayFrame>;
  /** Hello and proof. */
  prove(): Promise<RelayFrames['welcome']>;
  /** Resolves when the relay, or this side, has ended it. */
  readonly ended: Promise<void>;
  close(): void;
}

export interface NativeGuest extends Guest {
  readonly socket: TLSSocket;
}

export interface WebGuest extends Guest {
  readonly socket: Socket;
}

interface Wire {
  readonly exporter: Uint8Array;
  send(run: Uint8Array): void;
  close(): void;
}

export async function comeByTls(port: number, keys?: Keys, host = '127.0.0.1'): Promise<NativeGuest> {
  const socket = connectTls({ host, port, rejectUnauthorized: false });
  socket.setNoDelay(true);
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
  });
  const { guest, take, end } = createGuest(
    {
      exporter: new Uint8Array(socket.exportKeyingMaterial(TLS_EXPORTER.length, TLS_EXPORTER.label, Buffer.alloc(0))),
      send: (run) => void socket.write(run),
      close: () => socket.destroy(),
    },
    keys,
  );
  socket.on('data', take);
  socket.on('error', () => {});
  socket.on('close', end);
  return Object.assign(guest, { socket });
}

/** A stock Socket.IO client; rejects with what it says of a failed attempt. */
export async function comeBySocketIo(url: string, options: Partial<ManagerOptions & SocketOptions> = {}, keys?: Keys): Promise<WebGuest> {
  const socket = io(url, { reconnection: false, forceNew: true, rejectUnauthorized: false, ...options });
  const { guest, take, end } = createGuest(
    { exporter: new Uint8Array(), send: (run) => void socket.emit('f', run), close: () => void socket.disconnect() },
    keys,
  );
  socket.on('f', take);
  socket.on('disconnect', end);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return Object.assign(guest, { socket });
}

function createGuest(wire: Wire, keys: Keys = createKeys()): { guest: Guest; take: (chunk: Uint8Array) => void; end: () => void } {
  const frames: RelayFrame[] = [];
  const unseen: RelayFrame[] = [];
  const splitter = createFrameSplitter();
  const watchers = new Set<() => void>();
  let over = false;
  let finish = () => {};
  const ended = new Promise<void>((resolve) => (finish = resolve));
  const look = () => watchers.forEach((watcher) => watcher());
  onTestFinished(wire.close);

  const guest: Guest = {
    keys,
    frames,
    ended,
    send: wire.send,
    tell: (...list) => wire.send(Buffer.concat(list.map((frame) => encodeFrame(frame as ClientFrame)))),
    next: (kind) =>
      new Promise((resolve, reject) => {
        const watcher = () => {
          const at = unseen.findIndex(({ t }) => t === kind);
          if (at < 0 && !over) return;
          watchers.delete(watcher);
          if (at < 0)
            reject(
              new Error(
                `ended before ${kind}, after ${frames.map(({ t, ...rest }) => ('code' in rest ? `${t} ${rest.code}` : t)).join(', ')}`,
              ),
            );
          else resolve(unseen.splice(at, 1)[0] as never);
        };
        watchers.add(watcher);
        watcher();
      }),
    answerTo: (q) =>
      new Promise((resolve, reject) => {
        const watcher = () => {
          const answer = frames.find((frame) => 'q' in frame && frame.q === q);
          if (!answer && !over) return;
          watchers.delete(watcher);
          if (answer) resolve(answer);
          else reject(new Error(`ended before an answer to ${q}`));
        };
        watchers.add(watcher);
        watcher();
      }),
    async prove() {
      guest.tell({ t: 'hello', versions: [0], client: 'test' });
      const { version, relay, nonce } = await guest.next('challenge');
      const bytes = deviceProofBytes({ version, relay, nonce, device: keys.device, binding: wire.exporter });
      guest.tell({ t: 'proof', device: keys.device, signature: keys.sign(bytes) });
      return guest.next('welcome');
    },
    close: wire.close,
  };
  return {
    guest,
    take(chunk) {
      splitter.push(chunk, (body) => {
        const frame = decodeRelayFrame(body);
        frames.push(frame);
        unseen.push(frame);
      });
      look();
    },
    end() {
      over = true;
      finish();
      look();
    },
  };
}
