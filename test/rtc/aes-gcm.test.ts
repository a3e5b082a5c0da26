import { createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAesGcm, GCM_TAG } from '../../src/rtc/aes-gcm.ts';

const bytes = (length: { readonly minLength?: number; readonly maxLength?: number } = {}) =>
  fc.uint8Array({ minLength: length.minLength ?? 0, maxLength: length.maxLength ?? 2_000 }).map((array) => Buffer.from(array));
const sized = (length: number) => bytes({ minLength: length, maxLength: length });
const sealing = fc.record({ key: sized(16), nonce: sized(12), beside: bytes({ maxLength: 48 }), plain: bytes() });

/** As OpenSSL has it. */
function sealByNode({ key, nonce, beside, plain }: { key: Buffer; nonce: Buffer; beside: Buffer; plain: Buffer }): Buffer {
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  cipher.setAAD(beside);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

describe('AES-GCM with a cipher that is kept', () => {
  it('seals as OpenSSL does, whatever was sealed before, under whichever key', () => {
    fc.assert(
      fc.property(fc.array(sealing, { minLength: 1, maxLength: 4 }), (sealings) => {
        const ciphers = sealings.map(({ key }) => createAesGcm(key));
        for (const [i, one] of [...sealings, ...sealings].entries()) {
          const into = Buffer.alloc(one.beside.length + one.plain.length + GCM_TAG + 2, 0xee);
          ciphers[i % sealings.length]?.seal(one.nonce, Buffer.concat([one.beside, one.plain]), one.beside.length, into);
          expect(into).toEqual(Buffer.concat([one.beside, sealByNode(one), Buffer.alloc(2, 0xee)]));
        }
      }),
    );
  });

  it('opens what OpenSSL has sealed', () => {
    fc.assert(
      fc.property(sealing, (one) => {
        const plain = Buffer.concat([one.beside, one.plain]);
        const into = Buffer.alloc(plain.length + 2, 0xee);
        const packet = Buffer.concat([one.beside, sealByNode(one)]);
        expect(createAesGcm(one.key).open(one.nonce, packet, one.beside.length, into)).toBe(true);
        expect(into).toEqual(Buffer.concat([plain, Buffer.alloc(2, 0xee)]));
      }),
    );
  });

  it('opens nothing of which one bit is another, and writes nothing then', () => {
    fc.assert(
      fc.property(sealing, fc.nat(), fc.integer({ min: 0, max: 7 }), (one, place, bit) => {
        const changed = Buffer.concat([one.nonce, one.beside, sealByNode(one)]);
        const at = place % changed.length;
        changed[at] = (changed[at] as number) ^ (1 << bit);
        const into = Buffer.alloc(one.beside.length + one.plain.length, 0xee);
        const [nonce, packet] = [changed.subarray(0, 12), changed.subarray(12)];
        expect(createAesGcm(one.key).open(nonce, packet, one.beside.length, into)).toBe(false);
        expect(into.every((byte) => byte === 0xee)).toBe(true);
      }),
    );
  });
});
