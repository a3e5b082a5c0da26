import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Quotas } from '../../../src/server/blobs/accounts.ts';
import type { BlobStore } from '../../../src/server/blobs/blob-store.ts';
import { FILE_LIMITS, type FileLimits } from '../../../src/server/blobs/file-limits.ts';
import { createStorage, type Storage } from '../../../src/server/blobs/storage.ts';
import { createMemoryBlobs } from '../../../src/server/engines/memory-blobs.ts';
import { createManualClock } from '../world.ts';

const KIB = 1024;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ANA = { room: 'r1', device: 'ana' };
const JUAN = { room: 'r1', device: 'juan' };
/** A writer that does not stand still. */
const BUSY = { stop: () => {}, idle: () => 0 };
const ELSEWHERE = { room: 'r2', device: 'ana' };

async function open({
  quotas = {},
  keep = 90 * DAY,
  free = () => 1e12,
  limits = {},
  store = createMemoryBlobs(),
}: {
  quotas?: Partial<Quotas>;
  keep?: number | null;
  free?: () => number;
  limits?: Partial<FileLimits>;
  store?: BlobStore;
} = {}) {
  const clock = createManualClock();
  const ports = { store, clock, random: (size: number) => randomBytes(size), free: async () => free() };
  const start = () => createStorage(ports, { room: 1e9, device: 1e9, reserve: 0, ...quotas }, { keep }, { ...FILE_LIMITS, ...limits });
  return { storage: await start(), clock, store, start };
}

/** Adds bytes to a blob. @param length of the whole, where this is its end */
async function fill(storage: Storage, id: string, size: number, length: number | null): Promise<void> {
  const upload = await storage.write(id, BUSY);
  await upload.grow(upload.blob.offset + size);
  await upload.write([new Uint8Array(size)]);
  await upload.commit(length);
  await upload.close();
}

describe('how much there may be', () => {
  test('a room is judged by what all of it takes, before any byte comes', async () => {
    const { storage } = await open({ quotas: { room: 100 * KIB } });
    await storage.create(ANA, 60 * KIB);
    await expect(storage.create(JUAN, 41 * KIB)).rejects.toMatchObject({ code: 'room_storage_full', detail: { free: 40 * KIB } });
    await storage.create(JUAN, 40 * KIB);
    await storage.create(ELSEWHERE, 60 * KIB);
  });

  test('a device is judged by what it has in all rooms', async () => {
    const { storage } = await open({ quotas: { device: 100 * KIB } });
    await storage.create(ANA, 60 * KIB);
    await expect(storage.create(ELSEWHERE, 60 * KIB)).rejects.toMatchObject({ code: 'device_storage_full', detail: { free: 40 * KIB } });
    await storage.create(JUAN, 60 * KIB);
  });

  test('the disk keeps its reserve, and what was promised counts as used though it has not come', async () => {
    const { storage } = await open({ quotas: { reserve: 100 * KIB }, free: () => 200 * KIB });
    const blob = await storage.create(ANA, 60 * KIB);
    await expect(storage.create(JUAN, 41 * KIB)).rejects.toMatchObject({ code: 'relay_storage_full', detail: { free: 40 * KIB } });
    await storage.remove(blob.id);
    await storage.create(JUAN, 100 * KIB);
  });

  test('what has come is seen on the disk, and is not counted twice', async () => {
    let free = 200 * KIB;
    const { storage } = await open({ free: () => free });
    const blob = await storage.create(ANA, 100 * KIB);
    await fill(storage, blob.id, 100 * KIB, 100 * KIB);
    free -= 100 * KIB;
    await storage.create(ANA, 100 * KIB);
    await expect(storage.create(ANA, 4 * KIB)).rejects.toMatchObject({ code: 'relay_storage_full' });
  });

  test('one of unknown length is judged as it grows, and what did not come is given back', async () => {
    const { storage } = await open({ quotas: { room: 100 * KIB } });
    const blob = await storage.create(ANA, null);
    await fill(storage, blob.id, 60 * KIB, null);
    const upload = await storage.write(blob.id, BUSY);
    await expect(upload.grow(101 * KIB)).rejects.toMatchObject({ code: 'room_storage_full', detail: { free: 40 * KIB } });
    await upload.grow(100 * KIB);
    await expect(storage.create(JUAN, 4 * KIB)).rejects.toMatchObject({ code: 'room_storage_full' });
    await upload.close();
    await storage.create(JUAN, 40 * KIB);
  });

  test('sums are the same after a restart, whatever had happened', async () => {
    const { storage, start } = await open();
    const whole = await storage.create(ANA, 10 * KIB);
    await fill(storage, whole.id, 10 * KIB, 10 * KIB);
    await storage.create(JUAN, 77 * KIB);
    const growing = await storage.create(ANA, null);
    await fill(storage, growing.id, 5 * KIB, null);
    await storage.remove((await storage.create(ELSEWHERE, 9 * KIB)).id);
    // Cut off while it wrote: it is neither closed nor committed.
    const cut = await storage.write(growing.id, BUSY);
    await cut.grow(500 * KIB);
    await cut.write([new Uint8Array(100 * KIB)]);
    const expected = { blobs: 3, bytes: (12 + 80 + 8) * KIB, byRoom: new Map([['r1', 100 * KIB]]) };
    expect((await start()).used).toEqual(expected);
    await cut.close();
    expect(storage.used).toEqual(expected);
  });

  test('nobody fills the index with small ones', async () => {
    const { storage } = await open({ limits: { blobsPerDevice: 3, unfinishedPerDevice: 2, blobs: 4 } });
    const whole = await storage.create(ANA, 0);
    await storage.create(ANA, 1);
    await storage.create(ELSEWHERE, null);
    await expect(storage.create(ANA, 1)).rejects.toMatchObject({ code: 'device_storage_full' });
    await storage.create(JUAN, 1);
    await expect(storage.create(JUAN, 1)).rejects.toMatchObject({ code: 'relay_storage_full' });
    await storage.remove(whole.id);
    await storage.create(JUAN, 1);
  });
});

