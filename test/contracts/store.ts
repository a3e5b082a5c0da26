import { afterEach, describe, expect, it } from 'vitest';
import type { Store } from '../../src/client/ports.ts';

/** One place that can be opened again and again, as after a restart. */
export interface StorePlace {
  open(): Promise<Store>;
  destroy(): Promise<void>;
}

const bytes = (...values: number[]) => Uint8Array.from(values);
const plain = (pairs: ReadonlyArray<readonly [string, Uint8Array]>) => pairs.map(([key, value]) => [key, [...value]]);
const names = (pairs: ReadonlyArray<readonly [string, Uint8Array]>) => pairs.map(([key]) => key);

/** What every engine behind the Store port does. `persistent: false` for engines that forget with the process. */
export function storeContract(name: string, create: () => Promise<StorePlace>, { persistent = true } = {}): void {
  describe(`Store: ${name}`, () => {
    let place: StorePlace | undefined;
    let store: Store | undefined;

    async function open(): Promise<Store> {
      place ??= await create();
      store = await place.open();
      return store;
    }

    async function reopen(): Promise<Store> {
      await store?.close();
      return open();
    }

    afterEach(async () => {
      await store?.close();
      await place?.destroy();
      place = store = undefined;
    });

    async function filled(): Promise<Store> {
      const opened = await open();
      // Written out of order, with neighbours on both sides of each prefix.
      const keys = ['b/2', 'a/9', 'b/10', 'b', 'c/1', 'b/1', 'b0', 'b/3', 'b/'];
      await opened.write(new Map(keys.map((key, i) => [key, bytes(i)])));
      return opened;
    }

    // What only a store on disk can promise is no test of one in memory, not one that is skipped.
    const itOnDisk = persistent ? it : () => {};

    it('gives what was written, and undefined for what was not', async () => {
      const opened = await open();
      await opened.write(new Map([['one', bytes(1, 2, 3)]]));
      expect([...((await opened.get('one')) as Uint8Array)]).toEqual([1, 2, 3]);
      expect(await opened.get('two')).toBeUndefined();
      expect(await opened.get('on')).toBeUndefined();
    });

    itOnDisk('gives Uint8Arrays that are the reader’s own', async () => {
      const opened = await open();
      const written = bytes(1, 2, 3);
      await opened.write(new Map([['one', written]]));
      written[0] = 9;
      const read = (await opened.get('one')) as Uint8Array;
      expect(read).toBeInstanceOf(Uint8Array);
      expect(read[0]).toBe(1);
      read[1] = 9;
      expect(((await opened.get('one')) as Uint8Array)[1]).toBe(2);
    });

    it('lists a prefix in key order, and nothing beside it', async () => {
      const opened = await filled();
      expect(names(await opened.list('b/'))).toEqual(['b/', 'b/1', 'b/10', 'b/2', 'b/3']);
      expect(names(await opened.list(''))).toEqual(['a/9', 'b', 'b/', 'b/1', 'b/10', 'b/2', 'b/3', 'b0', 'c/1']);
      expect(await opened.list('d/')).toEqual([]);
      expect(plain(await opened.list('b/1'))).toEqual([
        ['b/1', [5]],
        ['b/10', [2]],
      ]);
    });

    it('lists backwards', async () => {
      const opened = await filled();
      expect(plain(await opened.list('b/', { reverse: true, limit: 2 }))).toEqual([
        ['b/3', [7]],
        ['b/2', [0]],
      ]);
    });

    it('begins after a key, whether that key exists or not', async () => {
      const opened = await filled();
      expect(names(await opened.list('b/', { after: 'b/10' }))).toEqual(['b/2', 'b/3']);
      expect(names(await opened.list('b/', { after: 'b/11' }))).toEqual(['b/2', 'b/3']);
      expect(names(await opened.list('b/', { after: 'b/2', reverse: true }))).toEqual(['b/10', 'b/1', 'b/']);
      expect(names(await opened.list('b/', { after: 'b/11', reverse: true }))).toEqual(['b/10', 'b/1', 'b/']);
    });

    it('takes an `after` outside the prefix for what it is', async () => {
      const opened = await filled();
      expect(names(await opened.list('b/', { after: 'a' }))).toEqual(['b/', 'b/1', 'b/10', 'b/2', 'b/3']);
      expect(await opened.list('b/', { after: 'c' })).toEqual([]);
      expect(names(await opened.list('b/', { after: 'c', reverse: true }))).toEqual(['b/3', 'b/2', 'b/10', 'b/1', 'b/']);
      expect(await opened.list('b/', { after: 'a', reverse: true })).toEqual([]);
    });

    it('keeps to the limit', async () => {
      const opened = await filled();
      expect(names(await opened.list('b/', { limit: 2 }))).toEqual(['b/', 'b/1']);
      expect(await opened.list('b/', { limit: 0 })).toEqual([]);
      expect(await opened.list('b/', { limit: 0, reverse: true })).toEqual([]);
      expect(await opened.list('b/', { limit: 50 })).toHaveLength(5);
    });

    it('deletes with null, in one batch with writes', async () => {
      const opened = await filled();
      await opened.write(
        new Map<string, Uint8Array | null>([
          ['b/1', null],
          ['b/2', bytes(42)],
          ['b/4', bytes(4)],
          ['never/was', null],
        ]),
      );
      expect(plain(await opened.list('b/'))).toEqual([
        ['b/', [8]],
        ['b/10', [2]],
        ['b/2', [42]],
        ['b/3', [7]],
        ['b/4', [4]],
      ]);
    });

    itOnDisk('writes nothing of a batch in which one value cannot be stored', async () => {
      const opened = await open();
      await opened.write(new Map([['a', bytes(1)]]));
      const bad = new Map<string, Uint8Array | null>([
        ['a', bytes(2)],
        ['b', bytes(2)],
        ['c', (() => {}) as unknown as Uint8Array],
      ]);
      await expect(opened.write(bad)).rejects.toMatchObject({ code: 'storage_failed' });
      expect(plain(await opened.list(''))).toEqual([['a', [1]]]);
    });

    it('accepts an empty batch and empty values', async () => {
      const opened = await open();
      await opened.write(new Map());
      await opened.write(new Map([['empty', new Uint8Array()]]));
      expect(await opened.get('empty')).toHaveLength(0);
    });

    it('stores a view without what surrounds it', async () => {
      const opened = await open();
      const around = new Uint8Array(1000).fill(7);
      await opened.write(new Map([['view', around.subarray(10, 13)]]));
      expect([...((await opened.get('view')) as Uint8Array)]).toEqual([7, 7, 7]);
    });

    it('holds values of a megabyte', async () => {
      const opened = await open();
      const large = new Uint8Array(1024 * 1024).map((_, i) => i % 251);
      await opened.write(new Map([['large', large]]));
      expect(Buffer.compare(Buffer.from((await opened.get('large')) as Uint8Array), Buffer.from(large))).toBe(0);
    });

    it('keeps concurrent batches whole, the last one asked for winning', async () => {
      const opened = await open();
      await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          opened.write(
            new Map([
              ['x', bytes(i)],
              ['y', bytes(i)],
              [`z/${String(i).padStart(2, '0')}`, bytes(i)],
            ]),
          ),
        ),
      );
      expect([...((await opened.get('x')) as Uint8Array)]).toEqual([49]);
      expect([...((await opened.get('y')) as Uint8Array)]).toEqual([49]);
      expect(await opened.list('z/')).toHaveLength(50);
    });

    it('never shows half a batch to a reader', async () => {
      const opened = await open();
      const batch = (value: number) => new Map(Array.from({ length: 20 }, (_, i) => [`k/${i}`, bytes(value)] as const));
      await opened.write(batch(0));
      const writes = Array.from({ length: 20 }, (_, i) => opened.write(batch(i + 1)));
      for (let i = 0; i < 20; i++) {
        const seen = new Set((await opened.list('k/')).map(([, value]) => value[0]));
        expect(seen.size).toBe(1);
      }
      await Promise.all(writes);
    });

    itOnDisk('has everything after it was closed and opened again', async () => {
      const opened = await filled();
      await opened.write(new Map([['b/1', null]]));
      const again = await reopen();
      expect(names(await again.list(''))).toEqual(['a/9', 'b', 'b/', 'b/10', 'b/2', 'b/3', 'b0', 'c/1']);
    });

    itOnDisk('ends what is being written before it closes', async () => {
      const opened = await open();
      const written = opened.write(new Map([['a', bytes(1)]]));
      const again = await reopen();
      await written;
      expect(plain(await again.list(''))).toEqual([['a', [1]]]);
    });

    itOnDisk('says storage_failed once it is closed', async () => {
      const opened = await open();
      await opened.close();
      await expect(opened.write(new Map([['a', bytes(1)]]))).rejects.toMatchObject({ code: 'storage_failed' });
    });
  });
}
