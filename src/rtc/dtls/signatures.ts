import { type KeyObject, sign, timingSafeEqual, verify, X509Certificate } from 'node:crypto';
import { sha256 } from './prf.ts';

/** Signature schemes: what browsers' certificates sign with. A peer that made one of RSA is taken too. */
export const SIGNATURES = { ecdsa: 0x0403, rsa: 0x0401 } as const;

const SMALLEST_RSA = 2048;

/** @returns the key of the certificate that was meant; undefined for any other one, which is not even parsed */
export function readExpectedCertificate(certificate: Uint8Array, fingerprint: Uint8Array): KeyObject | undefined {
  if (fingerprint.length !== 32 || !timingSafeEqual(sha256(certificate), fingerprint)) return undefined;
  try {
    const { publicKey } = new X509Certificate(certificate);
    return schemeOf(publicKey) === undefined ? undefined : publicKey;
  } catch {
    return undefined;
  }
}

export const signEcdsa = (data: Uint8Array, privateKey: KeyObject): Buffer => sign('sha256', data, privateKey);

/** @param scheme as the peer names it: it has to be the one of its key */
export function checkSignature(data: Uint8Array, scheme: number, key: KeyObject, signature: Uint8Array): boolean {
  if (schemeOf(key) !== scheme) return false;
  try {
    return verify('sha256', data, key, signature);
  } catch {
    return false;
  }
}

function schemeOf({ asymmetricKeyType, asymmetricKeyDetails = {} }: KeyObject): number | undefined {
  if (asymmetricKeyType === 'ec' && asymmetricKeyDetails.namedCurve === 'prime256v1') return SIGNATURES.ecdsa;
  if (asymmetricKeyType === 'rsa' && (asymmetricKeyDetails.modulusLength ?? 0) >= SMALLEST_RSA) return SIGNATURES.rsa;
  return undefined;
}
