import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { deviceProofBytes } from '../../src/protocol/index.ts';

/** A device with a key that follows from a number: the same proof in every run. */
export interface TestDevice {
  readonly device: Uint8Array;
  prove(input: {
    readonly relay: Uint8Array;
    readonly nonce: Uint8Array;
    readonly binding: Uint8Array;
    readonly version?: number;
  }): Uint8Array;
}

/** PKCS #8 of an Ed25519 key up to its seed (RFC 8410 section 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

export function createTestDevice(number: number): TestDevice {
  const seed = Buffer.alloc(32, number);
  const key: KeyObject = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const device = Uint8Array.from(Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x as string, 'base64url'));
  return {
    device,
    prove: ({ version = 0, relay, nonce, binding }) =>
      Uint8Array.from(sign(null, deviceProofBytes({ version, relay, nonce, device, binding }), key)),
  };
}
