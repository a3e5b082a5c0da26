import { randomBytes } from 'node:crypto';
import { connect, type TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { BYTES, type FilePort, openFilePort, ticketOf, TUS } from './file-port.ts';

const KIB = 1024;
/** Small enough to be quick: what counts is on which side of a bound something is. */
const SMALL = { whole: 256 * KIB + 74, unit: 256 * KIB, gather: 32 * KIB, pending: 128 * KIB };

/** A request that is written by hand, and can end anywhere. */
async function begin(files: FilePort, path: string, headers: Record<string, string | number>, method = 'PATCH'): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port: files.server.port, rejectUnauthorized: false });
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('secureConnect', resolve));
  const all = { host: 'localhost', authorization: `Bearer ${ticketOf()}`, ...BYTES, ...headers };
  socket.write(
    `${method} ${path} HTTP/1.1\r\n${Object.entries(all)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\n`,
  );
  return socket;
}

const offsetOf = async (files: FilePort, path: string) =>
  Number((await files.ask('HEAD', path, { headers: TUS })).headers['upload-offset']);

/** Resolves when nobody writes the blob any more: until then a request about it is told so. */
async function untilFree(files: FilePort, path: string): Promise<void> {
  for (;;) {
    const { status } = await files.patch(path, 999_999_999, new Uint8Array());
    if (status !== 423) return;
    await new Promise((resolve) => void setImmediate(resolve));
  }
}

const closed = (socket: TLSSocket) => new Promise<void>((resolve) => (socket.closed ? resolve() : socket.once('close', () => resolve())));

function answerOf(socket: TLSSocket): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    socket.on('data', (chunk: Buffer) => {
      heard += chunk;
      if (heard.includes('\r\n\r\n')) resolve(heard);
    });
  });
}

test('a part that breaks off counts for nothing, wherever it does', async () => {
  const files = await openFilePort({ limits: SMALL });
  const path = await files.create(1_000_000);
  const first = randomBytes(100_000);
  await files.patch(path, 0, first);
  for (const sent of [0, 1, 50_000, SMALL.unit + 1, SMALL.whole - 1]) {
    const socket = await begin(files, path, { 'upload-offset': 100_000, 'content-length': SMALL.whole });
    await new Promise<void>((resolve) => socket.write(new Uint8Array(sent), () => resolve()));
    socket.destroy();
    await closed(socket);
    await untilFree(files, path);
    expect(await offsetOf(files, path), `after ${sent}`).toBe(100_000);
  }
  // And what came of it is not there when others come in its place.
  const rest = randomBytes(900_000);
  for (let at = 0; at < rest.length; at += 200_000) await files.patch(path, 100_000 + at, rest.subarray(at, at + 200_000));
  expect((await files.ask('GET', path)).body.equals(Buffer.concat([first, rest]))).toBe(true);
});

test.each([
  ['with its size', (size: number) => ({ 'content-length': size }), (bytes: Uint8Array) => bytes],
  [
    'chunked',
    () => ({ 'transfer-encoding': 'chunked' }),
    (bytes: Uint8Array) => Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]),
  ],
] as const)('of a longer one, %s, multiples count', async (_how, sizeOf, pack) => {
  const files = await openFilePort({ limits: SMALL });
  const bytes = randomBytes(5 * SMALL.unit);
  const path = await files.create(bytes.length + 7);
  await files.patch(path, 0, Buffer.from('a start'));
  const socket = await begin(files, path, { 'upload-offset': 7, ...sizeOf(bytes.length) });
  await new Promise<void>((resolve) => socket.write(pack(bytes.subarray(0, 3 * SMALL.unit + 1_000)), () => resolve()));
  const expected = 7 + 3 * SMALL.unit;
  while ((await offsetOf(files, path)) < expected) await new Promise((resolve) => void setImmediate(resolve));
  socket.destroy();
  await untilFree(files, path);
  expect(await offsetOf(files, path)).toBe(expected);
  await files.patch(path, expected, bytes.subarray(3 * SMALL.unit));
  expect((await files.ask('GET', path)).body.subarray(7).equals(bytes)).toBe(true);
});

test('two at once: the second is told so and the first goes on', async () => {
  const files = await openFilePort({ limits: SMALL });
  const path = await files.create(8);
  const socket = await begin(files, path, { 'upload-offset': 0, 'content-length': 8 });
  socket.write('half');
  for (let status = 0; status !== 423;) ({ status } = await files.patch(path, 0, Buffer.from('otherall')));
  const answered = answerOf(socket);
  socket.write('half');
  expect(await answered).toMatch(/^HTTP\/1.1 204 /);
  expect((await files.ask('GET', path)).body.toString()).toBe('halfhalf');
  socket.destroy();
});

