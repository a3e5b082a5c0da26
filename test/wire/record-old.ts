/**
 * Writes down what today's programs leave on disk: `npx tsx test/wire/record-old.ts`. Once for each release, and before 0.1.0 whenever
 * protocol or stores are changed on purpose; old-with-new.test.ts opens all that was recorded.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '../../src/client/index.ts';
import { openNodeClient } from '../../src/client/node/index.ts';
import { parseLinkFragment, PROGRAM_VERSION, toHex } from '../../src/protocol/index.ts';
import { type Machine, startServer } from '../../src/server/index.ts';
import { type Line, OLD_FOLDER, type OldData, pack } from './old-data.ts';

/** Some machine: the relay's certificate names its addresses. */
const MACHINE: Machine = {
  addresses: () => [
    {
      name: 'eth0',
      address: '192.168.1.20',
      family: 'IPv4',
      netmask: '255.255.255.0',
      cidr: '192.168.1.20/24',
      mac: '02:00:00:00:00:01',
      internal: false,
    },
  ],
  hostname: () => 'casa',
  platform: 'linux',
};

const folder = mkdtempSync(join(tmpdir(), 'corrillo-old-'));
try {
  writeFileSync(join(OLD_FOLDER, `${PROGRAM_VERSION}.json`), `${JSON.stringify(await record(), null, 1)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function record(): Promise<OldData> {
  const server = await startServer({ data: join(folder, 'relay'), ports: { web: 0, chat: 0 }, files: null, machine: MACHINE });
  const { secret: token } = parseLinkFragment((server.founder as string).split('#')[1] as string) as { secret: Uint8Array };
  const enter = (name: string) =>
    openNodeClient({ host: '127.0.0.1', chatPort: server.ports.chat, folder: join(folder, name), expectRelay: server.relayKey });

  const ana = await enter('ana');
  const room = await ana.found(token, { name: 'Ana', title: 'Casa' });
  await say(ana, 'the first line');
  const juan = await enter('juan');
  await juan.join(await ana.invite(room), { name: 'Juan' });
  await say(juan, 'hola — “你好” 👋');
  await juan.rename(room, 'Juan Pablo');
  // Somebody comes and goes, somebody else is removed: the link that is in force is not the first.
  const luis = await enter('luis');
  await luis.join(await ana.invite(room), { name: 'Luis' });
  await say(luis, 'here for a moment');
  await luis.leave(room);
  const eva = await enter('eva');
  await eva.join(await ana.invite(room), { name: 'Eva' });
  await until(ana, () => ana.view(room).members.some(({ name }) => name === 'Eva'));
  await ana.remove(room, eva.device);
  await until(ana, () => ana.view(room).members.length === 2 && !ana.view(room).changing);
  const heard = [ana, juan].map((client) => hears(client, 'two of us'));
  await say(ana, 'two of us');
  await Promise.all(heard);
  const { secret } = await ana.invite(room);

  const lines = { ana: await linesOf(ana), juan: await linesOf(juan) };
  const waiting = 'written while the relay was away';
  await Promise.all([luis.close(), eva.close()]);
  await server.stop();
  await ana.send(room, waiting);
  await Promise.all([ana.close(), juan.close()]);

  const names = new Map(juan.view(room).members.map(({ device, name }) => [device, name]));
  return {
    version: PROGRAM_VERSION,
    room,
    secret: toHex(secret),
    relayKey: toHex(server.relayKey),
    lines,
    members: [...names.values()].toSorted(),
    waiting,
    files: { ...pack(join(folder, 'relay'), 'relay'), ...pack(join(folder, 'ana'), 'ana'), ...pack(join(folder, 'juan'), 'juan') },
  };

  async function say(client: Client, text: string): Promise<void> {
    await client.send(room, text);
    await client.flush(10_000);
  }

  async function linesOf(client: Client): Promise<Line[]> {
    const items = await client.history(room, { limit: 100 });
    return items.flatMap((item) => (item.kind === 'text' ? [{ from: item.from, text: item.text }] : []));
  }
}

function hears(client: Client, text: string): Promise<void> {
  return new Promise((resolve) => {
    const off = client.on((event) => {
      if (event.event !== 'item' || event.item.kind !== 'text' || event.item.text !== text) return;
      off();
      resolve();
    });
  });
}

function until(client: Client, done: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const off = client.on(look);
    function look(): void {
      if (!done()) return;
      off();
      resolve();
    }
    look();
  });
}
