import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { parseLinkFragment, PORTS, toHex } from '../../../src/protocol/index.ts';
import { FILE_LIMITS } from '../../../src/server/blobs/file-limits.ts';
import { startFileProcess } from '../../../src/server/blobs/process/supervisor.ts';
import { systemClock } from '../../../src/server/clock.ts';
import { loadTlsIdentity } from '../../../src/server/tls-identity.ts';
import { comeByTls } from '../guest.ts';
import { ask, createMachine, runServer, temporaryFolder } from '../running.ts';
import { ROOM } from '../world.ts';
import { askFiles, BYTES, TUS } from './file-port.ts';

/** A relay from its sources with a file process from its sources, and a member. */
async function start(config: Parameters<typeof runServer>[0] = {}) {
  const server = await runServer({ files: { reserve: 0 }, ...config, ports: { web: 0, chat: 0, files: 0, ...config.ports } });
  const guest = await comeByTls(server.ports.chat);
  await guest.prove();
  const token = parseLinkFragment((server.founder as string).split('#')[1] as string)?.secret as Uint8Array;
  guest.tell({ t: 'found', q: 1, token, room: ROOM, door: null, info: null });
  await guest.next('founded');
  guest.tell({ t: 'ticket', q: 2, room: ROOM });
  const { ticket, port, until } = await guest.next('ticket');
  return { server, guest, port, until, ticket: Buffer.from(ticket).toString('base64url'), path: `/files/${toHex(ROOM)}` };
}

const at = (port: number, tls = true) => ({ host: '127.0.0.1', port, tls, rejectUnauthorized: false, agent: false as const });
const sized = (size: number) => ({ ...TUS, 'upload-length': size });

test('files go in by one port and come out by another: file port, web port over https, and over http from this machine', async () => {
  const { server, ticket, port, until, path } = await start();
  expect([port, until - Date.now() > FILE_LIMITS.ticketTime - 60_000]).toEqual([server.ports.files, true]);
  expect((await ask(server.ports.web, '/api/relay')).json()).toMatchObject({ ports: server.ports });
  const bytes = randomBytes(2_000_000);
  const ways = [at(port), at(server.ports.web), at(server.ports.web, false)];
  for (const [i, way] of ways.entries()) {
    const made = await askFiles(way, 'POST', path, { headers: sized(bytes.length), ticket });
    const blob = made.headers.location as string;
    await askFiles(way, 'PATCH', blob, { headers: { ...BYTES, 'upload-offset': 0 }, body: bytes.subarray(0, 1_000_000), ticket });
    const chunked = { ...BYTES, 'upload-offset': 1_000_000, 'transfer-encoding': 'chunked' };
    expect((await askFiles(way, 'PATCH', blob, { headers: chunked, body: bytes.subarray(1_000_000), ticket })).status).toBe(204);
    const other = ways[(i + 1) % ways.length] as (typeof ways)[number];
    expect((await askFiles(other, 'GET', blob, { ticket })).body.equals(bytes)).toBe(true);
    const ranged = await askFiles(other, 'GET', blob, { headers: { range: 'bytes=5-9' }, ticket });
    expect([ranged.status, ranged.headers['content-range'], ranged.body.equals(bytes.subarray(5, 10))]).toEqual([
      206,
      'bytes 5-9/2000000',
      true,
    ]);
    const head = await askFiles(other, 'HEAD', blob, { headers: TUS, ticket });
    expect([head.status, head.headers['upload-offset'], head.body.length]).toEqual([200, '2000000', 0]);
    expect((await askFiles(other, 'DELETE', blob, { headers: TUS, ticket })).status).toBe(204);
  }
});

test('the web port checks host and origin, and wants https from others, before anything is handed on', async () => {
  const { server, ticket, path } = await start({ proxies: ['127.0.0.1'] });
  const post = (headers: Record<string, string>, tls = true) =>
    askFiles(at(server.ports.web, tls), 'POST', path, { headers: { ...sized(5), ...headers }, ticket });
  expect(await post({ host: 'evil.example' })).toMatchObject({ status: 421, code: 'host_refused' });
  expect(await post({ origin: 'https://evil.example' })).toMatchObject({ status: 403, code: 'host_refused' });
  expect(await post({ 'x-forwarded-for': '192.168.7.9', host: 'tree.local' }, false)).toMatchObject({ status: 403, code: 'tls_required' });
  expect((await post({ origin: 'https://tree.local:5000' })).headers).toMatchObject({
    'access-control-allow-origin': 'https://tree.local:5000',
  });
});

test('a data folder with a path too long for a socket has files too', async () => {
  const { server, ticket, path } = await start({ data: join(temporaryFolder(), 'long'.repeat(30), 'relay') });
  expect((await askFiles(at(server.ports.web), 'POST', path, { headers: sized(5), ticket })).status).toBe(201);
});

