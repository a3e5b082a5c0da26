// The X.509 library registers its types by decorators and needs this before it.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { decodeNameConstraints, encodeNameConstraints, type PermittedNames } from './name-constraints.ts';

type KeyPair = webcrypto.CryptoKeyPair;

const NAME_CONSTRAINTS = '2.5.29.30';
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY = 86_400_000;
/** The CA is trusted by hand, device by device: it should not have to be done again. */
const CA_DAYS = 3_650;
/** Browsers refuse leaves of more than 398 days. */
const LEAF_DAYS = 397;

cryptoProvider.set(webcrypto);

export async function generateKeys(): Promise<KeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

export async function exportKeys({ privateKey }: KeyPair): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey));
  return `-----BEGIN PRIVATE KEY-----\n${der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()}\n-----END PRIVATE KEY-----\n`;
}

/** @throws where the text is no P-256 private key */
export async function importKeys(pem: string): Promise<KeyPair> {
  const der = Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const privateKey = await webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, true, ['sign']);
  const { d: _, key_ops: _ops, ...jwk } = await webcrypto.subtle.exportKey('jwk', privateKey);
  return { privateKey, publicKey: await webcrypto.subtle.importKey('jwk', jwk, ALGORITHM, true, ['verify']) };
}

/** DER of the SubjectPublicKeyInfo. */
export async function exportPublicKey({ publicKey }: KeyPair): Promise<Uint8Array> {
  return new Uint8Array(await webcrypto.subtle.exportKey('spki', publicKey));
}

/** A CA that can speak for `names` alone: who trusts it does not thereby let this machine pose as a bank. PEM. */
export async function issueCa(keys: KeyPair, title: string, names: PermittedNames, now: number): Promise<string> {
  const certificate = await X509CertificateGenerator.createSelfSigned({
    keys: keys,
    name: [{ CN: [title] }],
    serialNumber: randomSerial(),
    notBefore: new Date(now - DAY),
    notAfter: new Date(now + CA_DAYS * DAY),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      new Extension(NAME_CONSTRAINTS, true, encodeNameConstraints(names)),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

/** A server certificate for `names` (host names and IP addresses). A day back, for clocks that are behind. PEM. */
export async function issueLeaf(
  keys: KeyPair,
  ca: { readonly pem: string; readonly keys: KeyPair },
  names: readonly string[],
  now: number,
): Promise<string> {
  const issuer = new X509Certificate(ca.pem);
  const issuerKey = ca.keys.publicKey;
  const certificate = await X509CertificateGenerator.create({
    publicKey: keys.publicKey,
    signingKey: ca.keys.privateKey,
    subject: [{ CN: ['Corrillo'] }],
    issuer: issuer.subject,
    serialNumber: randomSerial(),
    notBefore: new Date(now - DAY),
    notAfter: new Date(Math.min(now + LEAF_DAYS * DAY - DAY, issuer.notAfter.getTime())),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map((value): JsonGeneralName => ({ type: isIP(value) ? 'ip' : 'dns', value }))),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuerKey),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

/** Expiry (ms since 1970) and what a CA may speak for. @throws where the PEM is no certificate of ours */
export function readCa(pem: string): { readonly notAfter: number; readonly names: PermittedNames } {
  const certificate = new X509Certificate(pem);
  const constraints = certificate.getExtension(NAME_CONSTRAINTS);
  if (!constraints) throw new RangeError('a CA without name constraints');
  return { notAfter: certificate.notAfter.getTime(), names: decodeNameConstraints(new Uint8Array(constraints.value)) };
}

/** Positive and of 16 bytes (RFC 5280 section 4.1.2.2). */
function randomSerial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}
