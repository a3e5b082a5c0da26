import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fromHex } from '../../src/protocol/index.ts';
import { openLmdb } from '../../src/server/index.ts';
import { unpack } from '../wire/old-data.ts';
import { temporaryFolder } from './running.ts';
import { createWorld } from './world.ts';

test('the one room of a relay of 0.0.1 is the front room, at which nobody can knock yet', async () => {
  const folder = temporaryFolder();
  const old = unpack('0.0.1.json', folder);
  const storage = openLmdb(join(folder, 'relay', 'rooms'));
  const { join: connect, relay } = await createWorld(storage);
  expect(relay.founded).toBe(true);
  const room = fromHex(old.room) as Uint8Array;
  const stranger = await connect();
  expect(await stranger.ask({ t: 'front', q: 1 })).toEqual({ t: 'front', q: 1, room, open: null, knock: null });
  expect(await stranger.ask({ t: 'knock', q: 2, room, body: new Uint8Array(1) })).toMatchObject({ code: 'knock_closed' });
  await storage.close();
});
