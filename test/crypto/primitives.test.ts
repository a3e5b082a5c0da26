import { Aes128Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import * as contract from '../../src/crypto/index.ts';
import {
  createIdentity,
  createVault,
  type Cryptography,
  deriveLinkKeys,
  openInfo,
  restoreIdentity,
  sealInfo,
  verifySignature,
} from '../../src/crypto/index.ts';
import { verifyPortably } from '../../src/crypto/ed25519.ts';
import { LABELS } from '../../src/crypto/labels.ts';
import { getSuite } from '../../src/crypto/mls/suite.ts';
import { PortableKem } from '../../src/crypto/mls/x25519-kem.ts';
import { hex, none, random, refusal, utf8 } from './people.ts';

const bytes = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));

it('offers what the engine was promised', () => {
  const offered: Cryptography = contract;
  expect(offered.joinByLink).toBeTypeOf('function');
});

/** RFC 8032 section 7.1: seed, public key, message, signature. */
const RFC_8032 = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ],
  [
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  ],
].map((vector) => vector.map(bytes) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]);

describe('a device’s signature', () => {
  it('is that of RFC 8032', async () => {
    for (const [seed, device, message, signature] of RFC_8032) {
      const identity = await restoreIdentity(seed);
      expect(hex(identity.device)).toBe(hex(device));
      expect(hex(await identity.sign(message))).toBe(hex(signature));
      expect(await verifySignature(device, message, signature)).toBe(true);
      expect(verifyPortably(device, message, signature)).toBe(true);
    }
  });

  it('is judged alike by WebCrypto and without it', async () => {
    const { device, sign } = await createIdentity();
    const signature = await sign(utf8('hola'));
    await fc.assert(
      fc.asyncProperty(fc.nat(63), fc.integer({ min: 1, max: 255 }), async (i, mask) => {
        const damaged = Uint8Array.from(signature);
        damaged[i] = (damaged[i] as number) ^ mask;
        expect(await verifySignature(device, utf8('hola'), damaged)).toBe(false);
        expect(verifyPortably(device, utf8('hola'), damaged)).toBe(false);
      }),
      { numRuns: 30 },
    );
    expect(verifyPortably(device, utf8('hola'), signature)).toBe(true);
    expect(verifyPortably(device, utf8('adiós'), signature)).toBe(false);
  });

  it('needs no WebCrypto that knows Ed25519', async () => {
    const importKey = crypto.subtle.importKey.bind(crypto.subtle);
    const spy = vi
      .spyOn(crypto.subtle, 'importKey')
      .mockImplementation(((...args: Parameters<typeof importKey>) =>
        (args[2] as unknown) === 'Ed25519'
          ? Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError'))
          : importKey(...args)) as never);
    vi.resetModules();
    const old = await import('../../src/crypto/identity.ts');
    const [seed, device, message, signature] = RFC_8032[2] as (typeof RFC_8032)[number];
    expect(hex(await (await old.restoreIdentity(seed)).sign(message))).toBe(hex(signature));
    expect(await old.verifySignature(device, message, signature)).toBe(true);
    expect(await old.verifySignature(device, none, signature)).toBe(false);
    spy.mockRestore();
    vi.resetModules();
  });

  it('is none for keys and signatures on which engines disagree', async () => {
    const zeros = new Uint8Array(32);
    // The identity and other points of small order: with some of them any message has a signature.
    const small = [
      '0100000000000000000000000000000000000000000000000000000000000000',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      '0000000000000000000000000000000000000000000000000000000000000000',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    ].map(bytes);
    for (const key of small) expect(await verifySignature(key, none, Uint8Array.from([...key, ...zeros]))).toBe(false);
    const { device, sign } = await createIdentity();
    const signature = await sign(none);
    // The same s, one order higher.
    const order = ed25519.Point.Fn.ORDER;
    const s = BigInt(`0x${hex(signature.subarray(32).toReversed())}`) + order;
    const twin = Uint8Array.from([...signature.subarray(0, 32), ...bytes(s.toString(16).padStart(64, '0')).toReversed()]);
    expect(await verifySignature(device, none, twin)).toBe(false);
    // A key with a part of small order.
    const torsion = ed25519.Point.fromBytes(small[3] as Uint8Array);
    const mixed = ed25519.Point.fromBytes(device).add(torsion).toBytes();
    expect(await verifySignature(mixed, none, signature)).toBe(false);
    // R the identity: the signer knows its own key, and engines part ways.
    const seed = random(32);
    const { scalar, pointBytes } = ed25519.utils.getExtendedPublicKey(seed);
    const k = BigInt(`0x${hex(await digest512(Uint8Array.from([...(small[0] as Uint8Array), ...pointBytes])))}`);
    const odd = Uint8Array.from([
      ...(small[0] as Uint8Array),
      ...bytes(((k * scalar) % order).toString(16).padStart(64, '0')).toReversed(),
    ]);
    expect(verifyPortably(pointBytes, none, odd)).toBe(true);
    expect(await verifySignature(pointBytes, none, odd)).toBe(false);
  });

  it('is none for what has the wrong size', async () => {
    const { device, sign } = await createIdentity();
    const signature = await sign(none);
    expect(await verifySignature(device.subarray(1), none, signature)).toBe(false);
    expect(await verifySignature(device, none, signature.subarray(1))).toBe(false);
    expect(await verifySignature(none, none, none)).toBe(false);
    expect(await refusal(restoreIdentity(random(31)))).toMatch(/32 bytes/);
  });
});

