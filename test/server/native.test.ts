import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { deviceProofBytes, encodeFrame, TLS_EXPORTER } from '../../src/protocol/index.ts';
import { comeByTls } from './guest.ts';
import { runServer, shareServer } from './running.ts';
import { createKeys } from './world.ts';

const server = shareServer();

/** Sends bytes on a bare connection; resolves with what came until it was closed. */
function push(port: number, bytes: Uint8Array): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connectTcp({ host: '127.0.0.1', port }, () => socket.write(bytes));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => resolve(Buffer.concat(chunks)));
  });
}

async function expectAlive(): Promise<void> {
  const guest = await comeByTls(server.ports.chat);
  await guest.prove();
  guest.close();
  expect(server.log.filter((line) => line.includes('fault'))).toEqual([]);
}

function shake(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options }, () => resolve(socket));
    socket.on('error', reject);
  });
}

test.each([
  ['zeros', new Uint8Array(1_000)],
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
  ['TLS that is none', Buffer.concat([Uint8Array.of(0x16, 3, 3, 2, 0), Buffer.alloc(512, 0xff)])],
  ['a frame in the clear', encodeFrame({ t: 'ping' })],
])('%s instead of TLS ends the connection, and the others go on', async (_what, bytes) => {
  await push(server.ports.chat, bytes);
  await expectAlive();
});

test('a connection that goes in the middle of its handshake leaves nothing', async () => {
  for (const bytes of [Uint8Array.of(0x16), Uint8Array.of(0x16, 3, 1, 2, 0, 1)]) {
    const socket = connectTcp({ host: '127.0.0.1', port: server.ports.chat });
    await new Promise<void>((resolve) => void socket.write(bytes, () => resolve()));
    socket.resetAndDestroy();
  }
  await expectAlive();
});

test('only TLS 1.3 is spoken', async () => {
  await expect(shake(server.ports.chat, { maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol version|EPROTO|alert|disconnected/i);
  const socket = await shake(server.ports.chat, {});
  expect(socket.getProtocol()).toBe('TLSv1.3');
  socket.destroy();
});

test('a proof is bound to its connection: one made on another is refused', async () => {
  const keys = createKeys();
  const [own, other] = [await comeByTls(server.ports.chat, keys), await comeByTls(server.ports.chat, keys)];
  own.tell({ t: 'hello', versions: [0], client: 'test' });
  const { version, relay, nonce } = await own.next('challenge');
  expect(relay).toEqual(server.relayKey);
  const binding = new Uint8Array(other.socket.exportKeyingMaterial(TLS_EXPORTER.length, TLS_EXPORTER.label, Buffer.alloc(0)));
  const signature = keys.sign(deviceProofBytes({ version, relay, nonce, device: keys.device, binding }));
  own.tell({ t: 'proof', device: keys.device, signature });
  expect(await own.next('error')).toEqual({ t: 'error', code: 'bad_proof' });
  await own.ended;
  await other.prove();
});

test.each([
  ['garbage', Uint8Array.of(0, 0, 0, 3, 0xff, 0xff, 0xff), 'bad_frame'],
  ['a frame too large', Uint8Array.of(0, 16, 0, 1), 'too_large'],
  ['a length of four gigabytes', Uint8Array.of(0xff, 0xff, 0xff, 0xff), 'too_large'],
])('%s is answered with a code and the end', async (_what, bytes, code) => {
  const guest = await comeByTls(server.ports.chat);
  await guest.prove();
  guest.send(bytes);
  expect(await guest.next('error')).toEqual({ t: 'error', code });
  await guest.ended;
  await expectAlive();
});

test('half a frame waits for the other half, and goes with its connection', async () => {
  const guest = await comeByTls(server.ports.chat);
  await guest.prove();
  const ping = encodeFrame({ t: 'ping' });
  guest.send(ping.subarray(0, 6));
  guest.send(ping.subarray(6));
  await guest.next('pong');
  guest.send(ping.subarray(0, 6));
  guest.close();
  await expectAlive();
});

test('who comes and goes has a line with a short device id and its address, and no name', async () => {
  const running = await runServer();
  const guest = await comeByTls(running.ports.chat);
  await guest.prove();
  guest.close();
  const id = Buffer.from(guest.keys.device).toString('hex').slice(0, 8);
  await expect.poll(() => running.log).toEqual([`+ ${id} 127.0.0.1 native`, `- ${id} gone`]);
});

test('who does not take the goodbye is cut off all the same', async () => {
  const running = await runServer();
  const guest = await comeByTls(running.ports.chat);
  await guest.prove();
  guest.socket.pause();
  const began = Date.now();
  await running.stop();
  expect(Date.now() - began).toBeLessThan(4_000);
});

test('connections that never get to speak are bounded too', async () => {
  const running = await runServer({ limits: { connectionsPerAddress: 2, spareSockets: 2 } });
  const sockets: Socket[] = [];
  const closed: boolean[] = [];
  for (let i = 0; i < 6; i++) {
    const socket = connectTcp({ host: '127.0.0.1', port: running.ports.chat });
    socket.on('error', () => {});
    socket.on('close', () => (closed[i] = true));
    socket.resume();
    sockets.push(socket);
    await new Promise((resolve) => void socket.once('connect', resolve));
  }
  await expect.poll(() => closed.filter(Boolean).length).toBe(2);
  expect([closed[4], closed[5]]).toEqual([true, true]);
  sockets[0]?.destroy();
  await expect.poll(async () => (await comeByTls(running.ports.chat)).prove()).toBeDefined();
  for (const socket of sockets) socket.destroy();
});

test('IPv6 is listened to where there is any, on a socket of its own', async () => {
  const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'));
  const visit = comeByTls(server.ports.chat, undefined, '::1');
  if (!hasIpv6) return expect(visit).rejects.toThrow(/ECONNREFUSED|EADDRNOTAVAIL|ENETUNREACH|EAFNOSUPPORT/);
  const guest = await visit;
  await guest.prove();
  expect(server.log).toContain(`+ ${Buffer.from(guest.keys.device).toString('hex').slice(0, 8)} ::1 native`);
});
