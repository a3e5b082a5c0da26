import { describe, expect, test } from 'vitest';
import { encodeFrame, parseLinkFragment } from '../../src/protocol/index.ts';
import { comeBySocketIo, comeByTls } from './guest.ts';
import { createMachine, runServer, shareServer, type Running } from './running.ts';
import { DOOR, INFO, ROOM } from './world.ts';

const server = shareServer();

const transports = [
  ['polling', ['polling']],
  ['WebSocket', ['websocket']],
  ['polling, then WebSocket', ['polling', 'websocket']],
] as const;

const message = (n: number) =>
  ({ t: 'append', room: ROOM, id: new Uint8Array(16).fill(n), kind: 'message', epoch: 0, body: new Uint8Array(20_000).fill(n) }) as const;

const tokenOf = ({ founder }: Running) => parseLinkFragment((founder as string).split('#')[1] as string)?.secret as Uint8Array;

describe.each(transports)('a stock Socket.IO client over %s', (_name, list) => {
  const options = { transports: [...list] };

  test.each(['http', 'https'])('talks with the relay over %s', async (scheme) => {
    const server = await runServer();
    const founder = await comeBySocketIo(`${scheme}://127.0.0.1:${server.ports.web}`, options);
    expect(await founder.prove()).toMatchObject({
      build: 'b1d',
      place: { address: '192.168.7.20', web: server.ports.web, chat: server.ports.chat },
    });
    founder.tell({ t: 'found', q: 1, token: tokenOf(server), room: ROOM, door: DOOR, info: INFO });
    await founder.next('founded');
    founder.tell({ t: 'follow', q: 2, room: ROOM, after: 0 });
    expect(await founder.next('page')).toMatchObject({ seq: 0, live: true });
    // In one event, in pieces across events, and more than fits in one poll.
    founder.tell(message(1), message(2));
    const run = Buffer.concat([encodeFrame(message(3)), encodeFrame(message(4))]);
    for (let at = 0; at < run.length; at += 12_000) founder.send(run.subarray(at, at + 12_000));
    const stored: number[] = [];
    const entries: Uint8Array[] = [];
    while (stored.length < 4) stored.push(...(await founder.next('stored')).acks.map(([, seq]) => seq));
    while (entries.length < 4) entries.push(...(await founder.next('entries')).entries);
    expect(stored).toEqual([1, 2, 3, 4]);
    // The same room by the other door.
    const native = await comeByTls(server.ports.chat, founder.keys);
    await native.prove();
    native.tell({ t: 'follow', q: 1, room: ROOM, after: 0 });
    const page = await native.next('page');
    native.tell({ t: 'follow', q: 2, room: ROOM, after: page.entries.length });
    expect([...page.entries, ...(await native.next('page')).entries]).toEqual(entries);
    native.tell(message(5));
    expect((await founder.next('entries')).entries).toHaveLength(1);
    expect(server.log.filter((line) => line.includes('#'))).toHaveLength(5);
  });

  test('hears why it is sent away, and the others go on', async () => {
    const url = `http://127.0.0.1:${server.ports.web}`;
    const [bad, good] = [await comeBySocketIo(url, options), await comeBySocketIo(url, options)];
    await Promise.all([bad.prove(), good.prove()]);
    bad.send(Uint8Array.of(0, 0, 0, 1, 0xff));
    expect(await bad.next('error')).toEqual({ t: 'error', code: 'bad_frame' });
    await bad.ended;
    good.tell({ t: 'ping' });
    await good.next('pong');
  });

  test.each([
    ['text', ['f', 'hello']],
    ['an object', ['f', { length: 4, 0: 1 }]],
    ['nothing', ['f']],
    ['bytes inside of something', ['f', { bytes: Buffer.alloc(3) }]],
  ])('that sends %s instead of bytes is answered like any malformed frame', async (_what, event) => {
    const guest = await comeBySocketIo(`http://127.0.0.1:${server.ports.web}`, options);
    guest.socket.emit(...(event as [string, ...unknown[]]));
    expect(await guest.next('error')).toEqual({ t: 'error', code: 'bad_frame' });
    await guest.ended;
  });

  test('may send other events, which are nothing', async () => {
    const guest = await comeBySocketIo(`http://127.0.0.1:${server.ports.web}`, options);
    guest.socket.emit('message', 'hello');
    guest.socket.emit('__proto__', {});
    await guest.prove();
  });

  test('is told over plain http that comes from elsewhere to come over https, and where', async () => {
    const port = server.ports.web;
    const through = { extraHeaders: { 'X-Forwarded-For': '192.168.7.50' } };
    const refusal = { message: 'tls_required', data: { code: 'tls_required', url: `https://127.0.0.1:${port}/` } };
    await expect(comeBySocketIo(`http://127.0.0.1:${port}`, { ...options, ...through })).rejects.toMatchObject(refusal);
    await (await comeBySocketIo(`https://127.0.0.1:${port}`, { ...options, ...through })).prove();
  });

  test('does not get in from a page of another site', async () => {
    for (const scheme of ['http', 'https']) {
      const visit = comeBySocketIo(`${scheme}://127.0.0.1:${server.ports.web}`, {
        ...options,
        extraHeaders: { Origin: 'https://evil.example' },
      });
      await expect(visit).rejects.toThrow(/error/);
    }
  });

  test('does not get into another namespace', async () => {
    await expect(comeBySocketIo(`http://127.0.0.1:${server.ports.web}/admin`, options)).rejects.toThrow('Invalid namespace');
  });

  test('is one of so many from one address', async () => {
    const crowded = await runServer({ limits: { connectionsPerAddress: 2 } });
    const url = `http://127.0.0.1:${crowded.ports.web}`;
    const [first, second] = [await comeBySocketIo(url, options), await comeBySocketIo(url, options)];
    const third = await comeBySocketIo(url, options);
    expect(await third.next('error')).toEqual({ t: 'error', code: 'too_many_connections' });
    await third.ended;
    await first.prove();
    second.close();
    await expect.poll(async () => (await comeBySocketIo(url, options)).prove()).toBeDefined();
  });

  test('is told that the relay stops, which frees its ports', async () => {
    const stopping = await runServer();
    const guest = await comeBySocketIo(`https://127.0.0.1:${stopping.ports.web}`, options);
    await guest.prove();
    const began = Date.now();
    await stopping.stop();
    expect(Date.now() - began).toBeLessThan(4_000);
    expect(await guest.next('error')).toEqual({ t: 'error', code: 'shutting_down' });
    await guest.ended;
    await runServer({ ports: stopping.ports });
  });
});

