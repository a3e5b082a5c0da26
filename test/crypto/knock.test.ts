import { pbkdf2Sync } from 'node:crypto';
import { Aes128Gcm, CipherSuite, HkdfSha256 } from '@hpke/core';
import { describe, expect, it, vi } from 'vitest';
import {
  commitChange,
  createIdentity,
  deriveLinkKeys,
  deviceFingerprint,
  openCommit,
  openForEpoch,
  openInfo,
  openKnock,
  sealForEpoch,
  sealInfo,
  sealKnock,
} from '../../src/crypto/index.ts';
import { PortableKem } from '../../src/crypto/mls/x25519-kem.ts';
import { admit, change, gather, hex, linkOf, none, type Person, random, refusal, utf8 } from './people.ts';

describe('a knock', () => {
  const room = random(16);
  const device = random(32);

  it('is opened by who has the link, and by nobody else', async () => {
    const { knock } = await deriveLinkKeys(random(32));
    const sealed = await sealKnock(knock.publicKey, room, device, utf8('Juan'));
    expect(await openKnock(knock.privateKey, room, device, sealed)).toEqual(utf8('Juan'));
    const other = (await deriveLinkKeys(random(32))).knock;
    expect(await refusal(openKnock(other.privateKey, room, device, sealed))).toMatch(/^unreadable/);
    expect(await refusal(openKnock(knock.publicKey, room, device, sealed))).toMatch(/^unreadable/);
    expect(hex(await sealKnock(knock.publicKey, room, device, utf8('Juan')))).not.toBe(hex(sealed));
  });

  it('is of one device at one room', async () => {
    const { privateKey, publicKey } = (await deriveLinkKeys(random(32))).knock;
    const sealed = await sealKnock(publicKey, room, device, utf8('Juan'));
    expect(await refusal(openKnock(privateKey, random(16), device, sealed))).toMatch(/^unreadable/);
    expect(await refusal(openKnock(privateKey, room, random(32), sealed))).toMatch(/^unreadable/);
  });

  it('is refused where it is too short, and is not sealed to a key that is none', async () => {
    const { privateKey } = (await deriveLinkKeys(random(32))).knock;
    for (const size of [0, 31, 32, 47])
      expect(await refusal(openKnock(privateKey, room, device, random(size)))).toBe('unreadable: too short to be sealed');
    expect(await refusal(openKnock(random(31), room, device, random(64)))).toMatch(/^unreadable/);
    // The relay tells the key. With one of small order, everybody could open it.
    for (const key of [none, random(31), random(33), new Uint8Array(32), Uint8Array.of(1, ...new Uint8Array(31))])
      expect(await refusal(sealKnock(key, room, device, utf8('Juan')))).toMatch(/^unreadable/);
  });

  it('is HPKE as PROTOCOL.md has it, for whoever has another implementation', async () => {
    const suite = new CipherSuite({ kem: new PortableKem(), kdf: new HkdfSha256(), aead: new Aes128Gcm() });
    const { knock } = await deriveLinkKeys(random(32));
    const recipientPublicKey = await suite.kem.deserializePublicKey(Uint8Array.from(knock.publicKey).buffer);
    const aad = Uint8Array.from([...room, ...device]);
    const { enc, ct } = await suite.seal({ recipientPublicKey, info: utf8('corrillo v1 knock').buffer }, utf8('Juan').buffer, aad.buffer);
    const sealed = Uint8Array.from([...new Uint8Array(enc), ...new Uint8Array(ct)]);
    expect(await openKnock(knock.privateKey, room, device, sealed)).toEqual(utf8('Juan'));
  });

  it('needs no WebCrypto that knows X25519', async () => {
    const secret = random(32);
    const today = (await deriveLinkKeys(secret)).knock;
    const sealed = await sealKnock(today.publicKey, room, device, utf8('Juan'));
    const generateKey = crypto.subtle.generateKey.bind(crypto.subtle);
    const spy = vi
      .spyOn(crypto.subtle, 'generateKey')
      .mockImplementation(((...args: Parameters<typeof generateKey>) =>
        (args[0] as unknown) === 'X25519'
          ? Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError'))
          : generateKey(...args)) as never);
    vi.resetModules();
    const old = await import('../../src/crypto/index.ts');
    const { knock } = await old.deriveLinkKeys(secret);
    expect(hex(knock.privateKey)).toBe(hex(today.privateKey));
    expect(hex(knock.publicKey)).toBe(hex(today.publicKey));
    expect(await old.openKnock(knock.privateKey, room, device, sealed)).toEqual(utf8('Juan'));
    const back = await old.sealKnock(knock.publicKey, room, device, utf8('Ana'));
    expect(await openKnock(today.privateKey, room, device, back)).toEqual(utf8('Ana'));
    await expect(old.sealKnock(new Uint8Array(32), room, device, none)).rejects.toThrow(/^unreadable/);
    expect(spy).toHaveBeenCalled();
    spy.mockRestore();
    vi.resetModules();
  });
});

describe('what is sealed for an epoch', () => {
  it('opens for the members of that epoch, for one purpose', async () => {
    const room = await gather(3);
    const [ana, ben, carla] = room as [Person, Person, Person];
    const sealed = await sealForEpoch(ana.group, 'presence', utf8('here'));
    expect(await openForEpoch(ben.group, 'presence', sealed)).toEqual(utf8('here'));
    for (const purpose of ['typing', '', 'presence\0'])
      expect(await refusal(openForEpoch(carla.group, purpose, sealed))).toMatch(/^unreadable/);
    const guest = await admit(room, ana);
    expect(await refusal(openForEpoch(guest.group, 'presence', sealed))).toMatch(/^unreadable/);
    expect(await refusal(openForEpoch(ben.group, 'presence', sealed))).toMatch(/^unreadable/);
    const [other] = (await gather(2)) as [Person];
    expect(await refusal(openForEpoch(other.group, 'presence', sealed))).toMatch(/^unreadable/);
  });

  it('is not for one who was removed, and nothing else opens as it', async () => {
    const room = await gather(2);
    const [ana, ben] = room as [Person, Person];
    const { infoKey } = await deriveLinkKeys(linkOf(ana.group));
    expect(await refusal(openForEpoch(ana.group, '', await sealInfo(infoKey, none)))).toMatch(/^unreadable/);
    expect(await refusal(openInfo(infoKey, await sealForEpoch(ana.group, '', none)))).toMatch(/^unreadable/);
    await change(room, ana, { link: null });
    const { sealed } = await commitChange(ana.group, { kind: 'remove', devices: [ben.identity.device] }, none);
    const { group } = await openCommit(ben.group, sealed);
    expect(await refusal(sealForEpoch(group, 'presence', none))).toBe('forbidden: this device was removed');
  });
});

describe('the words of a device', () => {
  it('are of PBKDF2 as RFC 8018 has it, and cost what makes trying for them vain', async () => {
    const { device } = await createIdentity();
    const salt = 'corrillo v1 device words';
    expect(hex(deviceFingerprint(device))).toBe(pbkdf2Sync(device, salt, 8192, 8, 'sha256').toString('hex'));
    expect(deviceFingerprint(device)).toHaveLength(8);
    expect(() => deviceFingerprint(device.subarray(1))).toThrow(TypeError);
  });

  it('are kept at hand, and belong to nobody who asks', async () => {
    const { device } = await createIdentity();
    const first = deviceFingerprint(device);
    const told = hex(first);
    first.fill(0);
    expect(hex(deviceFingerprint(device))).toBe(told);
  });
});