describe('how long it stays', () => {
  test('an upload that never began goes after an hour, one that stands still after a day', async () => {
    const { storage, clock } = await open();
    const [empty, begun] = [await storage.create(ANA, 100), await storage.create(ANA, 100)];
    await fill(storage, begun.id, 50, 100);
    clock.advance(HOUR - 1);
    expect(await storage.sweep()).toBe(0);
    clock.advance(1);
    // Over is over, also before it is swept.
    expect(await storage.find(empty.id)).toBeUndefined();
    expect(await storage.sweep()).toBe(1);
    clock.advance(20 * HOUR);
    await fill(storage, begun.id, 10, 100);
    clock.advance(DAY - 1);
    expect([await storage.sweep(), (await storage.find(begun.id))?.offset]).toEqual([0, 60]);
    clock.advance(1);
    expect(await storage.sweep()).toBe(1);
    expect(storage.used).toEqual({ blobs: 0, bytes: 0, byRoom: new Map() });
  });

  test('a whole one goes after a week, or when its time is over where a message names it', async () => {
    const { storage, clock } = await open();
    const [orphan, named] = [await storage.create(ANA, 10), await storage.create(ANA, 10)];
    for (const { id } of [orphan, named]) await fill(storage, id, 10, 10);
    await storage.keep(named);
    clock.advance(7 * DAY - 1);
    expect(await storage.sweep()).toBe(0);
    clock.advance(1);
    expect([await storage.sweep(), await storage.find(orphan.id)]).toEqual([1, undefined]);
    clock.advance(83 * DAY - 1);
    expect(await storage.sweep()).toBe(0);
    clock.advance(1);
    expect([await storage.sweep(), await storage.find(named.id)]).toEqual([1, undefined]);
  });

  test('where the host keeps files for ever, only orphans go', async () => {
    const { storage, clock } = await open({ keep: null });
    const named = await storage.create(ANA, 10);
    await fill(storage, named.id, 10, 10);
    await storage.keep(named);
    clock.advance(10_000 * DAY);
    expect([await storage.sweep(), (await storage.find(named.id))?.length]).toEqual([0, 10]);
  });

  test('one that is being written is not swept away', async () => {
    const { storage, clock } = await open();
    const blob = await storage.create(ANA, 10);
    const upload = await storage.write(blob.id, BUSY);
    clock.advance(2 * DAY);
    expect(await storage.sweep()).toBe(0);
    await upload.write([new Uint8Array(10)]);
    await upload.commit(10);
    await upload.close();
    expect((await storage.find(blob.id))?.offset).toBe(10);
  });
});

describe('who writes', () => {
  test('one at a time', async () => {
    const { storage } = await open();
    const blob = await storage.create(ANA, 10);
    const upload = await storage.write(blob.id, BUSY);
    await expect(storage.write(blob.id, BUSY)).rejects.toMatchObject({ code: 'upload_busy' });
    await upload.close();
    await (await storage.write(blob.id, BUSY)).close();
  });

  test('gives way where nothing has come of it for a while', async () => {
    const { storage } = await open();
    const blob = await storage.create(ANA, 10);
    let stopped = 0;
    const stalled = await storage.write(blob.id, {
      idle: () => FILE_LIMITS.giveWay,
      stop() {
        stopped += 1;
        void stalled.close();
      },
    });
    await stalled.write([new Uint8Array(5)]);
    const next = await storage.write(blob.id, BUSY);
    expect([stopped, next.blob.offset]).toEqual([1, 0]);
    await expect(storage.write(blob.id, BUSY)).rejects.toMatchObject({ code: 'upload_busy' });
    await next.close();
  });

  test('is stopped where the blob is removed, and it is gone only then; twice is no error', async () => {
    const { storage, store } = await open();
    const blob = await storage.create(ANA, 10);
    const steps: string[] = [];
    const stop = () => {
      steps.push('stopped');
      void store.find(blob.id).then(async (found) => {
        steps.push(found ? 'still there' : 'gone');
        await upload.close();
      });
    };
    const upload = await storage.write(blob.id, { ...BUSY, stop });
    await Promise.all([storage.remove(blob.id), storage.remove(blob.id)]);
    expect(steps.slice(0, 1)).toEqual(['stopped']);
    expect(steps.at(-1)).toBe('still there');
    expect([await store.find(blob.id), storage.used.blobs]).toEqual([undefined, 0]);
  });

  test('a disk that fails changes nothing in the sums', async () => {
    const memory = createMemoryBlobs();
    let broken = true;
    const store: BlobStore = {
      ...memory,
      create: (blob) => (broken ? Promise.reject(new Error('EIO')) : memory.create(blob)),
      remove: (id) => (broken ? Promise.reject(new Error('EIO')) : memory.remove(id)),
    };
    const { storage } = await open({ store });
    await expect(storage.create(ANA, 100)).rejects.toThrow('EIO');
    expect(storage.used.bytes).toBe(0);
    broken = false;
    const { id } = await storage.create(ANA, 100);
    broken = true;
    await expect(storage.remove(id)).rejects.toThrow('EIO');
    expect(storage.used).toMatchObject({ blobs: 1, bytes: 4 * KIB });
    broken = false;
    await storage.remove(id);
    expect(storage.used.bytes).toBe(0);
  });
});
