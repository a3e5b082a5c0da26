import { expect, test } from 'vitest';
import { LIMITS, parseLinkFragment } from '../../src/protocol/index.ts';
import { comeBySocketIo, comeByTls, type Guest } from './guest.ts';
import { type Running, runServer } from './running.ts';
import { createKeys, DOOR, INFO, type Keys, ROOM } from './world.ts';

/** Comes in, and gives back what makes it read no more. */
type Come = (server: Running, keys: Keys) => Promise<readonly [guest: Guest, stopReading: () => void]>;

const comeByWeb =
  (transport: 'websocket' | 'polling', stop: (engineTransport: { doPoll: () => void; ws: { pause(): void } }) => void): Come =>
  async ({ ports }, keys) => {
    const guest = await comeBySocketIo(`http://127.0.0.1:${ports.web}`, { transports: [transport] }, keys);
    return [guest, () => stop(guest.socket.io.engine.transport as never)];
  };

test.each<[string, Come]>([
  [
    'TLS',
    async ({ ports }, keys) => {
      const guest = await comeByTls(ports.chat, keys);
      return [guest, () => guest.socket.pause()];
    },
  ],
  ['WebSocket', comeByWeb('websocket', ({ ws }) => ws.pause())],
  ['long polling', comeByWeb('polling', (transport) => (transport.doPoll = () => {}))],
])('who follows over %s and does not read is sent away, and gets the rest when it comes again', async (_name, come) => {
  const server = await runServer({ limits: { sendQueue: 400_000 } });
  const keys = createKeys();
  const founder = await comeByTls(server.ports.chat, keys);
  await founder.prove();
  const token = parseLinkFragment((server.founder as string).split('#')[1] as string)?.secret as Uint8Array;
  founder.tell({ t: 'found', q: 1, token, room: ROOM, door: DOOR, info: INFO });
  await founder.next('founded');
  const [reader, stopReading] = await come(server, keys);
  await reader.prove();
  reader.tell({ t: 'follow', q: 1, room: ROOM, after: 0 });
  await reader.next('page');
  stopReading();
  let sent = 0;
  const isOut = () => server.log.some((line) => line.endsWith('too_slow'));
  while (!isOut() && sent < 400) {
    const id = new Uint8Array(16);
    new DataView(id.buffer).setUint32(0, ++sent);
    founder.tell({ t: 'append', room: ROOM, id, kind: 'message', epoch: 0, body: new Uint8Array(LIMITS.body) });
    await founder.next('stored');
  }
  expect(isOut()).toBe(true);
  const [again] = await come(server, keys);
  await again.prove();
  again.tell({ t: 'follow', q: 1, room: ROOM, after: sent - 1 });
  expect(await again.next('page')).toMatchObject({ seq: sent, live: true });
});
