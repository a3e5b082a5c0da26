import type { FileHandle } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { Blob } from '../../../src/server/blobs/blob-store.ts';
import { createDiskBlobWriter } from '../../../src/server/engines/disk-blob-writer.ts';

/** A disk that does what it is told when the test says so. */
function openDisk() {
  const calls: Array<{
    readonly name: string;
    readonly at?: number;
    readonly size?: number;
    done(result?: unknown): void;
    fail(error: Error): void;
  }> = [];
  const call = (name: string, more: { at?: number; size?: number } = {}) =>
    new Promise<unknown>((done, fail) => void calls.push({ name, ...more, done, fail }));
  const sizeOf = (pieces: readonly Uint8Array[]) => pieces.reduce((sum, { length }) => sum + length, 0);
  const handle = {
    writev: (pieces: readonly Uint8Array[], at: number) => call('writev', { at, size: sizeOf(pieces) }),
    write: (_bytes: Uint8Array, _from: number, size: number, at: number) => call('write', { at, size }),
    datasync: () => call('datasync'),
    close: () => Promise.resolve(),
  } as unknown as FileHandle;
  const settled: number[] = [];
  const writer = createDiskBlobWriter(handle, 100, async (offset) => {
    settled.push(offset);
    return { offset } as Blob;
  });
  const next = async (name: string) => {
    for (let i = 0; i < 20 && calls[0]?.name !== name; i++) await Promise.resolve();
    const found = calls.shift();
    if (found?.name !== name) throw new Error(`no ${name} but ${found?.name}`);
    return found;
  };
  return { writer, next, settled, waiting: () => calls.length };
}

const bytes = (size: number) => new Uint8Array(size);

test('what is committed was written and then synced, and the index hears of it last', async () => {
  const { writer, next, settled, waiting } = openDisk();
  const writes = [writer.write([bytes(10), bytes(5)]), writer.write([bytes(7)])];
  const committed = writer.commit(null, 1);
  const [one, two] = [await next('writev'), await next('writev')];
  expect([one.at, one.size, two.at, two.size]).toEqual([100, 15, 115, 7]);
  two.done({ bytesWritten: 7 });
  await writes[1];
  expect(waiting()).toBe(0);
  one.done({ bytesWritten: 15 });
  const sync = await next('datasync');
  expect(settled).toEqual([]);
  sync.done();
  expect([(await committed).offset, settled]).toEqual([122, [122]]);
});

test('a sync that was under way is not the one that a commit waits for', async () => {
  const { writer, next, settled } = openDisk();
  const first = writer.write([bytes(1)]);
  (await next('writev')).done({ bytesWritten: 1 });
  await first;
  writer.flush();
  const early = await next('datasync');
  const second = writer.write([bytes(1)]);
  (await next('writev')).done({ bytesWritten: 1 });
  await second;
  const committed = writer.commit(null, 1);
  early.done();
  const late = await next('datasync');
  expect(settled).toEqual([]);
  late.done();
  expect((await committed).offset).toBe(102);
});

test('a sync that failed once is not forgotten, though the next one succeeds', async () => {
  const { writer, next, settled } = openDisk();
  const written = writer.write([bytes(1)]);
  (await next('writev')).done({ bytesWritten: 1 });
  await written;
  writer.flush();
  (await next('datasync')).fail(Object.assign(new Error('EIO'), { code: 'EIO' }));
  const committed = writer.commit(null, 1);
  (await next('datasync')).done();
  await expect(committed).rejects.toMatchObject({ code: 'storage_failed' });
  expect(settled).toEqual([]);
});

test('a disk that takes a bit only is given the rest, and says there that it is full', async () => {
  const { writer, next, settled } = openDisk();
  const first = writer.write([bytes(10), bytes(10)]);
  (await next('writev')).done({ bytesWritten: 12 });
  const rest = await next('write');
  expect([rest.at, rest.size]).toEqual([112, 8]);
  rest.done({ bytesWritten: 8 });
  await first;
  const second = writer.write([bytes(10)]);
  const committed = writer.commit(null, 1);
  (await next('writev')).done({ bytesWritten: 3 });
  (await next('write')).fail(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }));
  await expect(second).rejects.toMatchObject({ code: 'relay_storage_full' });
  await expect(committed).rejects.toMatchObject({ code: 'relay_storage_full' });
  // There is a hole now: nothing behind it ever counts.
  const third = writer.write([bytes(1)]);
  (await next('writev')).done({ bytesWritten: 1 });
  await third;
  const again = writer.commit(null, 1);
  (await next('datasync')).done();
  await expect(again).rejects.toMatchObject({ code: 'relay_storage_full' });
  expect(settled).toEqual([]);
});
