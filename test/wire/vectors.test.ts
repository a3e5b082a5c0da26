import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeContent, verifyProfile } from '../../src/client/content/index.ts';
import { parseInvite } from '../../src/client/index.ts';
import { openGreeting } from '../../src/client/room/greeting.ts';
import {
  createVault,
  deriveLinkKeys,
  type Group,
  joinByWelcome,
  openInfo,
  openKnock,
  readKeyPackage,
  restoreIdentity,
  welcomeRefs,
} from '../../src/crypto/index.ts';
import { decodeContext } from '../../src/crypto/room-context.ts';
import {
  clientFrames,
  createFrameSplitter,
  decodeClientFrame,
  decodeEntry,
  decodeRelayFrame,
  equalBytes,
  hashEntry,
  relayFrames,
  toHex,
} from '../../src/protocol/index.ts';
import { converse, type Turn } from './conversation.ts';
import { fromJson, readHex, toJson } from './notation.ts';
import { ANA } from './samples.ts';
import { FILES, readVectors } from './vectors.ts';

interface Vector {
  readonly name: string;
  readonly value: { readonly t: string };
  readonly bytes: string;
}

interface WelcomeVector {
  readonly room: Uint8Array;
  readonly seed: Uint8Array;
  readonly keyPackage: { readonly body: Uint8Array; readonly secret: Uint8Array };
  readonly welcome: Uint8Array;
  readonly inviter: Uint8Array;
  readonly authenticator: Uint8Array;
}

interface KeyVectors {
  readonly proof: { readonly bytes: string; readonly signature: string };
  readonly profile: { readonly room: string; readonly profile: unknown };
  readonly contexts: ReadonlyArray<{ readonly value: unknown; readonly bytes: string }>;
}

describe('today’s code writes what was recorded', () => {
  it.each(Object.keys(FILES))('%s', async (name) => {
    expect(JSON.parse(JSON.stringify(await FILES[name]?.()))).toEqual(readVectors(name));
  });
});

describe('today’s code reads what was recorded', () => {
  it.each([
    ['client-frames', decodeClientFrame, clientFrames],
    ['relay-frames', decodeRelayFrame, relayFrames],
  ] as const)('%s, and there is one of each kind', (file, decode, kinds) => {
    const vectors = readVectors<Vector[]>(file);
    for (const { name, value, bytes } of vectors) {
      const frames: unknown[] = [];
      createFrameSplitter().push(readHex(bytes), (body) => frames.push(decode(body)));
      expect(toJson(frames), name).toEqual([value]);
    }
    expect([...new Set(vectors.map(({ value }) => value.t))].toSorted()).toEqual(Object.keys(kinds).toSorted());
  });

  it('a log and its chain', () => {
    const { genesis, entries } = readVectors<{ genesis: string; entries: Array<{ value: unknown; bytes: string; hash: string }> }>('log');
    let prev = genesis;
    for (const { value, bytes, hash } of entries) {
      const entry = decodeEntry(readHex(bytes));
      expect(toJson(entry)).toEqual(value);
      expect(toJson(entry.prev)).toBe(prev);
      prev = `0x${toHex(hashEntry(readHex(bytes)))}`;
      expect(prev).toBe(`0x${hash}`);
    }
    expect(entries).toHaveLength(5);
  });

  it('contents', () => {
    for (const { name, value, bytes } of readVectors<Vector[]>('contents'))
      expect(toJson(decodeContent(readHex(bytes))), name).toEqual(value);
  });

  it('links', () => {
    const { founder, room } = readVectors<Record<'founder' | 'room', Array<{ text: string; fields: Record<string, unknown> }>>>('links');
    for (const { text, fields } of founder) {
      const { host, ...rest } = fields as { host: string };
      expect(toJson(parseInvite(text))).toEqual({ ...rest, kind: 'founder', host: host.replace(/^\[|\]$/g, '') });
    }
    for (const { text, fields } of room) {
      const { address, room: id, ...rest } = fields as { address: string; room: string };
      expect(toJson(parseInvite(text))).toEqual({ ...rest, kind: 'room', host: address, room: id.slice(2) });
    }
  });

  it('proofs, profiles and contexts', async () => {
    const { proof, profile, contexts } = readVectors<KeyVectors>('keys');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(ANA.device).toString('base64url') }, format: 'jwk' });
    expect(verify(null, readHex(proof.bytes), key, readHex(proof.signature))).toBe(true);
    expect(await verifyProfile(ANA.device, fromJson(profile.room) as Uint8Array, fromJson(profile.profile))).toEqual(
      fromJson(profile.profile),
    );
    for (const { value, bytes } of contexts) expect(toJson(decodeContext(readHex(bytes)))).toEqual(value);
  });

  it('what was sealed under a link and in a vault', async () => {
    const { info, greeting, knock, vault } = fromJson(readVectors('sealed')) as Record<string, Record<string, Uint8Array>>;
    const opened = await openInfo((await deriveLinkKeys(info?.secret as Uint8Array)).infoKey, info?.sealed as Uint8Array);
    expect(toHex(opened)).toBe(toHex(info?.plain as Uint8Array));

    const group = { context: { link: greeting?.secret } } as unknown as Group;
    const { id, profile } = (await openGreeting(group, greeting?.sealed as Uint8Array, true)) ?? {};
    expect(toJson(id)).toBe(toJson(greeting?.id));
    expect(toJson(profile)).toEqual(readVectors<KeyVectors>('keys').profile.profile);

    const { secret, room, device } = knock as Record<string, Uint8Array>;
    const { privateKey } = (await deriveLinkKeys(secret as Uint8Array)).knock;
    const said = await openKnock(privateKey, room as Uint8Array, device as Uint8Array, knock?.sealed as Uint8Array);
    expect(toHex(said)).toBe(toHex(knock?.plain as Uint8Array));

    const { key, name, plain, sealed } = vault as unknown as { key: Uint8Array; name: string; plain: Uint8Array; sealed: Uint8Array };
    expect(equalBytes(await (await createVault(key)).open(name, sealed), plain)).toBe(true);
  });
});

it('today’s code comes in by a recorded Welcome', async () => {
  const { welcome } = fromJson(readVectors('sealed')) as { welcome: WelcomeVector };
  const identity = await restoreIdentity(welcome.seed);
  const { group, inviter } = await joinByWelcome(identity, welcome.room, welcome.welcome, welcome.keyPackage);
  expect(toJson(inviter)).toBe(toJson(welcome.inviter));
  expect(toJson(group.authenticator)).toBe(toJson(welcome.authenticator));
  expect(toJson((await readKeyPackage(welcome.keyPackage.body)).ref)).toBe(toJson(welcomeRefs(welcome.welcome)[0]));
});

it('today’s relay answers a recorded conversation with the same bytes', async () => {
  const recorded = readVectors<Turn[]>('conversation');
  expect(await converse(recorded.map(({ who, what, says }) => ({ who, what, says })))).toEqual(recorded);
});
