import { randomBytes as nodeRandomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { randomBytes as platformRandomBytes } from '../../src/crypto/bytes.ts';
import { createSeededRandom } from '../sim/random.ts';

/** The port RandomBytes (src/client/ports.ts). `strong`: from the platform, and never the same twice. */
function randomBytesContract(name: string, create: () => (size: number) => Uint8Array, { strong }: { strong: boolean }): void {
  describe(`RandomBytes: ${name}`, () => {
    it('gives as many as were asked for, also none and many', () => {
      const random = create();
      for (const size of [0, 1, 16, 32, 1_000]) {
        const bytes = random(size);
        expect(bytes).toBeInstanceOf(Uint8Array);
        expect(bytes).toHaveLength(size);
      }
    });

    it('takes all values, and gives memory of its own', () => {
      const random = create();
      expect(new Set(random(10_000)).size).toBe(256);
      const first = random(16);
      const copy = [...first];
      random(16).fill(0);
      expect([...first]).toEqual(copy);
    });

    it(`${strong ? 'does not repeat' : 'repeats'} what another has given, and nothing of its own`, () => {
      const given = [create(), create()].flatMap((random) => Array.from({ length: 100 }, () => Buffer.from(random(16)).toString('hex')));
      expect(new Set(given).size).toBe(strong ? 200 : 100);
    });
  });
}

randomBytesContract('of Node', () => nodeRandomBytes, { strong: true });
randomBytesContract('of the platform', () => platformRandomBytes, { strong: true });
randomBytesContract('of the simulation, which is to repeat itself', () => createSeededRandom(7).bytes, { strong: false });
