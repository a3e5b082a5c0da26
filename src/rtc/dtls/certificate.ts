import { KeyObject, randomBytes, webcrypto } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { sha256 } from './prf.ts';

/** Who we are to peers: nobody but the key whose fingerprint travels in the description. Made anew by each process. */
export interface DtlsCertificate {
  readonly der: Buffer;
  readonly privateKey: KeyObject;
  /** SHA-256 of the certificate, 32 bytes. */
  readonly fingerprint: Buffer;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY = 86_400_000;

export async function makeDtlsCertificate(now: number = Date.now()): Promise<DtlsCertificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      // Positive, and without a zero in front.
      serialNumber: `01${randomBytes(8).toString('hex')}`,
      name: 'CN=WebRTC',
      // Clocks differ; nobody of whom we know looks, the fingerprint decides.
      notBefore: new Date(now - DAY),
      notAfter: new Date(now + 365 * DAY),
      signingAlgorithm: ALGORITHM,
      keys,
    },
    webcrypto as Parameters<typeof x509.X509CertificateGenerator.createSelfSigned>[1],
  );
  const der = Buffer.from(certificate.rawData);
  return { der, privateKey: KeyObject.from(keys.privateKey), fingerprint: sha256(der) };
}

/** As a description writes it (RFC 8122): `AB:CD:…`. */
export function formatFingerprint(fingerprint: Uint8Array): string {
  return Array.from(fingerprint, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');
}

/** @returns undefined for what is no SHA-256 */
export function parseFingerprint(text: string): Buffer | undefined {
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){31}$/i.test(text) ? Buffer.from(text.replaceAll(':', ''), 'hex') : undefined;
}
