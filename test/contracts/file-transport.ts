import { describe, expect, it } from 'vitest';
import type { FileTransport } from '../../src/client/index.ts';
import { bytesOf, same } from '../support/bytes.ts';

/** Two devices of one room, and one that is in none of it, at one relay. */
export interface TransportPlace {
  readonly room: string;
  readonly ana: FileTransport;
  readonly juan: FileTransport;
  /** Is in a room of its own: `elsewhere`. */
  readonly stranger: FileTransport;
  readonly elsewhere: string;
}

const forever = new AbortController().signal;
const codeOf = (what: Promise<unknown>) =>
  what.then(
    () => 'nothing',
    (error: unknown) => (error as { code?: string }).code,
  );

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(Uint8Array.from(piece));
  return Buffer.concat(all);
}

/** What every way to a relay's blobs does. */
export function fileTransportContract(name: string, open: () => Promise<TransportPlace>): void {
  describe(`FileTransport: ${name}`, () => {
    async function filled(bytes: Uint8Array): Promise<TransportPlace & { blob: string }> {
      const place = await open();
      const { blob } = await place.ana.create(place.room, bytes.length, forever);
      await place.ana.append(place.room, blob, 0, [bytes], null, forever);
      return { ...place, blob };
    }

    it('takes a blob part by part, and says how much of it is there', async () => {
      const { room, ana, juan } = await open();
      const bytes = bytesOf(700_000);
      const { blob } = await ana.create(room, bytes.length, forever);
      expect(blob).toMatch(/^[0-9a-f]{32}$/);
      expect(await ana.offset(room, blob, forever)).toEqual({ offset: 0, length: bytes.length });
      let handedOver = 0;
      await ana.append(room, blob, 0, [bytes.subarray(0, 74), bytes.subarray(74, 300_000)], null, forever, () => (handedOver += 1));
      expect(handedOver).toBe(1);
      expect(await ana.offset(room, blob, forever)).toEqual({ offset: 300_000, length: bytes.length });
      expect(await codeOf(collect(juan.fetch(room, blob, 0, null, forever)))).toBe('unknown_file');
      await ana.append(room, blob, 300_000, [bytes.subarray(300_000)], null, forever);
      expect(same(await collect(juan.fetch(room, blob, 0, null, forever)), bytes)).toBe(true);
    });

    it('takes one whose length nobody knew before its end', async () => {
      const { room, ana, juan } = await open();
      const bytes = bytesOf(5_000);
      const { blob } = await ana.create(room, null, forever);
      await ana.append(room, blob, 0, [bytes.subarray(0, 3_000)], null, forever);
      expect(await ana.offset(room, blob, forever)).toEqual({ offset: 3_000, length: null });
      await ana.append(room, blob, 3_000, [bytes.subarray(3_000)], 5_000, forever);
      expect(same(await collect(juan.fetch(room, blob, 0, null, forever)), bytes)).toBe(true);
    });

    it('takes nothing anywhere else than where it stands', async () => {
      const { room, ana } = await open();
      const { blob } = await ana.create(room, 1_000, forever);
      await ana.append(room, blob, 0, [bytesOf(500)], null, forever);
      for (const offset of [0, 400, 600])
        expect(await codeOf(ana.append(room, blob, offset, [bytesOf(100)], null, forever))).toBe('wrong_offset');
      expect((await ana.offset(room, blob, forever)).offset).toBe(500);
    });

    it('gives ranges', async () => {
      const bytes = bytesOf(400_000);
      const { room, juan, blob } = await filled(bytes);
      for (const [from, to] of [
        [0, 74],
        [74, 75],
        [100, 300_000],
        [399_999, null],
        [262_218, null],
      ] as const)
        expect(same(await collect(juan.fetch(room, blob, from, to, forever)), bytes.subarray(from, to ?? undefined))).toBe(true);
    });

    it('shows strangers nothing, not even that it is there', async () => {
      const { room, elsewhere, stranger, blob } = await filled(bytesOf(100));
      for (const where of [room, elsewhere]) {
        expect(await codeOf(collect(stranger.fetch(where, blob, 0, null, forever)))).toMatch(/^unknown_(file|room)$/);
        expect(await codeOf(stranger.offset(where, blob, forever))).toMatch(/^unknown_(file|room)$/);
      }
    });

    it('removes what its maker wants removed, also where it is gone already', async () => {
      const { room, ana, juan, blob } = await filled(bytesOf(100));
      expect(await codeOf(juan.remove(room, blob, forever))).toBe('not_yours');
      await ana.keep(room, blob, forever);
      await ana.remove(room, blob, forever);
      expect(await codeOf(collect(juan.fetch(room, blob, 0, null, forever)))).toBe('unknown_file');
      expect(await codeOf(ana.offset(room, blob, forever))).toBe('unknown_file');
      expect(await codeOf(ana.append(room, blob, 0, [bytesOf(1)], null, forever))).toBe('unknown_file');
      expect(await codeOf(ana.keep(room, blob, forever))).toBe('unknown_file');
      await ana.remove(room, blob, forever);
    });

    it('stops in the middle when it is told to', async () => {
      const { room, juan, blob } = await filled(bytesOf(3_000_000));
      const stop = new AbortController();
      const seen: number[] = [];
      const reading = (async () => {
        for await (const piece of juan.fetch(room, blob, 0, null, stop.signal)) {
          seen.push(piece.length);
          stop.abort(new Error('enough'));
        }
      })();
      await expect(reading).rejects.toBeDefined();
      expect(seen.length).toBeLessThan(40);
      await expect(juan.offset(room, blob, AbortSignal.abort(new Error('never')))).rejects.toBeDefined();
    });
  });
}
