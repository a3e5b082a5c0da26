import { Dhkem, HkdfSha256Native, KemId, XCurveDhkemPrimitives } from '@hpke/common';
import { DhkemX25519HkdfSha256 } from '@hpke/core';
import { x25519 } from '@noble/curves/ed25519.js';
import { toHex } from '../bytes.ts';

/**
 * The points of X25519 whose product with any key is zero (RFC 7748 section 6.1), which every engine refuses to seal to: little-endian, without the
 * highest bit, which nobody reads.
 */
const DEAD_POINTS = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]);

export function isSoundHpkeKey(key: Uint8Array): boolean {
  return key.length === 32 && !DEAD_POINTS.has(toHex(key.with(31, (key[31] as number) & 0x7f)));
}

/**
 * DHKEM(X25519, HKDF-SHA256) of RFC 9180: WebCrypto's curve, and noble's where WebCrypto does not know it (Chromium before
 * 133, Safari before 17, Firefox before 130: phones that get no updates any more).
 */
export async function createKem(): Promise<DhkemX25519HkdfSha256 | PortableKem> {
  const known = await crypto.subtle.generateKey('X25519', false, ['deriveBits']).then(
    () => true,
    () => false,
  );
  return known ? new DhkemX25519HkdfSha256() : new PortableKem();
}

export class PortableKem extends Dhkem {
  override readonly id = KemId.DhkemX25519HkdfSha256;
  override readonly secretSize = 32;
  override readonly encSize = 32;
  override readonly publicKeySize = 32;
  override readonly privateKeySize = 32;

  constructor() {
    const kdf = new HkdfSha256Native();
    const curve = { ...x25519, utils: { ...x25519.utils, randomSecretKey: async () => x25519.utils.randomSecretKey() } };
    super(KemId.DhkemX25519HkdfSha256, new XCurveDhkemPrimitives('X25519', 32, curve, kdf), kdf);
  }
}