test('a connection that died without a word does not keep its owner waiting', async () => {
  const files = await openFilePort({ limits: { ...SMALL, giveWay: 100 } });
  const path = await files.create(8);
  const socket = await begin(files, path, { 'upload-offset': 0, 'content-length': 8 });
  socket.write('half');
  for (let status = 423; status === 423;) ({ status } = await files.patch(path, 0, Buffer.from('allof it')));
  expect((await files.ask('GET', path)).body.toString()).toBe('allof it');
  await closed(socket);
});

test('requests that come one behind the other on one connection are answered in their order', async () => {
  const files = await openFilePort();
  const paths = [await files.upload(randomBytes(3 * 1024 * KIB)), await files.upload(Buffer.from('second'))];
  const socket = await begin(files, paths[0] as string, {}, 'GET');
  const ticket = ticketOf();
  socket.write(`GET ${paths[1]} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${ticket}\r\nconnection: close\r\n\r\n`);
  let heard = '';
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
  await closed(socket);
  expect(heard.match(/HTTP\/1\.1 200 /g)).toHaveLength(2);
  expect(heard.endsWith('second')).toBe(true);
});

test('whoever sends nothing any more is told so and cut off, and leaves the blob to others', async () => {
  const files = await openFilePort({ limits: { ...SMALL, stall: 150, drainTime: 100 } });
  const path = await files.create(8);
  const socket = await begin(files, path, { 'upload-offset': 0, 'content-length': 8 });
  const answered = answerOf(socket);
  socket.write('half');
  expect(await answered).toMatch(/^HTTP\/1.1 408 [^]*too_slow/);
  await closed(socket);
  expect(await files.patch(path, 0, Buffer.from('all of it'.slice(0, 8)))).toMatchObject({ status: 204 });
});

test('whoever does not take what it asked for is cut off', async () => {
  const files = await openFilePort({ limits: { stall: 1_000 } });
  const path = await files.upload(randomBytes(32 * 1024 * KIB));
  const socket = await begin(files, path, {}, 'GET');
  socket.pause();
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  while (files.server.requests() === 0) await new Promise((resolve) => void setImmediate(resolve));
  // Its end shows only to who reads; the relay's side is what counts.
  while (files.server.requests() > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  let heard = 0;
  socket.on('data', (chunk: Buffer) => (heard += chunk.length));
  socket.resume();
  await ended;
  expect(heard).toBeLessThan(32 * 1024 * KIB);
});

test('a refused sender reads why, and its connection serves on', async () => {
  const files = await openFilePort();
  const socket = await begin(files, await files.create(4), { 'upload-offset': 0, 'content-length': 1_000_000 });
  const answered = answerOf(socket);
  socket.write(new Uint8Array(1_000_000));
  expect(await answered).toMatch(/^HTTP\/1.1 413 /);
  const again = answerOf(socket);
  socket.write(`OPTIONS /files/ HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  expect(await again).toMatch(/^HTTP\/1.1 204 /);
  socket.destroy();
});

test('who asks before it sends is told no before the bytes travel', async () => {
  const files = await openFilePort({ maxRoom: 1_000_000 });
  const path = await files.create(null);
  const refused = await begin(files, path, { 'upload-offset': 0, 'content-length': 2_000_000, expect: '100-continue' });
  expect(await answerOf(refused)).toMatch(/^HTTP\/1.1 413 [^]*room_storage_full/);
  refused.destroy();
  const taken = await begin(files, path, { 'upload-offset': 0, 'content-length': 3, expect: '100-continue' });
  expect(await answerOf(taken)).toMatch(/^HTTP\/1.1 100 /);
  const answered = answerOf(taken);
  taken.write('all');
  expect(await answered).toMatch(/^HTTP\/1.1 204 /);
  taken.destroy();
});

test('requests of one device are bounded', async () => {
  const files = await openFilePort({ limits: { requestsPerDevice: 3 } });
  const paths = await Promise.all([1, 2, 3].map(() => files.create(8)));
  const sockets = await Promise.all(paths.map((path) => begin(files, path, { 'upload-offset': 0, 'content-length': 8 })));
  while (files.server.requests() < 3) await new Promise((resolve) => void setImmediate(resolve));
  expect(await files.ask('HEAD', paths[0] as string, { headers: TUS })).toMatchObject({ status: 429 });
  expect((await files.ask('OPTIONS', paths[0] as string)).status).toBe(204);
  for (const socket of sockets) socket.destroy();
  while (files.server.requests() > 0) await new Promise((resolve) => void setImmediate(resolve));
  expect((await files.ask('HEAD', paths[0] as string, { headers: TUS })).status).toBe(200);
});

test('quotas are answered with how much is left', async () => {
  const files = await openFilePort({ maxRoom: 100_000, maxDevice: 50_000 });
  const refused = await files.ask('POST', `/files/${'0a'.repeat(16)}`, { headers: { ...TUS, 'upload-length': 60_000 } });
  expect([refused.status, JSON.parse(refused.body.toString())]).toEqual([
    413,
    { code: 'device_storage_full', message: expect.stringMatching(/\S/), free: 50_000 },
  ]);
});
