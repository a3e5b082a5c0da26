import { describe, expect, it } from 'vitest';
import type { FileSink, FileSource } from '../../src/client/index.ts';
import { bytesOf, same } from '../support/bytes.ts';

const forever = new AbortController().signal;
const codeOf = (what: Promise<unknown>) =>
  what.then(
    () => 'nothing',
    (error: unknown) => (error as { code?: string }).code,
  );

export interface SourcePlace {
  /** Something of this name holds `bytes` from now on, in the place of what it held. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  open(name: string): Promise<FileSource>;
  /** As after a restart; undefined where the platform cannot. */
  again?(place: string): Promise<FileSource | undefined>;
}

/** What every source of a file does. Folders and pipes have tests of their own. */
export function fileSourceContract(name: string, create: () => Promise<SourcePlace>): void {
  describe(`FileSource: ${name}`, () => {
    it('gives what is asked for, or what there is up to the end', async () => {
      const place = await create();
      const bytes = bytesOf(300_000);
      await place.put('a.txt', bytes);
      const source = await place.open('a.txt');
      expect(source).toMatchObject({ name: 'a.txt', size: bytes.length, folder: null });
      expect(same(await source.read(0, 100_000, forever), bytes.subarray(0, 100_000))).toBe(true);
      expect(same(await source.read(100_000, 150_000, forever), bytes.subarray(100_000, 250_000))).toBe(true);
      // Back by a part.
      expect(same(await source.read(50_000, 10, forever), bytes.subarray(50_000, 50_010))).toBe(true);
      expect(same(await source.read(250_000, 100_000, forever), bytes.subarray(250_000))).toBe(true);
      await source.check();
      await source.close();
    });

    it('gives memory that nobody writes to any more', async () => {
      const place = await create();
      const bytes = bytesOf(200_000);
      await place.put('a', bytes);
      const source = await place.open('a');
      const first = await source.read(0, 100_000, forever);
      await source.read(100_000, 100_000, forever);
      expect(same(first, bytes.subarray(0, 100_000))).toBe(true);
      await source.close();
    });

    it('has one stamp while it is what it was, and says when it is not', async () => {
      const place = await create();
      await place.put('a', bytesOf(1_000));
      const source = await place.open('a');
      expect((await place.open('a')).stamp).toBe(source.stamp);
      await place.put('a', bytesOf(1_500, 2));
      expect((await place.open('a')).stamp).not.toBe(source.stamp);
      expect(await codeOf(source.check())).toBe('source_changed');
      await source.close();
    });

    it('is found again by its place', async () => {
      const place = await create();
      await place.put('a', bytesOf(10));
      const source = await place.open('a');
      if (!place.again) return expect(source.place).toBeNull();
      const { stamp } = (await place.again(source.place as string)) as FileSource;
      expect(stamp).toBe(source.stamp);
    });
  });
}

export interface SinkPlace {
  open(name: string, size: number): Promise<FileSink>;
  again(place: string): Promise<FileSink | undefined>;
  /** What stands under final names: by name as `finish` said it. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Everything that is there, also half. */
  count(): Promise<number>;
}

/** What every target does that takes bytes back. */
export function fileSinkContract(name: string, create: () => Promise<SinkPlace>): void {
  describe(`FileSink: ${name}`, () => {
    const bytes = bytesOf(600_000);
    const half = 300_000;

    it('has its name when it is whole, and not before', async () => {
      const place = await create();
      const sink = await place.open('a', bytes.length);
      expect(sink.seekable).toBe(true);
      await sink.begin(0);
      const memory = bytes.slice(0, half);
      await sink.write(memory);
      // It is the writer's again.
      memory.fill(0);
      await sink.write(bytes.subarray(half));
      await sink.sync();
      const path = await sink.finish();
      expect(same(await place.read(path), bytes)).toBe(true);
      expect(await place.count()).toBe(1);
    });

    it('takes no other’s name', async () => {
      const place = await create();
      const paths: string[] = [];
      for (const size of [1, 2, 3]) {
        const sink = await place.open('a', size);
        await sink.begin(0);
        await sink.write(bytes.subarray(0, size));
        paths.push(await sink.finish());
      }
      expect(new Set(paths).size).toBe(3);
      expect((await Promise.all(paths.map(place.read))).map((one) => one?.length)).toEqual([1, 2, 3]);
    });

    it('goes on from a point that was synced, without what came behind it', async () => {
      const place = await create();
      const first = await place.open('a', bytes.length);
      await first.begin(0);
      await first.write(bytes.subarray(0, half));
      await first.sync();
      await first.write(bytesOf(1_000, 9));
      await first.close();
      const second = (await place.again(first.place as string)) as FileSink;
      await second.begin(half);
      await second.write(bytes.subarray(half));
      expect(same(await place.read(await second.finish()), bytes)).toBe(true);
      expect(await place.count()).toBe(1);
    });

    it('says so where there is less than there should be, or nothing', async () => {
      const place = await create();
      const first = await place.open('a', 100);
      await first.begin(0);
      await first.write(bytes.subarray(0, 50));
      await first.sync();
      await first.close();
      expect(await codeOf((await place.again(first.place as string))?.begin(51) ?? Promise.resolve())).toBe('target_gone');
      const other = await place.open('b', 100);
      await other.begin(0);
      await other.write(bytes.subarray(0, 100));
      await other.finish();
      expect(await codeOf(place.again(other.place as string).then((sink) => sink?.begin(100)))).toBe('target_gone');
    });

    it('leaves nothing behind when it is given up, begun or not', async () => {
      const place = await create();
      const begun = await place.open('a', 100);
      await begun.begin(0);
      await begun.write(bytes.subarray(0, 50));
      await begun.abandon();
      await (await place.open('b', 100)).abandon();
      expect(await place.count()).toBe(0);
    });
  });
}
