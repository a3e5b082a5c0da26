import { expect, test } from 'vitest';
import { encodeFolderIndex } from '../../src/client/files/folder-index.ts';
import { same } from '../support/bytes.ts';
import { codeOf, settle } from './settling.ts';
import { fileIn, withTwo } from './sharing.ts';

const files = [
  { path: 'b/two.txt', size: 3, modified: 1, bytes: Buffer.from('two') },
  { path: 'a.txt', size: 300_000, modified: 2, bytes: Buffer.alloc(300_000, 'a') },
  { path: 'empty/', size: 0, modified: 3, bytes: Buffer.alloc(0) },
];

test('a folder is one file, of which each can be opened alone', async () => {
  const { world, room, ana, juan } = await withTwo(1);
  const { bytes: index, files: placed, size } = encodeFolderIndex(files);
  ana.places.files.set('holiday', Buffer.concat([index, ...placed.map((file) => file.bytes)]));
  const source = { ...ana.places.source('holiday'), folder: { files: files.length, index: index.length } };
  await settle(world, ana.client?.files.upload(room, source));
  const { file } = await fileIn(world, juan, room, 'holiday');
  expect(file).toMatchObject({ files: 3, size });
  const asked = () => world.blobs.requests.filter((one) => one.startsWith('fetch')).length;
  const entries = await settle(world, juan.client?.files.index(room, file.id));
  expect(entries?.map((entry) => [entry.path, entry.size])).toEqual([
    ['a.txt', 300_000],
    ['b/two.txt', 3],
    ['empty/', 0],
  ]);
  // It is read once.
  const before = asked();
  expect(await juan.client?.files.index(room, file.id)).toBe(entries);
  expect(asked()).toBe(before);
  for (const { path, offset, size: length } of entries ?? []) {
    const pieces: Uint8Array[] = [];
    const read = async () => {
      for await (const piece of juan.client?.files.read(room, file.id, { offset, length }) ?? []) pieces.push(piece);
    };
    await settle(world, read());
    const original = files.find((one) => one.path === path)?.bytes as Uint8Array;
    expect(same(Buffer.concat(pieces), original), path).toBe(true);
  }
});

test('a folder whose index is said to be larger than anything is not even fetched', async () => {
  const { world, room, ana, juan } = await withTwo(2);
  ana.places.files.set('huge', new Uint8Array(100));
  for (const index of [101, 20 * 1024 * 1024]) {
    const name = `huge ${index}`;
    const source = { ...ana.places.source('huge'), name, folder: { files: 1, index } };
    await settle(world, ana.client?.files.upload(room, source));
    const { file } = await fileIn(world, juan, room, name);
    const before = world.blobs.requests.length;
    expect(await codeOf(world, juan.client?.files.index(room, file.id))).toBe('folder_damaged');
    expect(world.blobs.requests.slice(before).filter((one) => one === `fetch ${file.id}`)).toEqual([]);
  }
});
