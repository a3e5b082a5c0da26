import { expect, it } from 'vitest';
import { openBlob } from '../../../src/client/files/open-blob.ts';
import type { FolderEntry } from '../../../src/client/index.ts';

/** Blobs that lie at relays already: whatever changes, these open. The key is 00 01 02 … 1f. */
const KEY = Uint8Array.from({ length: 32 }, (_, i) => i);
const RECORDED = [
  {
    folder: false,
    blob: [
      '00000004000000000020ea173bc5000858a151312a6fd92a33cedeb8279bfd8d54f35f5c8d95fedb89e0a9d42c04b5110ce5fb7f65bde7f127f6c4c5ef0afd0f',
      '67b15e7ec4c666fd4c8000000030e9242dc719275df58a1bdd007bd650934d56d5c0e644a695e2e0f3b9707a27a65392199e91c3b21c9312f6c0',
    ].join(''),
    hash: 'ecf41df458c5716f5ceb42fa8fa9fc14b3f00555b3d8a577a7df6a08abb0a443',
  },
  {
    folder: true,
    blob: [
      '000000040000000000204b909666df7d1384ed021b7447d266b7f6880128afc46d45f2b9ef8253e5913b9cb017858b3967eed14f6902abe04149cee3bf7a0cfa',
      'd72dbb12ec1becc939ec000000403c95abc41a16bce135005d280e7fb6bf781991744b1b0b138f9595ed877343087f08ad45739ec7a9d5fe454f2fa10581939a',
      'd0ba2e37693ec3375ff3',
    ].join(''),
    hash: 'c5761089321a7af5f8f8415e7c8597760e5d0bdeeea78b2684ee2aa8ebcedb2d',
  },
];

it.each(RECORDED)('opens what was sealed once (folder: $folder)', async ({ folder, blob, hash }) => {
  const bytes = Buffer.from(blob, 'hex');
  const pieces: Uint8Array[] = [];
  let entries: readonly FolderEntry[] | null = null;
  const done = async () => {};
  const sink = { place: null, seekable: false, begin: done, sync: done, abandon: done, close: done, finish: async () => 'done' };
  const read = async (target: Uint8Array, offset: number) => void bytes.copy(target, 0, offset);
  const secret = { key: KEY, hash: Buffer.from(hash, 'hex'), folder };
  const opened = openBlob({ length: bytes.length, read }, secret, (_size, found) => {
    entries = found;
    return { ...sink, write: async (piece) => void pieces.push(Uint8Array.from(piece)) };
  });
  expect(await opened).toBe('done');
  const plain = Buffer.concat(pieces);
  if (!folder) {
    expect(plain.toString()).toBe('Hello, Corrillo.');
    return;
  }
  const offset = plain.length - 5;
  expect(entries).toEqual([
    { path: 'a/ñ.txt', size: 5, modified: 1_700_000_000_000, offset },
    { path: 'b/', size: 0, modified: 0, offset: plain.length },
  ]);
  expect(plain.subarray(offset).toString()).toBe('hello');
});
