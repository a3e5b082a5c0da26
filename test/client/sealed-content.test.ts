import { describe, expect, test } from 'vitest';
import { createMemoryStore } from '../../src/client/index.ts';
import { decodeContent, encodeContent, signLeaving, verifyLeaving } from '../../src/client/content/index.ts';
import { sealStore } from '../../src/client/vaulted-store.ts';
import { createGroup, createIdentity, createVault } from '../../src/crypto/index.ts';
import { decodeValue, encodeValue } from '../../src/protocol/index.ts';

const room = new Uint8Array(16).fill(1);
const link = new Uint8Array(32).fill(2);

async function openGroup(identity: Awaited<ReturnType<typeof createIdentity>>, id = room) {
  return createGroup(identity, id, { link, founder: identity.device, removers: [], title: '', access: 'invited' });
}

describe('the word of one who leaves', () => {
  test('counts for that device, in that room, for that stay', async () => {
    const [ana, eva] = [await createIdentity(), await createIdentity()];
    const group = await openGroup(ana);
    const word = await signLeaving(ana, group);
    expect(await verifyLeaving(group, ana.device, word)).toBe(true);
    expect(await verifyLeaving(group, eva.device, word)).toBe(false);
    expect(await verifyLeaving(await openGroup(ana, new Uint8Array(16).fill(3)), ana.device, word)).toBe(false);
    // The same device and room with another leaf: it came back.
    expect(await verifyLeaving(await openGroup(ana), ana.device, word)).toBe(false);
    expect(
      await verifyLeaving(
        group,
        ana.device,
        word.map((byte, at) => (at === 0 ? byte ^ 1 : byte)),
      ),
    ).toBe(false);
    expect(await verifyLeaving(group, ana.device, new Uint8Array())).toBe(false);
  });

  test('is nothing that others could sign', async () => {
    const [ana, eva] = [await createIdentity(), await createIdentity()];
    const group = await openGroup(ana);
    await expect(signLeaving(eva, group)).rejects.toMatchObject({ code: 'not_inside' });
  });
});

describe('what is kept', () => {
  test('opens under the name it was written under, and no other', async () => {
    const values = new Map<string, Uint8Array>();
    const store = sealStore(createMemoryStore(values), await createVault(new Uint8Array(32)));
    await store.write(
      new Map([
        ['one', Uint8Array.of(1)],
        ['two', Uint8Array.of(2)],
      ]),
    );
    expect(await store.get('one')).toEqual(Uint8Array.of(1));
    const [one, two] = [values.get('one') as Uint8Array, values.get('two') as Uint8Array];
    values.set('one', two);
    values.set('two', one);
    await expect(store.get('one')).rejects.toMatchObject({ code: 'unreadable' });
    await expect(store.list('')).rejects.toMatchObject({ code: 'unreadable' });
  });
});

describe('content', () => {
  const good = { n: 1, at: 5, seen: [0, new Uint8Array(32)] as const, body: { kind: 'text', text: 'hola', style: 'plain' } as const };
  const altered = (change: object) => encodeValue({ ...(decodeValue(encodeContent(good)) as object), ...change });

  test('is what it was', () => {
    expect(decodeContent(encodeContent(good))).toEqual(good);
  });

  test.each<[string, Uint8Array, string]>([
    ['of a later version', altered({ v: 1 }), 'newer_version'],
    ['of an unknown kind', altered({ k: 'hologram' }), 'newer_version'],
    ['of a kind that every object has', altered({ k: 'constructor' }), 'newer_version'],
    ['without a number', altered({ n: -1 }), 'bad_content'],
    ['with a short hash', altered({ seen: [0, new Uint8Array(31)] }), 'bad_content'],
    ['with more than belongs to it', altered({ more: 1 }), 'bad_content'],
    ['with a text that is none', altered({ b: { text: 7, style: 'plain' } }), 'bad_content'],
    ['with a text beyond 64 KiB', altered({ b: { text: 'x'.repeat(64 * 1024 + 1), style: 'plain' } }), 'bad_content'],
    ['that is no CBOR', Uint8Array.of(0xff), 'bad_content'],
  ])('%s is refused', (_what, bytes, code) => {
    expect(() => decodeContent(bytes)).toThrow(expect.objectContaining({ code }));
  });
});
