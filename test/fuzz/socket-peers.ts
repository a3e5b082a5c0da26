import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { io, type Socket } from 'socket.io-client';
import { TLS_EXPORTER } from '../../src/protocol/index.ts';
import type { SeededRandom } from '../sim/random.ts';
import { Defect } from './hearing.ts';
import { mutateBytes, strangeValue } from './mutate.ts';
import { createPeer, type Peer, type PeerOptions } from './peer.ts';

/** A door of the relay as the fuzzer comes to it. */
export interface Listener {
  /** @param number gives each connection an address of its own where the system has them */
  connect(options: PeerOptions, random: SeededRandom, number: number): Promise<Peer>;
  /** Comes with what is below our protocol, damaged; resolves when the connection is over. */
  intrude(random: SeededRandom): Promise<void>;
}

/** All of 127.0.0.0/8 is this machine on Linux: no address is then held back for what others tried. */
const addressOf = (number: number) => (process.platform === 'linux' ? `127.9.${(number >> 8) & 0xff}.${number & 0xff || 1}` : '127.0.0.1');

/** Frames on TLS. */
export function nativeListener(port: number): Listener {
  return {
    async connect(options, _random, number) {
      const socket = connectTls({
        socket: connectTcp({ host: '127.0.0.1', port, localAddress: addressOf(number) }),
        rejectUnauthorized: false,
      });
      socket.setNoDelay(true);
      await new Promise<void>((resolve, reject) => {
        socket.once('secureConnect', resolve);
        socket.once('error', reject);
      });
      return createPeer(options, (hearing) => {
        let gone = false;
        socket.on('error', options.onDefect);
        socket.on('data', hearing.take);
        socket.on('close', () => {
          if (!gone) hearing.end();
        });
        return {
          binding: new Uint8Array(socket.exportKeyingMaterial(TLS_EXPORTER.length, TLS_EXPORTER.label, Buffer.alloc(0))),
          send: (run) => void socket.write(run),
          close() {
            gone = true;
            socket.destroy();
          },
        };
      });
    },
    intrude: (random) =>
      push(port, random.pick([CLIENT_HELLO, CLIENT_HELLO, Buffer.from('GET / HTTP/1.1\r\n\r\n'), random.bytes(600)]), random),
  };
}

/** Socket.IO, over WebSocket and long polling, over http and https. */
export function webListener(port: number): Listener {
  return {
    async connect(options, random, number) {
      const socket = await enter(port, random, addressOf(number));
      return createPeer(options, (hearing) => {
        let gone = false;
        socket.on('f', (run: unknown) => {
          if (run instanceof Uint8Array) hearing.take(run);
          else options.onDefect(new Defect('the relay sent something else than bytes'));
        });
        socket.on('disconnect', () => {
          if (!gone) hearing.end();
        });
        return {
          binding: new Uint8Array(),
          send: (run) => void socket.emit('f', run),
          close() {
            gone = true;
            socket.disconnect();
          },
        };
      });
    },
    intrude: (random) => (random.chance(0.5) ? push(port, Buffer.from(random.pick(REQUESTS), 'latin1'), random) : babble(port, random)),
  };
}

async function enter(port: number, random: SeededRandom, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = io(`${random.pick(['http', 'https'])}://127.0.0.1:${port}`, {
    transports: random.pick([['websocket'], ['polling'], ['polling', 'websocket']]),
    reconnection: false,
    forceNew: true,
    rejectUnauthorized: false,
    localAddress,
  } as Parameters<typeof io>[1]);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return socket;
}

/** Bytes on the bare connection, and nothing more. */
function push(port: number, bytes: Uint8Array, random: SeededRandom): Promise<void> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host: '127.0.0.1', port }, () => socket.end(mutateBytes(bytes, bytes, random)));
    // Where the relay closes first, what is still on its way is reset.
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    socket.resume();
  });
}

/** Packets of Socket.IO on a connection that was good until then. */
async function babble(port: number, random: SeededRandom): Promise<void> {
  const socket = await enter(port, random);
  const { engine } = socket.io;
  await new Promise<void>((resolve) => {
    socket.once('disconnect', () => resolve());
    engine.once('drain', () => resolve());
    for (let i = 0; i < 3; i++) {
      if (random.chance(0.3)) socket.emit(random.pick(['f', 'f', 'x']), strangeValue(random), strangeValue(random));
      const packet = Buffer.from(random.pick(PACKETS));
      engine.write(Buffer.from(mutateBytes(packet, packet, random)).toString('latin1'));
    }
  });
  socket.disconnect();
}

/** The head of a TLS 1.2 ClientHello with one cipher suite and no extension (RFC 5246 section 7.4.1.2). */
const CLIENT_HELLO = Buffer.concat([
  Buffer.from('160301002d0100002903', 'hex'),
  Buffer.alloc(33, 3),
  Buffer.from('0000021301010000', 'hex'),
]);

const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
const REQUESTS = [
  'GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n',
  'GET /api/network-info HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: 10.0.0.1, 10.0.0.2\r\nOrigin: http://localhost:1\r\n\r\n',
  'GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'POST /socket.io/?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAA HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\n40{"a":1',
  `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n${UPGRADE}\r\n\x81\x85\x00\x00\x00\x0040{}!`,
  `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n${UPGRADE}\r\n\x82\x84\x00\x00\x00\x00\xff\xff\xff\xff`,
];

/** Socket.IO packets with placeholders, namespaces and acknowledgements, as its own parser writes them. */
const PACKETS = [
  '2["f",{"_placeholder":true,"num":0}]',
  '51-["f",{"_placeholder":true,"num":0}]',
  '52-["f",{"_placeholder":true,"num":1},{"_placeholder":true,"num":99}]',
  '2["disconnect","x"]',
  '2["__proto__",{"constructor":1}]',
  '219["f",[[[[[[[[[[1]]]]]]]]]]',
  '0/other,{"token":"x"}',
  '3/,7["ok"]',
  '61-0["f"]',
  '1',
];
