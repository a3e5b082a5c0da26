import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { createSlowReaders } from '../../src/server/listeners/slow-readers.ts';
import { ask, runServer, type Running } from './running.ts';

/** A bare connection to the web port, over TLS or not. */
function open(port: number, tls: boolean): Promise<{ raw: Socket; socket: Socket; heard: () => string; closed: Promise<void> }> {
  return new Promise((resolve, reject) => {
    const raw = connectTcp({ host: '127.0.0.1', port });
    const socket = tls ? connectTls({ socket: raw, rejectUnauthorized: false }) : raw;
    let heard = '';
    const closed = new Promise<void>((done) => void socket.once('close', () => done()));
    for (const one of new Set([raw, socket])) one.on('error', reject);
    socket.once(tls ? 'secureConnect' : 'connect', () => resolve({ raw, socket, heard: () => heard, closed }));
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
  });
}

const upgradeTo = (path: string) =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`;

const POLL = '/socket.io/?EIO=4&transport=polling';

async function openSession({ ports }: Running): Promise<string> {
  const { text } = await ask(ports.web, POLL, { tls: false });
  return /"sid":"([^"]+)"/.exec(text)?.[1] as string;
}

async function expectAlive({ ports, log }: Running): Promise<void> {
  expect((await ask(ports.web, '/')).json()).toMatchObject({ status: 'ok' });
  expect(log.filter((line) => line.includes('fault'))).toEqual([]);
}

test.each([
  ['http', false],
  ['https', true],
])('a %s connection that is reset in the middle of whatever it does is gone, and nothing else', async (_scheme, tls) => {
  const server = await runServer();
  for (const bytes of [
    upgradeTo('/chat'),
    upgradeTo('/socket.io/?EIO=4&transport=websocket'),
    upgradeTo('/socket.io/?EIO=4&transport=nonsense'),
    'GET / HT',
    `GET ${POLL} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
  ]) {
    const { raw, socket } = await open(server.ports.web, tls);
    const answered = new Promise((resolve) => void socket.once('data', resolve));
    await new Promise((written) => void socket.write(bytes, written));
    // What has been refused is reset after the refusal, when nobody cares for the connection any more.
    if (bytes.includes('Upgrade')) await answered;
    raw.resetAndDestroy();
  }
  await expectAlive(server);
});

test.each([
  ['http', false],
  ['https', true],
])('%s headers have to come in time', async (_scheme, tls) => {
  const server = await runServer({ limits: { headersTime: 200 } });
  const { socket, heard, closed } = await open(server.ports.web, tls);
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n');
  await closed;
  expect(heard()).toMatch(/^HTTP\/1.1 408/);
});

test('a request has to come in time as a whole', async () => {
  const server = await runServer({ limits: { headersTime: 200, requestTime: 400 } });
  const { socket, heard, closed } = await open(server.ports.web, false);
  socket.write(`POST ${POLL}&sid=${await openSession(server)} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n40`);
  await closed;
  expect(heard()).toMatch(/^HTTP\/1.1 408/);
});

test('a connection has to say something in time', async () => {
  const server = await runServer({ limits: { headersTime: 200 } });
  const { closed } = await open(server.ports.web, false);
  await closed;
});

test('long polling sessions that cost no connection are bounded as connections are', async () => {
  const server = await runServer({ limits: { connectionsPerAddress: 4, connections: 100 } });
  const statuses = [];
  for (let i = 0; i < 400; i++) statuses.push((await ask(server.ports.web, POLL, { tls: false })).status);
  expect(statuses.slice(0, 4)).toEqual([200, 200, 200, 200]);
  expect(statuses.at(-1)).toBe(403);
  expect(statuses.filter((status) => status === 200).length).toBeLessThan(300);
  await expectAlive(server);
});

test('packets that ask for packets do not pile up for who never comes for them', async () => {
  const server = await runServer();
  const sid = await openSession(server);
  const post = (body: string) =>
    ask(server.ports.web, `${POLL}&sid=${sid}`, { tls: false, method: 'POST', body, headers: { 'Content-Type': 'text/plain' } });
  const statuses = [];
  for (let i = 0; i < 20 && statuses.at(-1) !== 400; i++)
    statuses.push((await post(Array<string>(20_000).fill('40/x,').join('\u001e'))).status);
  // The session is over: it is not known any more.
  expect(statuses.at(-1)).toBe(400);
  expect(statuses.length).toBeLessThan(8);
  await expectAlive(server);
});

test('a WebSocket that pings and never reads is cut off', async () => {
  const server = await runServer({ limits: { sendQueue: 256 * 1024 } });
  const { socket } = await open(server.ports.web, false);
  socket.write(upgradeTo('/socket.io/?EIO=4&transport=websocket'));
  socket.pause();
  socket.on('error', () => {});
  // Pings of 125 bytes, masked with zeros (RFC 6455 section 5.2).
  const ping = Buffer.concat([Buffer.from([0x89, 0x80 | 125, 0, 0, 0, 0]), Buffer.alloc(125)]);
  const pings = Buffer.concat(Array<Buffer>(1000).fill(ping));
  for (let sent = 0; !socket.destroyed && sent < 100_000_000; sent += pings.length) {
    await new Promise<void>((resolve) => void socket.write(pings, () => resolve()));
  }
  expect(socket.destroyed).toBe(true);
  await expectAlive(server);
});

test('of all who do not read the largest are cut off, until the rest is within what all may hold', () => {
  const watched = createSlowReaders({ perSocket: 500, inAll: 1000 });
  onTestFinished(watched.close);
  const open = (writableLength: number) => {
    const closing: Array<() => void> = [];
    const socket = {
      writableLength,
      destroyed: false,
      destroy: () => void (socket.destroyed = true),
      once: (_: 'close', run: () => void) => void closing.push(run),
      closing,
    };
    watched.watch(socket);
    return socket;
  };
  const cutOff = (...sockets: Array<ReturnType<typeof open>>) => {
    watched.sweep();
    return sockets.map(({ destroyed }) => destroyed);
  };
  const sockets = [open(0), open(500), open(300), open(200)];
  expect(cutOff(...sockets)).toEqual([false, false, false, false]);
  const greedy = open(501);
  expect(cutOff(...sockets, greedy)).toEqual([false, false, false, false, true]);
  sockets.push(open(400));
  expect(cutOff(...sockets)).toEqual([false, true, false, false, false]);
  // Who has gone by itself does not count.
  sockets[2]?.closing.forEach((run) => run());
  expect(cutOff(...sockets, open(400))).toEqual([false, true, false, false, false, false]);
});
