import { describe, expect, test } from 'vitest';
import { createFileSealer, SEALED_FILE } from '../../src/crypto/index.ts';
import type { Person } from '../sim/world.ts';
import { codeOf, settle, until } from './settling.ts';
import { outcome, remains, share, transferOf, withTwo } from './sharing.ts';

const { header, segment, plain } = SEALED_FILE;
const LONG = 5 * plain + 77;

/** Segment `i` of a sealed blob. */
const from = (i: number) => header + i * segment;
const spliced = (...parts: Uint8Array[]) => Uint8Array.from(Buffer.concat(parts));
const flipped = (at: number) => (blob: Uint8Array) => Uint8Array.from(blob, (byte, i) => (i === at ? byte ^ 1 : byte));

type Lie = (blob: Uint8Array, other: Uint8Array) => Uint8Array;

const lies: ReadonlyArray<readonly [what: string, lie: Lie]> = [
  ['one bit of the header is another', flipped(11)],
  ['one bit of the parameters is another', flipped(0)],
  ['one bit of the first segment is another', flipped(from(0) + 500)],
  ['one bit of a tag is another', flipped(from(3) - 1)],
  ['the last byte is another', (blob) => flipped(blob.length - 1)(blob)],
  [
    'two segments changed places',
    (blob) => spliced(blob.subarray(0, from(1)), blob.subarray(from(2), from(3)), blob.subarray(from(1), from(2)), blob.subarray(from(3))),
  ],
  ['a segment is there twice', (blob) => spliced(blob.subarray(0, from(2)), blob.subarray(from(1), from(2)), blob.subarray(from(3)))],
  ['a segment is left out', (blob) => spliced(blob.subarray(0, from(1)), blob.subarray(from(2)))],
  ['it ends behind a segment', (blob) => blob.slice(0, from(4))],
  ['it ends within a segment', (blob) => blob.slice(0, from(4) + 1000)],
  ['it ends with the header', (blob) => blob.slice(0, header)],
  ['nothing comes', () => new Uint8Array(0)],
  ['something comes behind it', (blob) => spliced(blob, new Uint8Array(1))],
  [
    'a segment of another file of the same author is in its place',
    (blob, other) => spliced(blob.subarray(0, from(2)), other.subarray(from(2), from(3)), blob.subarray(from(3))),
  ],
  ['it is another file of the same author', (_blob, other) => other],
];

describe('a relay that gives out something else', () => {
  test.each(lies)('is noticed where %s, and nothing of it stays', async (_what, lie) => {
    const { world, room, ana, juan } = await withTwo(1);
    const item = await share(world, ana, juan, room, 'long', LONG);
    const second = await share(world, ana, juan, room, 'other', LONG);
    const other = world.blobs.blobs.get(second.file.id)?.bytes as Uint8Array;
    world.blobs.lie = (blob) => lie(blob, other);
    const id = await settle(world, juan.client?.files.download(room, item.file.id, juan.places.sink('long')));
    expect(await outcome(world, juan, id)).toEqual({ state: 'failed', code: 'file_damaged', path: null });
    const { sink, ended } = juan.places.pipe();
    const piped = await settle(world, juan.client?.files.download(room, item.file.id, sink));
    expect(await outcome(world, juan, piped)).toMatchObject({ state: 'failed', code: 'file_damaged' });
    expect(ended()).toBe('abandoned');
    expect([...juan.places.files.keys(), ...juan.places.partial.keys(), ...remains(juan)]).toEqual([]);
  });

  test('is noticed where a member helps it, who has the key and sealed something else', async () => {
    const { world, room, ana, juan } = await withTwo(6);
    const item = await share(world, ana, juan, room, 'long', LONG);
    const sealer = createFileSealer(Buffer.from(item.file.key, 'hex'));
    const other: Uint8Array[] = [sealer.header];
    for (let i = 0; i < 6; i++) other.push(await sealer.seal(i, new Uint8Array(i < 5 ? plain : 77), i === 5));
    world.blobs.lie = () => spliced(...other);
    const id = await settle(world, juan.client?.files.download(room, item.file.id, juan.places.sink('long')));
    expect(await outcome(world, juan, id)).toMatchObject({ state: 'failed', code: 'file_damaged' });
    expect([...juan.places.files.keys(), ...juan.places.partial.keys()]).toEqual([]);
  });

  test('is noticed also after a restart in the middle: what was opened before counts', async () => {
    const { world, room, ana, juan } = await withTwo(2);
    // Long enough that something of it is said to be on disk.
    const item = await share(world, ana, juan, room, 'long', 70 * plain);
    const second = await share(world, ana, juan, room, 'other', 70 * plain);
    const id = await settle(world, juan.client?.files.download(room, item.file.id, juan.places.sink('long')));
    await until(world, () => (transferOf(juan, id)?.done ?? 0) > 65 * plain);
    await juan.kill();
    world.blobs.lie = (blob) =>
      spliced(blob.subarray(0, from(66)), world.blobs.blobs.get(second.file.id)?.bytes.subarray(from(66)) as Uint8Array);
    await world.restart(juan);
    expect(transferOf(juan, id)?.done).toBe(64 * plain);
    expect(await outcome(world, juan, id)).toMatchObject({ state: 'failed', code: 'file_damaged' });
    expect([...juan.places.files.keys(), ...juan.places.partial.keys()]).toEqual([]);
  });
});

describe('ranges', () => {
  test.each(lies.slice(0, 5))('are authentic by themselves: %s', async (_what, lie) => {
    const { world, room, ana, juan } = await withTwo(3);
    const item = await share(world, ana, juan, room, 'long', LONG);
    world.blobs.lie = (blob) => lie(blob, blob);
    expect(await codeOf(world, collect(juan, room, item.file.id, 0, LONG))).toBe('file_damaged');
  });

  test('give the bytes that were asked for, and fetch little more', async () => {
    const { world, room, ana, juan } = await withTwo(4);
    const item = await share(world, ana, juan, room, 'long', LONG);
    const bytes = ana.places.files.get('long') as Uint8Array;
    for (const [offset, length] of [
      [0, 1],
      [plain - 1, 2],
      [plain, plain],
      [LONG - 5, 100],
      [0, LONG],
      [3 * plain + 7, plain + 1],
    ] as const) {
      expect(
        Buffer.compare(await settle(world, collect(juan, room, item.file.id, offset, length)), bytes.subarray(offset, offset + length)),
      ).toBe(0);
    }
    expect(await settle(world, collect(juan, room, item.file.id, LONG, 5))).toHaveLength(0);
    expect(await settle(world, collect(juan, room, item.file.id, 7, 0))).toHaveLength(0);
  });

  test('of what is gone say so', async () => {
    const { world, room, ana, juan } = await withTwo(5);
    const item = await share(world, ana, juan, room, 'long', 10);
    world.blobs.blobs.clear();
    expect(await codeOf(world, collect(juan, room, item.file.id, 0, 1))).toBe('file_gone');
    expect(await codeOf(world, juan.client?.files.index(room, item.file.id))).toBe('not_a_folder');
  });
});

async function collect({ client }: Person, room: string, file: string, offset: number, length: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of client?.files.read(room, file, { offset, length }) ?? []) pieces.push(piece);
  return Buffer.concat(pieces);
}
