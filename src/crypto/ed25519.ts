import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { asSource, concatBytes, equalBytes, toHex } from './bytes.ts';

/**
 * Ed25519 (RFC 8032) with one verdict everywhere. Engines disagree about odd keys and signatures, and two members who
 * disagree about one message are two rooms; so the odd ones are refused before an engine is asked. WebCrypto where it
 * knows Ed25519, else noble.
 */
export async function signEd25519(seed: Uint8Array, bytes: Uint8Array): Promise<Uint8Array> {
  if (!(await hasNative())) return ed25519.sign(bytes, seed);
  let key = signingKeys.get(seed);
  if (!key) {
    key = crypto.subtle.importKey('pkcs8', concatBytes(PKCS8_HEAD, seed), 'Ed25519', false, ['sign']);
    signingKeys.set(seed, key);
  }
  return new Uint8Array(await crypto.subtle.sign('Ed25519', await key, asSource(bytes)));
}

export async function verifyEd25519(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (signature.length !== 64 || !isSoundKey(publicKey) || !isSoundSignature(signature)) return false;
  if (!(await hasNative())) return verifyPortably(publicKey, bytes, signature);
  const key = await crypto.subtle.importKey('raw', asSource(publicKey), 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', key, asSource(signature), asSource(bytes));
}

/**
 * A canonical point of the prime-order subgroup. With any other key the cofactored and the plain equation differ, and
 * keys of small order accept any message.
 */
export function isSoundKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== 32) return false;
  const name = toHex(publicKey);
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const sound = decideSoundness(publicKey);
  if (verdicts.size >= KNOWN_KEYS) verdicts.delete(verdicts.keys().next().value as string);
  verdicts.set(name, sound);
  return sound;
}

/** The plain equation of RFC 8032 section 5.1.7, compared as bytes: what OpenSSL and BoringSSL do. */
export function verifyPortably(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  const r = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  if (s >= ORDER) return false;
  const k = littleEndian(sha512(concatBytes(r, publicKey, bytes))) % ORDER;
  const expected = ed25519.Point.BASE.multiplyUnsafe(s).subtract(ed25519.Point.fromBytes(publicKey).multiplyUnsafe(k));
  return equalBytes(expected.toBytes(), r);
}

function decideSoundness(publicKey: Uint8Array): boolean {
  try {
    const point = ed25519.Point.fromBytes(publicKey);
    return !point.is0() && point.isTorsionFree() && equalBytes(point.toBytes(), publicKey);
  } catch {
    return false;
  }
}

/** s below the order, or a signature has twins; R not the identity, which some engines refuse and some do not. */
function isSoundSignature(signature: Uint8Array): boolean {
  return littleEndian(signature.subarray(32)) < ORDER && !equalBytes(signature.subarray(0, 32), IDENTITY_POINT);
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes.toReversed())}`);
}

let native: Promise<boolean> | undefined;

function hasNative(): Promise<boolean> {
  native ??= crypto.subtle.importKey('raw', asSource(ed25519.Point.BASE.toBytes()), 'Ed25519', false, ['verify']).then(
    () => true,
    () => false,
  );
  return native;
}

const ORDER = ed25519.Point.Fn.ORDER;
const IDENTITY_POINT = ed25519.Point.ZERO.toBytes();
/** RFC 8410 section 7: a private key is this and its seed. */
const PKCS8_HEAD = new Uint8Array([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]);
/** By the seed's own array: one device has one, so that nothing is looked up by its contents. */
const signingKeys = new WeakMap<Uint8Array, Promise<CryptoKey>>();
/** Deciding takes a millisecond and a room has the same keys all day. */
const verdicts = new Map<string, boolean>();
const KNOWN_KEYS = 4096;
