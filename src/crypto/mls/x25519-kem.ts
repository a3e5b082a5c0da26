import { Dhkem, HkdfSha256Native, KemId, XCurveDhkemPrimitives } from '@hpke/common';
import { DhkemX25519HkdfSha256 } from '@hpke/core';
import { x25519 } from '@noble/curves/ed25519.js';

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
