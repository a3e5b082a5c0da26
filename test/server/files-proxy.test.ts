import { createServer, request as requestHttp, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock, thisMachine } from '../../src/server/index.ts';
import { createFilesProxy } from '../../src/server/listeners/web/files-proxy.ts';
import { createHostCheck } from '../../src/server/listeners/web/host-check.ts';
import { examine } from '../../src/server/listeners/web/visit.ts';
import { ask, temporaryFolder } from './running.ts';

function listen(server: Server, where: string | number): Promise<Server> {
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return new Promise((resolve) => void server.listen(where, () => resolve(server)));
}

/** The web port's half, in front of a file process that the test plays. */
async function open(behind: RequestListener | undefined, bounds?: { total: number; perAddress: number }): Promise<number> {
  const door = join(temporaryFolder(), 'door');
  if (behind) await listen(createServer(behind), door);
  const proxy = createFilesProxy(door, bounds);
  const hosts = createHostCheck(thisMachine, [], systemClock);
  const front = createServer((request, response) =>
    proxy.handle({ request, response, visit: examine(request, hosts, new Set()), path: request.url ?? '' }),
  );
  return ((await listen(front, 0)).address() as AddressInfo).port;
}

const post = (port: number, more: Record<string, string> = {}) =>
  ask(port, '/files/x', { tls: false, method: 'PATCH', headers: { host: 'localhost', ...more }, body: 'text' });

test('while there is no file process, it is said that one will come', async () => {
  const answer = await post(await open(undefined));
  expect([answer.status, answer.json()['code']]).toEqual([503, 'storage_failed']);
});

test('hands on what means something there, and nothing else', async () => {
  let heard: object = {};
  const port = await open((request, response) => {
    heard = request.headers;
    request.resume().on('end', () => response.writeHead(204, { 'upload-offset': '4' }).end());
  });
  const headers = {
    authorization: 'Bearer x',
    'upload-offset': '0',
    cookie: 'a=b',
    'x-forwarded-for': '1.2.3.4',
    connection: 'keep-alive, authorization',
  };
  // Forwarded from elsewhere, it is no more this machine.
  expect((await post(port, headers)).status).toBe(403);
  const { 'x-forwarded-for': _gone, ...direct } = headers;
  const answer = await post(port, direct);
  expect([answer.status, answer.headers['upload-offset']]).toEqual([204, '4']);
  expect(heard).toEqual({ authorization: 'Bearer x', 'upload-offset': '0', host: 'localhost', 'content-length': '4', connection: 'close' });
});

test('an answer that breaks off breaks off in front as well', async () => {
  const port = await open((request, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('half');
    setImmediate(() => request.socket.destroy());
  });
  await expect(ask(port, '/files/x', { tls: false, headers: { host: 'localhost' } })).rejects.toThrow(/aborted|hang up/);
});

test('a sender that breaks off does behind as well, and frees its place; an address has so many', async () => {
  let [begun, brokenOff] = [() => {}, () => {}];
  const [begins, breaksOff] = [new Promise<void>((resolve) => (begun = resolve)), new Promise<void>((resolve) => (brokenOff = resolve))];
  const port = await open(
    (request) => {
      request.on('data', () => begun());
      request.on('error', () => brokenOff());
    },
    { total: 5, perAddress: 1 },
  );
  const sender = requestHttp({
    host: '127.0.0.1',
    port,
    path: '/files/x',
    method: 'PATCH',
    headers: { host: 'localhost', 'content-length': 9 },
  });
  sender.on('error', () => {});
  sender.write('half');
  await begins;
  const refused = await post(port);
  expect([refused.status, refused.json()['code']]).toEqual([429, 'too_many_connections']);
  sender.destroy();
  await breaksOff;
  const again = post(port);
  again.catch(() => {});
  // It is handed on, where nobody answers.
  expect(await Promise.race([again.then(({ status }) => status), new Promise((resolve) => setTimeout(resolve, 200, 'handed on'))])).toBe(
    'handed on',
  );
});
