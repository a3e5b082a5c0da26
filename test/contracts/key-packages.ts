import { afterEach, describe, expect, it } from 'vitest';
import type { KeyPackages } from '../../src/server/index.ts';

/** One place that can be opened again and again, as after a restart. */
export interface KeyPackagePlace {
  open(): Promise<{ readonly keyPackages: KeyPackages; close(): Promise<void> }>;
  destroy(): Promise<void>;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const plain = (value: Uint8Array | undefined) => value && new TextDecoder().decode(value);
const device = (digit: number) => new Uint8Array(32).fill(digit);
const KEEP = 4;

/** What every engine behind the KeyPackages port does. */
export function keyPackagesContract(name: string, create: () => Promise<KeyPackagePlace>): void {
  describe(`KeyPackages: ${name}`, () => {
    let place: KeyPackagePlace | undefined;
    let close = async (): Promise<void> => {};

    async function open(): Promise<KeyPackages> {
      place ??= await create();
      await close();
      const opened = await place.open();
      close = opened.close;
      return opened.keyPackages;
    }

    afterEach(async () => {
      await close();
      await place?.destroy();
      close = async () => {};
      place = undefined;
    });

    const publish = (engine: KeyPackages, texts: readonly string[], last: string | null = null, who = 1) =>
      engine.publish(
        device(who),
        texts.map((text) => bytes(text)),
        last === null ? null : bytes(last),
        KEEP,
      );
    const take = async (engine: KeyPackages, who = 1) => plain(await engine.take(device(who)));

    it('begins empty, and is asked without anything being kept', async () => {
      const engine = await open();
      expect(await publish(engine, [])).toEqual({ left: 0, last: false });
      expect(await take(engine)).toBeUndefined();
      expect(await engine.last(device(1))).toBeUndefined();
    });

    it('hands each out once, the oldest first, and then the last one again and again', async () => {
      const engine = await open();
      expect(await publish(engine, ['a', 'b'], 'z')).toEqual({ left: 2, last: true });
      expect([await take(engine), await take(engine), await take(engine), await take(engine)]).toEqual(['a', 'b', 'z', 'z']);
      expect(await publish(engine, [])).toEqual({ left: 0, last: true });
    });

    it('hands nothing out twice to those who ask at once', async () => {
      const engine = await open();
      await publish(engine, ['a', 'b', 'c'], 'z');
      const taken = await Promise.all(Array.from({ length: 5 }, () => take(engine)));
      expect(taken.toSorted((a = '', b = '') => a.localeCompare(b))).toEqual(['a', 'b', 'c', 'z', 'z']);
    });

    it('has forgotten after a restart what it handed out, and nothing else', async () => {
      let engine = await open();
      await publish(engine, ['a', 'b', 'c'], 'z');
      await take(engine);
      engine = await open();
      expect(await publish(engine, [])).toEqual({ left: 2, last: true });
      expect(await take(engine)).toBe('b');
      engine = await open();
      expect([await take(engine), await take(engine), plain(await engine.last(device(1)))]).toEqual(['c', 'z', 'z']);
    });

    it('keeps so many, and lets the oldest go', async () => {
      const engine = await open();
      expect(await publish(engine, ['a', 'b', 'c'])).toEqual({ left: 3, last: false });
      expect(await publish(engine, ['d', 'e', 'f'])).toEqual({ left: KEEP, last: false });
      expect(await publish(engine, ['1', '2', '3', '4', '5', '6'])).toEqual({ left: KEEP, last: false });
      expect([await take(engine), await take(engine), await take(engine), await take(engine), await take(engine)]).toEqual([
        '3',
        '4',
        '5',
        '6',
        undefined,
      ]);
    });

    it('goes on behind what waits, also when some of it was handed out', async () => {
      const engine = await open();
      await publish(engine, ['a', 'b']);
      await take(engine);
      await publish(engine, ['c']);
      await take(engine);
      await take(engine);
      await publish(engine, ['d', 'e']);
      expect([await take(engine), await take(engine), await take(engine)]).toEqual(['d', 'e', undefined]);
    });

    it('takes what waits already for the same: an answer may have been lost', async () => {
      const engine = await open();
      await publish(engine, ['a', 'b', 'a']);
      expect(await publish(engine, ['b', 'a'], 'z')).toEqual({ left: 2, last: true });
      expect([await take(engine), await take(engine), await take(engine)]).toEqual(['a', 'b', 'z']);
    });

    it('replaces the last one, and keeps it where nothing is said', async () => {
      const engine = await open();
      await publish(engine, [], 'y');
      await publish(engine, ['a']);
      expect(plain(await engine.last(device(1)))).toBe('y');
      await publish(engine, [], 'z');
      expect([plain(await engine.last(device(1))), await take(engine), await take(engine)]).toEqual(['z', 'a', 'z']);
    });

    it('keeps devices apart', async () => {
      const engine = await open();
      await publish(engine, ['a'], 'y', 1);
      expect(await publish(engine, ['a', 'b'], null, 2)).toEqual({ left: 2, last: false });
      expect([await take(engine, 2), await take(engine, 2), await take(engine, 2), await take(engine, 1), await take(engine, 3)]).toEqual([
        'a',
        'b',
        undefined,
        'a',
        undefined,
      ]);
    });

    it('does not keep hold of what it was given', async () => {
      const engine = await open();
      const [given, last] = [bytes('given'), bytes('last')];
      await engine.publish(device(1), [given], last, KEEP);
      given.fill(0);
      last.fill(0);
      expect([await take(engine), await take(engine)]).toEqual(['given', 'last']);
    });
  });
}
