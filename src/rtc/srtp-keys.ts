import { createCipheriv } from 'node:crypto';

/** How packets are sealed on their way (RFC 5764 section 4.1.2, RFC 7714 section 14.2); the first one is preferred. */
export const SRTP_PROFILES = {
  AEAD_AES_128_GCM: { id: 0x0007, keyLength: 16, saltLength: 12 },
  AES_CM_128_HMAC_SHA1_80: { id: 0x0001, keyLength: 16, saltLength: 14 },
} as const;

export type SrtpProfile = keyof typeof SRTP_PROFILES;

/** What one direction is sealed by: DTLS gives one for what we send and one for what we get. */
export interface SrtpKeys {
  readonly profile: SrtpProfile;
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
}

export interface SessionKeys {
  readonly key: Buffer;
  /** For HMAC; AES-GCM has no use for it. */
  readonly authentication: Buffer;
  readonly salt: Buffer;
}

const AUTHENTICATION_LENGTH = 20;
/** RFC 3711 section 4.3.2. */
const LABELS = { rtp: { key: 0, authentication: 1, salt: 2 }, rtcp: { key: 3, authentication: 4, salt: 5 } } as const;

/** RFC 3711 section 4.3.1 with a key derivation rate of zero; RFC 7714 section 11 has the shorter salt end in two zeros. */
export function deriveSessionKeys({ profile, key, salt }: SrtpKeys, stream: 'rtp' | 'rtcp'): SessionKeys {
  const { keyLength, saltLength } = SRTP_PROFILES[profile];
  if (key.length !== keyLength || salt.length !== saltLength) throw new RangeError('an SRTP master key or salt of a wrong length');
  const labels = LABELS[stream];
  return {
    key: derive(key, salt, labels.key, keyLength),
    authentication: derive(key, salt, labels.authentication, AUTHENTICATION_LENGTH),
    salt: derive(key, salt, labels.salt, saltLength),
  };
}

function derive(key: Uint8Array, salt: Uint8Array, label: number, length: number): Buffer {
  const start = Buffer.alloc(16);
  start.set(salt);
  start.writeUInt8(start.readUInt8(7) ^ label, 7);
  return createCipheriv('aes-128-ctr', key, start).update(Buffer.alloc(length));
}