async function digest512(data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-512', Uint8Array.from(data))).toReversed();
}

describe('HPKE without a WebCrypto that knows X25519', () => {
  it('is that of RFC 9180 appendix A.1.1', async () => {
    const kem = new PortableKem();
    const { privateKey, publicKey } = await kem.deriveKeyPair(
      bytes('6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037').buffer,
    );
    expect(hex(new Uint8Array(await kem.serializePublicKey(publicKey)))).toBe(
      '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d',
    );
    const enc = bytes('37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431').buffer;
    const shared = await kem.decap({ enc, recipientKey: privateKey });
    expect(hex(new Uint8Array(shared))).toBe('fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc');
  });

  it('opens what WebCrypto’s sealed, and the other way', async () => {
    const suites = [new DhkemX25519HkdfSha256(), new PortableKem()].map(
      (kem) => new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes128Gcm() }),
    );
    const [native, portable] = suites as [CipherSuite, CipherSuite];
    for (const [from, to] of [
      [native, portable],
      [portable, native],
    ] as const) {
      const pair = await to.kem.deriveKeyPair(random(32).buffer);
      const recipientPublicKey = await from.kem.deserializePublicKey(await to.kem.serializePublicKey(pair.publicKey));
      const { enc, ct } = await from.seal({ recipientPublicKey }, utf8('hola').buffer);
      expect(new Uint8Array(await to.open({ recipientKey: pair.privateKey, enc }, ct))).toEqual(utf8('hola'));
    }
  });
});

describe('key derivation', () => {
  it('is HKDF-SHA256 of RFC 5869', async () => {
    // Appendix A.1 and A.3.
    const okm = '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865';
    const secret = new Uint8Array(22).fill(0x0b);
    const { kdf } = await getSuite();
    const prk = await kdf.extract(bytes('000102030405060708090a0b0c'), secret);
    expect(hex(prk)).toBe('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5');
    expect(hex(await kdf.expand(prk, bytes('f0f1f2f3f4f5f6f7f8f9'), 42))).toBe(okm);
    const plain = '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8';
    expect(hex(await kdf.expand(await kdf.extract(none, secret), none, 42))).toBe(plain);
  });

  it('gives each of a link’s keys its own label, and the same keys to everybody', async () => {
    const secret = new Uint8Array(32).fill(7);
    const keys = await deriveLinkKeys(secret);
    expect(hex(keys.psk)).toBe(hex(hkdf(sha256, secret, undefined, utf8('corrillo v1 link psk'), 32)));
    expect(hex(keys.doorToken)).toBe(hex(hkdf(sha256, secret, undefined, utf8('corrillo v1 link door token'), 32)));
    const { knock, ...others } = keys;
    expect(new Set([...Object.values(others), ...Object.values(knock)].map(hex)).size).toBe(7);
    expect(hex(knock.publicKey)).toBe(hex(x25519.getPublicKey(knock.privateKey)));
    expect(new Set(Object.values(LABELS)).size).toBe(Object.values(LABELS).length);
    await expect(deriveLinkKeys(random(31))).rejects.toThrow(TypeError);
  });
});

describe('what is sealed at rest', () => {
  it('opens under its name and key only', async () => {
    const vault = await createVault(random(32));
    const sealed = await vault.seal('room/1', utf8('state'));
    expect(await vault.open('room/1', sealed)).toEqual(utf8('state'));
    for (const name of ['room/2', 'room/', 'room/1\0', '']) expect(await refusal(vault.open(name, sealed))).toMatch(/^unreadable/);
    expect(await refusal((await createVault(random(32))).open('room/1', sealed))).toMatch(/^unreadable/);
    expect(hex(await vault.seal('room/1', utf8('state')))).not.toBe(hex(sealed));
  });

  it('takes a key that nobody can take out', async () => {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    const vault = await createVault(key);
    expect(await vault.open('a', await vault.seal('a', none))).toEqual(none);
    const short = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt', 'decrypt']);
    await expect(createVault(short)).rejects.toThrow(TypeError);
    await expect(createVault(random(16))).rejects.toThrow(TypeError);
  });

  it('says when another version sealed it', async () => {
    const vault = await createVault(random(32));
    const sealed = await vault.seal('a', none);
    sealed[0] = 2;
    expect(await refusal(vault.open('a', sealed))).toBe('unreadable: sealed by another version');
    expect(await refusal(vault.open('a', sealed.subarray(0, 20)))).toBe('unreadable: too short to be sealed');
  });

  it('is of one purpose: nothing of the vault opens as information of a link', async () => {
    const key = random(32);
    const vault = await createVault(key);
    expect(await refusal(openInfo(key, await vault.seal('', utf8('x'))))).toMatch(/^unreadable/);
    expect(await openInfo(key, await sealInfo(key, utf8('x')))).toEqual(utf8('x'));
  });
});
