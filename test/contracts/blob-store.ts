import { afterEach, describe, expect, it } from 'vitest';
import type { Blob, BlobStore } from '../../src/server/blobs/blob-store.ts';

/** One place that can be opened again and again, as after a restart. */
export interface BlobPlace {
  open(): Promise<{ readonly store: BlobStore; close(): Promise<void> }>;
  destroy(): Promise<void>;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const idOf = (digit: number) => `${digit}`.repeat(32);
const blobOf = (digit: number, more: Partial<Blob> = {}): Blob => ({
  id: idOf(digit),
  room: '0a'.repeat(16),
  device: '0b'.repeat(32),
  length: null,
  offset: 0,
  made: 1_700_000_000_000,
  touched: 1_700_000_000_000,
  kept: false,
  ...more,
});

/** What every engine behind the BlobStore port does. */
export function blobStoreContract(name: string, create: () => Promise<BlobPlace>): void {
  describe(`BlobStore: ${name}`, () => {
    let place: BlobPlace | undefined;
    let close = async (): Promise<void> => {};

    /** Opens it anew. */
    async function open(): Promise<BlobStore> {
      place ??= await create();
      await close();
      const opened = await place.open();
      close = opened.close;
      return opened.store;
    }

    afterEach(async () => {
      await close();
      await place?.destroy();
      close = async () => {};
      place = undefined;
    });

    async function list(store: BlobStore): Promise<Blob[]> {
      const blobs: Blob[] = [];
      for await (const blob of store.list()) blobs.push(blob);
      return blobs.toSorted((a, b) => a.id.localeCompare(b.id));
    }

    async function add(store: BlobStore, digit: number, text: string, length: number | null = null): Promise<Blob> {
      const writer = await store.append(idOf(digit));
      await writer.write([bytes(text)]);
      const blob = await writer.commit(length, 1_700_000_001_000);
      await writer.close();
      return blob;
    }

    async function content(store: BlobStore, digit: number, from = 0, length = 100): Promise<string> {
      const reader = await store.read(idOf(digit));
      const target = new Uint8Array(length);
      const filled = await reader.read(target, from);
      await reader.close();
      return new TextDecoder().decode(target.subarray(0, filled));
    }

    it('begins empty, and knows nothing of what was not made', async () => {
      const store = await open();
      expect(await list(store)).toEqual([]);
      expect(await store.find(idOf(1))).toBeUndefined();
      await expect(store.append(idOf(1))).rejects.toMatchObject({ code: 'unknown_file' });
      await store.keep(idOf(1));
      await store.remove(idOf(1));
      expect(await store.find(idOf(1))).toBeUndefined();
    });

    it('keeps what is known of each, over a restart', async () => {
      const made = [blobOf(1), blobOf(2, { length: 12, room: '0c'.repeat(16) })];
      const first = await open();
      for (const blob of made) await first.create(blob);
      await first.keep(idOf(2));
      const store = await open();
      expect(await list(store)).toEqual([made[0], { ...made[1], kept: true }]);
      expect(await store.find(idOf(2))).toEqual({ ...made[1], kept: true });
    });

    it('adds pieces in the order in which they were given, several under way, and says what counts now', async () => {
      const store = await open();
      await store.create(blobOf(1));
      const writer = await store.append(idOf(1));
      const writes = ['one ', 'two ', 'three '].map((text) => writer.write([bytes(text), bytes('· ')]));
      writer.flush();
      await Promise.all(writes);
      expect(await writer.commit(null, 1_700_000_002_000)).toMatchObject({ offset: 23, length: null, touched: 1_700_000_002_000 });
      await writer.write([bytes('four')]);
      expect(await writer.commit(27, 1_700_000_003_000)).toMatchObject({ offset: 27, length: 27 });
      await writer.close();
      expect(await content(await open(), 1)).toBe('one · two · three · four');
    });

    it('commits what was given before, also while more is being written', async () => {
      const store = await open();
      await store.create(blobOf(1));
      const writer = await store.append(idOf(1));
      const first = writer.write([bytes('first')]);
      const committed = writer.commit(null, 1);
      const second = writer.write([bytes('second')]);
      expect((await committed).offset).toBe(5);
      await Promise.all([first, second]);
      await writer.close();
      expect(await store.find(idOf(1))).toMatchObject({ offset: 5 });
    });

    it('throws away what was not committed, also where a shorter end comes in its place', async () => {
      const store = await open();
      await store.create(blobOf(1));
      await add(store, 1, 'kept ');
      const writer = await store.append(idOf(1));
      await writer.write([bytes('a long end that is never committed')]);
      await writer.close();
      expect(await store.find(idOf(1))).toMatchObject({ offset: 5 });
      await add(store, 1, 'end', 8);
      expect(await store.find(idOf(1))).toMatchObject({ offset: 8, length: 8 });
      expect(await content(store, 1)).toBe('kept end');
    });

    it('reads from anywhere, and less only at the end', async () => {
      const store = await open();
      await store.create(blobOf(1));
      await add(store, 1, 'abcdefgh', 8);
      expect([await content(store, 1, 2, 3), await content(store, 1, 6, 10), await content(store, 1, 8, 10)]).toEqual(['cde', 'gh', '']);
    });

    it('removes one and leaves the others, and lets readers end', async () => {
      const store = await open();
      for (const digit of [1, 2]) {
        await store.create(blobOf(digit));
        await add(store, digit, 'text', 4);
      }
      const reader = await store.read(idOf(1));
      await store.remove(idOf(1));
      const target = new Uint8Array(4);
      expect([await reader.read(target, 0), new TextDecoder().decode(target)]).toEqual([4, 'text']);
      await reader.close();
      expect(await list(await open())).toEqual([expect.objectContaining({ id: idOf(2), offset: 4, length: 4 })]);
    });

    it('does not bring back one that was removed while it was written', async () => {
      const store = await open();
      await store.create(blobOf(1));
      const writer = await store.append(idOf(1));
      await writer.write([bytes('text')]);
      await store.remove(idOf(1));
      await expect(writer.commit(4, 1)).rejects.toMatchObject({ code: 'unknown_file' });
      await writer.close();
      expect(await store.find(idOf(1))).toBeUndefined();
    });
  });
}
