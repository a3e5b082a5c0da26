import { Aes128Gcm, CipherSuite, HkdfSha256 } from '@hpke/core';
import { ed25519 } from '@noble/curves/ed25519.js';
import { expand, extract } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Capabilities, CiphersuiteImpl, ClientConfig, Credential } from 'ts-mls';
import { makeGenericHpke } from 'ts-mls/crypto/implementation/hpke.js';
import { asSource, equalBytes, randomBytes } from '../bytes.ts';
import { isSoundKey, signEd25519, verifyEd25519 } from '../ed25519.ts';
import { LIMITS } from '../limits.ts';
import { ROOM_CONTEXT_TYPE } from '../room-context.ts';
import { createKem } from './x25519-kem.ts';

export const SUITE_NAME = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519';

let suite: Promise<CiphersuiteImpl> | undefined;

/**
 * Cipher suite 1 (RFC 9420 section 17.1). HPKE and the AEAD are WebCrypto's; hashes are noble's, since an epoch takes
 * hundreds of them and each trip to WebCrypto costs five times the hash; signatures go through our one verdict. Built
 * here, because ts-mls' own table of suites draws in packages that a room never uses.
 */
export function getSuite(): Promise<CiphersuiteImpl> {
  suite ??= buildSuite();
  return suite;
}

async function buildSuite(): Promise<CiphersuiteImpl> {
  const hpkeSuite = new CipherSuite({ kem: await createKem(), kdf: new HkdfSha256(), aead: new Aes128Gcm() });
  const algorithm = { kem: 'DHKEM-X25519-HKDF-SHA256', kdf: 'HKDF-SHA256', aead: 'AES128GCM' } as const;
  return {
    name: SUITE_NAME,
    rng: { randomBytes },
    hpke: await makeGenericHpke(algorithm, { encrypt: encryptAes, decrypt: decryptAes }, hpkeSuite),
    hash: {
      digest: async (bytes) => sha256(bytes),
      mac: async (key, bytes) => hmac(sha256, key, bytes),
      verifyMac: async (key, mac, bytes) => equalBytes(hmac(sha256, key, bytes), mac),
    },
    kdf: {
      size: 32,
      extract: async (salt, secret) => extract(sha256, secret, salt),
      expand: async (key, info, size) => expand(sha256, key, info, size),
    },
    signature: {
      sign: signEd25519,
      verify: verifyEd25519,
      keygen: async () => {
        const signKey = randomBytes(32);
        return { signKey, publicKey: ed25519.getPublicKey(signKey) };
      },
    },
  };
}

/** DeriveKeyPair of RFC 9180 section 7.1.3; 32 bytes each. */
export async function deriveHpkeKeys(ikm: Uint8Array): Promise<{ readonly privateKey: Uint8Array; readonly publicKey: Uint8Array }> {
  const { hpke } = await getSuite();
  const { privateKey, publicKey } = await hpke.deriveKeyPair(ikm);
  return { privateKey: await hpke.exportPrivateKey(privateKey), publicKey: await hpke.exportPublicKey(publicKey) };
}

/** Keys here are good for one message (RFC 9420 section 9.1), so that there is nothing to cache. */
async function encryptAes(key: Uint8Array, nonce: Uint8Array, data: Uint8Array, plain: Uint8Array): Promise<Uint8Array> {
  const aesKey = await crypto.subtle.importKey('raw', asSource(key), 'AES-GCM', false, ['encrypt']);
  const params = { name: 'AES-GCM', iv: asSource(nonce), additionalData: asSource(data) };
  return new Uint8Array(await crypto.subtle.encrypt(params, aesKey, asSource(plain)));
}

async function decryptAes(key: Uint8Array, nonce: Uint8Array, data: Uint8Array, sealed: Uint8Array): Promise<Uint8Array> {
  const aesKey = await crypto.subtle.importKey('raw', asSource(key), 'AES-GCM', false, ['decrypt']);
  const params = { name: 'AES-GCM', iv: asSource(nonce), additionalData: asSource(data) };
  return new Uint8Array(await crypto.subtle.decrypt(params, aesKey, asSource(sealed)));
}

/** What each leaf of ours says it understands. The lists of ts-mls' defaults are long and stand in every leaf. */
export const CAPABILITIES: Capabilities = {
  versions: ['mls10'],
  ciphersuites: [SUITE_NAME],
  extensions: [ROOM_CONTEXT_TYPE],
  proposals: [],
  credentials: ['basic'],
};

export const credentialOf = (device: Uint8Array): Credential => ({ credentialType: 'basic', identity: device });

/** A leaf is a device: its credential is its signature key. ts-mls by itself believes any credential. */
function isDeviceCredential(credential: Credential, signatureKey: Uint8Array): boolean {
  return (
    credential.credentialType === 'basic' &&
    'identity' in credential &&
    credential.identity instanceof Uint8Array &&
    equalBytes(credential.identity, signatureKey) &&
    isSoundKey(signatureKey)
  );
}

export const CLIENT_CONFIG: ClientConfig = {
  keyRetentionConfig: {
    retainKeysForEpochs: LIMITS.pastEpochs,
    retainKeysForGenerations: LIMITS.skippedKeys,
    maximumForwardRatchetSteps: LIMITS.forwardSteps,
  },
  /*
   * Lifetimes are not looked at: machines without internet have wrong clocks, a month off is common, and two members who
   * disagree about "now" would disagree about a commit. Ours never end; who may be in is the room's matter.
   */
  lifetimeConfig: { maximumTotalLifetime: 2n ** 63n - 1n, validateLifetimeOnReceive: false },
  keyPackageEqualityConfig: {
    compareKeyPackages: (a, b) => equalBytes(a.leafNode.signaturePublicKey, b.leafNode.signaturePublicKey),
    compareKeyPackageToLeafNode: (a, b) => equalBytes(a.leafNode.signaturePublicKey, b.signaturePublicKey),
  },
  paddingConfig: { kind: 'padUntilLength', padUntilLength: LIMITS.handshakeBytes },
  authService: { validateCredential: async (credential, signatureKey) => isDeviceCredential(credential, signatureKey) },
};
