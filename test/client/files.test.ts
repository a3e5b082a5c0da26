import { expect, test } from 'vitest';
import { bytesOf, same } from '../support/bytes.ts';
import { fileIn, received, withTwo } from './sharing.ts';
import { eventsOf, settle, until } from './settling.ts';

test.each([0, 1, 262_112, 262_113, 524_224, 1_500_000])('a file of %i bytes is sent and fetched', async (size) => {
  const { world, room, ana, juan } = await withTwo(1);
  ana.places.files.set('notes.txt', bytesOf(size));
  await settle(world, ana.client?.files.upload(room, ana.places.source('notes.txt')));
  const item = await fileIn(world, juan, room, 'notes.txt');
  expect(item).toMatchObject({ from: 'Ana', own: false, file: { name: 'notes.txt', type: 'text/plain', size, files: null } });
  await settle(world, juan.client?.files.download(room, item.file.id.slice(0, 6), juan.places.sink('notes.txt')));
  expect(same(await received(world, juan, 'notes.txt'), bytesOf(size))).toBe(true);
  // Nothing of it is left to do, for anybody.
  await until(world, () => world.blobs.blobs.get(item.file.id)?.kept === true && !world.disks.busy);
  for (const person of [ana, juan]) {
    expect(person.client?.files.transfers()).toEqual([]);
    expect([...person.values.keys()].filter((key) => /^(transfer|owed)/.test(key))).toEqual([]);
  }
  expect(eventsOf(ana, 'transfer').at(-1)?.transfer).toMatchObject({ state: 'done', done: size, total: size, error: null });
});
