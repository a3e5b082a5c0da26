import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalBytes, fromBase64Url, fromHex, toBase64Url, toHex } from '../../src/protocol/index.ts';

const bytes = fc.uint8Array({ maxLength: 80 });

describe('base64url', () => {
  test('agrees with the platform and reads back', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const text = toBase64Url(value);
        expect(text).toBe(Buffer.from(value).toString('base64url'));
        expect(fromBase64Url(text)).toEqual(value);
      }),
    );
  });

  test('has one spelling a value', () => {
    expect(fromBase64Url('AA')).toEqual(new Uint8Array(1));
    for (const other of ['AB', 'A', 'AAAAA', 'AA==', 'AA\n', 'A+AA', 'é']) expect(fromBase64Url(other)).toBeUndefined();
  });
});

describe('hex', () => {
  test('reads back, and refuses what is none', () => {
    fc.assert(fc.property(bytes, (value) => void expect(fromHex(toHex(value))).toEqual(value)));
    for (const other of ['0', 'zz', '0x00', ' 00']) expect(fromHex(other)).toBeUndefined();
  });
});

test('equalBytes tells one bit and one byte', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), (value, at) => {
      const other = value.slice();
      expect(equalBytes(value, other)).toBe(true);
      other[at % other.length] = (other[at % other.length] as number) ^ 1;
      expect(equalBytes(value, other)).toBe(false);
      expect(equalBytes(value, value.slice(1))).toBe(false);
    }),
  );
});