test.each(['http', 'https'])('a name that is not the relay’s leads nowhere over %s', async (scheme) => {
  // On long polling this client does not let its Host be chosen; web-http.test.ts has that.
  const visit = (host: string) =>
    comeBySocketIo(`${scheme}://127.0.0.1:${server.ports.web}`, { transports: ['websocket'], extraHeaders: { Host: host } });
  await expect(visit('evil.example')).rejects.toThrow(/error/);
  const named = visit('192.168.7.20');
  if (scheme === 'https') await (await named).prove();
  else await expect(named).rejects.toMatchObject({ data: { code: 'tls_required', url: 'https://192.168.7.20/' } });
});

test('the build in the welcome is the one of the page that is served, empty where there is none', async () => {
  const guest = await comeBySocketIo(`http://127.0.0.1:${server.ports.web}`);
  expect((await guest.prove()).build).toBe('b1d');
  const bare = await runServer({ webRoot: '/nonexistent' });
  expect((await (await comeBySocketIo(`http://127.0.0.1:${bare.ports.web}`)).prove()).build).toBe('');
});

test('the place in the welcome is where others reach the relay: the likeliest address, and its ports', async () => {
  const lan = {
    name: 'wlan0',
    address: '10.1.2.3',
    family: 'IPv4',
    netmask: '255.0.0.0',
    cidr: '10.1.2.3/8',
    mac: '02:00:00:00:00:09',
    internal: false,
  } as const;
  const bridge = { ...lan, name: 'docker0', address: '172.17.0.1' };
  const running = await runServer({ machine: createMachine(bridge, { ...lan, address: 'fe80::1', family: 'IPv6' }, lan) });
  const guest = await comeBySocketIo(`http://127.0.0.1:${running.ports.web}`);
  expect((await guest.prove()).place).toEqual({ address: '10.1.2.3', web: running.ports.web, chat: running.ports.chat });
  expect(running.addresses).toEqual(['10.1.2.3', '172.17.0.1']);
});
