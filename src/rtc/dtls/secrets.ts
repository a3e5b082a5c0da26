import { SRTP_PROFILES, type SrtpKeys, type SrtpProfile } from '../srtp-keys.ts';
import { expand, sha256 } from './prf.ts';
import { createRecordCipher, type RecordCipher } from './record-cipher.ts';

export interface Randoms {
  readonly client: Buffer;
  readonly server: Buffer;
}

/** What both sides know when keys were exchanged. */
export interface Secrets {
  readonly cipherOf: Readonly<Record<'client' | 'server', RecordCipher>>;
  /** @param transcript all messages before this Finished */
  finishedOf(side: 'client' | 'server', transcript: Uint8Array): Buffer;
  /** What packets are sealed by, in each direction (RFC 5764 section 4.2). */
  srtpKeysOf(profile: SrtpProfile): Readonly<Record<'client' | 'server', SrtpKeys>>;
}

const KEY = 16;
const SALT = 4;

/** @param transcript all messages up to the client's key: the secret is bound to them (RFC 7627) */
export function deriveSecrets(agreed: Uint8Array, transcript: Uint8Array, { client, server }: Randoms): Secrets {
  const master = expand(agreed, 'extended master secret', sha256(transcript), 48);
  const block = expand(master, 'key expansion', Buffer.concat([server, client]), 2 * (KEY + SALT));
  const part = (at: number, length: number) => block.subarray(at, at + length);
  return {
    cipherOf: {
      client: createRecordCipher(part(0, KEY), part(2 * KEY, SALT)),
      server: createRecordCipher(part(KEY, KEY), part(2 * KEY + SALT, SALT)),
    },
    finishedOf: (side, transcript) => expand(master, `${side} finished`, sha256(transcript), 12),
    srtpKeysOf(profile) {
      const { keyLength, saltLength } = SRTP_PROFILES[profile];
      const exported = expand(master, 'EXTRACTOR-dtls_srtp', Buffer.concat([client, server]), 2 * (keyLength + saltLength));
      const keysAt = (side: 0 | 1): SrtpKeys => ({
        profile,
        key: exported.subarray(side * keyLength, (side + 1) * keyLength),
        salt: exported.subarray(2 * keyLength + side * saltLength, 2 * keyLength + (side + 1) * saltLength),
      });
      return { client: keysAt(0), server: keysAt(1) };
    },
  };
}
