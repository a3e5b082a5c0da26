import { concatBytes, utf8 } from './bytes.ts';

export interface DeviceProofInput {
  readonly version: number;
  /** SHA-256 of the relay's SubjectPublicKeyInfo: a proof made for one relay is no good at another. */
  readonly relay: Uint8Array;
  readonly nonce: Uint8Array;
  readonly device: Uint8Array;
  /**
   * TLS exporter (RFC 9266 channel binding, label EXPORTER-Channel-Binding, empty context, 32 bytes) on native links;
   * empty where the client cannot have it (browsers).
   */
  readonly binding: Uint8Array;
}

/** The bytes that a device signs with Ed25519 to prove its key. Every part but the last has a fixed length. */
export function deviceProofBytes(input: DeviceProofInput): Uint8Array {
  return concatBytes(
    utf8('corrillo device proof v0\0'),
    Uint8Array.of(input.version),
    input.relay,
    input.nonce,
    input.device,
    input.binding,
  );
}

export const TLS_EXPORTER = { label: 'EXPORTER-Channel-Binding', length: 32 } as const;