test('a slow upload is not cut off at the web port while it moves, and other requests are', async () => {
  const { server, ticket, path } = await start({ limits: { requestTime: 150 } });
  const blob = (await askFiles(at(server.ports.web), 'POST', path, { headers: sized(6), ticket })).headers.location as string;
  const begin = async (head: string) => {
    const socket = connect({ host: '127.0.0.1', port: server.ports.web, rejectUnauthorized: false });
    socket.on('error', () => {});
    let heard = '';
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString('latin1')));
    const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(heard)));
    await new Promise((resolve) => socket.once('secureConnect', resolve));
    socket.write(`${head}\r\nHost: localhost\r\nContent-Length: 6\r\n`);
    return { socket, ended };
  };
  const slow = await begin(`PATCH ${blob} HTTP/1.1`);
  const all = { ...BYTES, authorization: `Bearer ${ticket}`, 'upload-offset': '0', connection: 'close' };
  slow.socket.write(
    `${Object.entries(all)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('')}\r\nabc`,
  );
  const other = await begin('POST /api/relay HTTP/1.1');
  other.socket.write('\r\nabc');
  // By then the other one has had all the time there is for a request, and this one as well.
  await other.ended;
  slow.socket.write('def');
  expect(await slow.ended).toMatch(/^HTTP\/1\.1 204 /);
});

test('who is taken out is refused at both ports', async () => {
  const { server, guest, ticket, port, path } = await start();
  const { headers } = await askFiles(at(port), 'POST', path, { headers: sized(5), ticket });
  guest.tell({ t: 'append', room: ROOM, id: randomBytes(16), kind: 'leave', epoch: 0, body: new Uint8Array() });
  await guest.next('stored');
  for (const way of [at(port), at(server.ports.web)]) {
    expect(await askFiles(way, 'GET', headers.location as string, { ticket })).toMatchObject({ status: 401, code: 'ticket_refused' });
  }
});

test('a page may connect to its host’s file port and to no other', async () => {
  const { server } = await start();
  const { headers } = await ask(server.ports.web, '/', { headers: { accept: 'text/html', host: `192.168.7.20:${server.ports.web}` } });
  expect(headers['content-security-policy']).toContain(` https://192.168.7.20:${server.ports.files};`);
});

test('a busy default moves to the next port and says so; one that was asked for is an error, and the folder is free again', async () => {
  const taken = await listenOn(0);
  const { port } = taken.address() as { port: number };
  const data = join(temporaryFolder(), 'relay');
  await expect(runServer({ data, files: {}, ports: { web: 0, chat: 0, files: port } })).rejects.toMatchObject({
    code: 'port_busy',
    detail: { port },
  });
  // Where the default itself is somebody else's here, that is as good.
  await listenOn(PORTS.files).catch(() => {});
  const server = await runServer({ data, files: {}, ports: { web: 0, chat: 0 } });
  const warnings: unknown[] = [];
  server.on((event) => warnings.push(event));
  expect(server.ports.files).toBeGreaterThan(PORTS.files);
  expect(warnings).toContainEqual({ event: 'warning', code: 'port_moved', detail: { port: server.ports.files, wanted: PORTS.files } });
});

function listenOn(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '0.0.0.0', () => resolve(server));
    onTestFinished(() => void server.close());
  });
}

test('without files there is no port and no process, and tickets say so', async () => {
  const { server, port } = await start({ files: null });
  expect([port, server.ports.files, server.filePid]).toEqual([0, 0, undefined]);
  expect((await ask(server.ports.web, `/files/${toHex(ROOM)}`)).status).toBe(404);
});

test('a renewed certificate is shown to who comes from then on, also by the next process', async () => {
  const folder = temporaryFolder();
  const identities = await Promise.all(['one', 'two'].map((name) => makeIdentity(join(folder, name))));
  const [first, second] = identities.map(({ key, chain }) => ({ key, chain })) as [Tls, Tls];
  const deaths: number[] = [];
  let back = () => {};
  const started = await startFileProcess(
    {
      folder,
      door: join(folder, 'door'),
      port: { requested: 0, preferred: 0 },
      tls: first,
      ticketKey: new Uint8Array(32),
      names: [],
      quotas: {},
      keep: null,
      limits: {},
    },
    systemClock,
    { onDeath: (ms) => deaths.push(ms), onBack: () => back(), onLog: () => {} },
  );
  onTestFinished(started.stop);
  const before = await shownAt(started.port);
  started.renew(second);
  let after = before;
  while (after === before) after = await shownAt(started.port);
  const returned = new Promise<void>((resolve) => (back = resolve));
  process.kill(started.pid as number, 'SIGKILL');
  await returned;
  expect([await shownAt(started.port), deaths]).toEqual([after, [100]]);
});

interface Tls {
  readonly key: string;
  readonly chain: string;
}

async function makeIdentity(folder: string) {
  await mkdir(folder);
  return loadTlsIdentity(folder, createMachine(), Date.now());
}

function shownAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '');
      socket.destroy();
    });
    socket.on('error', reject);
  });
}
