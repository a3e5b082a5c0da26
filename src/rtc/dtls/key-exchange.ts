import { createECDH, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';

/** Groups of the ephemeral key exchange (RFC 8422), the first one preferred. */
export const GROUPS = { x25519: 29, secp256r1: 23 } as const;

export type Group = (typeof GROUPS)[keyof typeof GROUPS];

export interface EphemeralKey {
  readonly group: Group;
  /** As it travels. */
  readonly publicKey: Buffer;
  /** @returns undefined for bytes that are no point of the group, or one that would make the secret known */
  agree(theirs: Uint8Array): Buffer | undefined;
}

export const isGroup = (number: number): number is Group => number === GROUPS.x25519 || number === GROUPS.secp256r1;

export function createEphemeralKey(group: Group): EphemeralKey {
  return group === GROUPS.x25519 ? createX25519() : createP256();
}

/** What stands before the 32 bytes in a SubjectPublicKeyInfo (RFC 8410). */
const X25519_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');

function createX25519(): EphemeralKey {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    group: GROUPS.x25519,
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(X25519_PREFIX.length),
    agree: (theirs) =>
      theirs.length === 32
        ? orNothing(() => {
            const key = createPublicKey({ key: Buffer.concat([X25519_PREFIX, theirs]), format: 'der', type: 'spki' });
            return diffieHellman({ privateKey, publicKey: key });
          })
        : undefined,
  };
}

function createP256(): EphemeralKey {
  const ecdh = createECDH('prime256v1');
  const publicKey = ecdh.generateKeys();
  // Uncompressed points alone (RFC 8422 section 5.4.1); OpenSSL refuses those that are not on the curve.
  const isPoint = (theirs: Uint8Array) => theirs.length === 65 && theirs[0] === 4;
  return {
    group: GROUPS.secp256r1,
    publicKey,
    agree: (theirs) => (isPoint(theirs) ? orNothing(() => ecdh.computeSecret(theirs)) : undefined),
  };
}

function orNothing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    // OpenSSL says so of keys that are none.
    return undefined;
  }
}
