import { ByteReader, uint, vector } from '../byte-reader.ts';
import { type Group, isGroup } from './key-exchange.ts';
import { SIGNATURES } from './signatures.ts';

/** Messages of the handshake but the hellos (RFC 5246 section 7.4, RFC 8422 section 5). */
export const MESSAGE = {
  clientHello: 1,
  serverHello: 2,
  helloVerifyRequest: 3,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
} as const;

const ECDSA_SIGN = 64;
const RSA_SIGN = 1;
const NAMED_CURVE = 3;

export const writeCertificate = (der: Uint8Array): Buffer => vector(3, vector(3, der));

/** @returns the peer's own certificate, the first one; nothing of a chain is asked for. Empty where it has none */
export function readCertificate(body: Buffer): Buffer | undefined {
  const reader = new ByteReader(body);
  const list = new ByteReader(reader.vector(3));
  if (reader.bad || reader.left > 0) return undefined;
  if (list.left === 0) return Buffer.alloc(0);
  const certificate = list.vector(3);
  while (list.left > 0) list.vector(3);
  return list.bad ? undefined : certificate;
}

export const writeCertificateRequest = (): Buffer =>
  Buffer.concat([vector(1, Buffer.from([ECDSA_SIGN, RSA_SIGN])), vector(2, uint(2, SIGNATURES.ecdsa), uint(2, SIGNATURES.rsa)), vector(2)]);

/** @returns whether a signature like ours will do */
export function readCertificateRequest(body: Buffer): boolean | undefined {
  const reader = new ByteReader(body);
  reader.vector(1);
  const schemes = reader.vector(2);
  reader.vector(2);
  if (reader.bad || reader.left > 0 || schemes.length % 2 !== 0) return undefined;
  for (let at = 0; at < schemes.length; at += 2) if (schemes.readUInt16BE(at) === SIGNATURES.ecdsa) return true;
  return false;
}

export interface Signed {
  readonly scheme: number;
  readonly signature: Buffer;
}

export interface ServerKeyExchange extends Signed {
  readonly group: Group;
  readonly publicKey: Buffer;
  /** What is signed, behind both randoms. */
  readonly parameters: Buffer;
}

export const writeParameters = (group: Group, publicKey: Uint8Array): Buffer =>
  Buffer.concat([uint(1, NAMED_CURVE), uint(2, group), vector(1, publicKey)]);

export function readServerKeyExchange(body: Buffer): ServerKeyExchange | undefined {
  const reader = new ByteReader(body);
  const curve = reader.uint(1);
  const group = reader.uint(2);
  const publicKey = reader.vector(1);
  const parameters = body.subarray(0, 4 + publicKey.length);
  const signed = readSignedRest(reader);
  return signed === undefined || curve !== NAMED_CURVE || !isGroup(group) ? undefined : { ...signed, group, publicKey, parameters };
}

export const writeSigned = (scheme: number, signature: Uint8Array): Buffer => Buffer.concat([uint(2, scheme), vector(2, signature)]);

/** CertificateVerify. */
export const readSigned = (body: Buffer): Signed | undefined => readSignedRest(new ByteReader(body));

export const writeClientKeyExchange = (publicKey: Uint8Array): Buffer => vector(1, publicKey);

export function readClientKeyExchange(body: Buffer): Buffer | undefined {
  const reader = new ByteReader(body);
  const publicKey = reader.vector(1);
  return reader.bad || reader.left > 0 ? undefined : publicKey;
}

function readSignedRest(reader: ByteReader): Signed | undefined {
  const scheme = reader.uint(2);
  const signature = reader.vector(2);
  return reader.bad || reader.left > 0 ? undefined : { scheme, signature };
}
