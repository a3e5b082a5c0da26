import { ed25519 } from '@noble/curves/ed25519.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { createProposal } from 'ts-mls/createMessage.js';
import type { Extension } from 'ts-mls/extension.js';
import type { LeafNode } from 'ts-mls/leafNode.js';
import type { Proposal } from 'ts-mls/proposal.js';
import { commitChange, createIdentity, leafKey, openCommit, type RoomContext } from '../../src/crypto/index.ts';
import { buildExtensions } from '../../src/crypto/mls/extensions.ts';
import { createLeaf } from '../../src/crypto/mls/found.ts';
import { readContext, stateOf } from '../../src/crypto/mls/state.ts';
import { credentialOf, getSuite } from '../../src/crypto/mls/suite.ts';
import { encodeWire } from '../../src/crypto/mls/wire.ts';
import { storeContext } from '../../src/crypto/context-change.ts';
import { askPlainMls, forgeMemberCommit, type MemberForgery } from './forge.ts';
import { change, enter, gather, hex, linkOf, none, type Person, random, refusal, text, utf8 } from './people.ts';

/** The founder, a remover, and two with no role: the last two are the dishonest ones. */
let room: Person[];
let ana: Person;
let rosa: Person;
let mallory: Person;
let victim: Person;

beforeEach(async () => {
  room = await gather(4);
  [ana, rosa, mallory, victim] = room as [Person, Person, Person, Person];
  await change(room, ana, { removers: [rosa.identity.device] });
});

/** What everybody but the author says; they have to agree. */
async function verdict(author: Person, sealed: Uint8Array, departed: Person[] = []): Promise<string> {
  const options = { departed: new Set(departed.map(({ identity }) => hex(identity.device))) };
  const verdicts = await Promise.all(
    room.filter((person) => person !== author).map(({ group }) => refusal(openCommit(group, sealed, options))),
  );
  expect(new Set(verdicts).size).toBe(1);
  return verdicts[0] as string;
}

const forge = (author: Person, proposals: Proposal[], rest: Partial<MemberForgery> = {}) =>
  forgeMemberCommit(author.group, { proposals, path: true, ...rest });
const remove = (removed: number): Proposal => ({ proposalType: 'remove', remove: { removed } });
const extend = (extensions: Extension[]): Proposal => ({
  proposalType: 'group_context_extensions',
  groupContextExtensions: { extensions },
});
const recontext = ({ group }: Person, wish: Partial<RoomContext>) =>
  extend(buildExtensions(storeContext(readContext(stateOf(group)), { ...group.context, ...wish })));
const forgeContext = (author: Person, wish: Partial<RoomContext>) => forge(author, [recontext(author, wish)], { path: false });

describe('a removal', () => {
  it('works for founder and remover once the link is closed', async () => {
    await change(room, ana, { link: null });
    expect(await verdict(ana, await forge(ana, [remove(3)]))).toBe('accepted');
    expect(await verdict(rosa, await forge(rosa, [remove(3)]))).toBe('accepted');
    expect(await verdict(rosa, await forge(rosa, [remove(2), remove(3)]))).toBe('accepted');
  });

  it('is refused while the link is open', async () => {
    const sealed = await forge(ana, [remove(3)]);
    expect(await askPlainMls(rosa.group, sealed)).toBeDefined();
    expect(await verdict(ana, sealed)).toBe('forbidden: a removal while the link is open');
  });

  it('by one without the role is refused', async () => {
    await change(room, ana, { link: null });
    const sealed = await forge(mallory, [remove(3)]);
    expect(await askPlainMls(ana.group, sealed)).toBeDefined();
    expect(await verdict(mallory, sealed)).toBe('forbidden: only the founder and removers remove');
  });

  it('of the founder is refused', async () => {
    await change(room, ana, { link: null });
    expect(await verdict(rosa, await forge(rosa, [remove(0)]))).toBe('forbidden: the founder is not removed');
  });

  it('without a path is refused, so that the removed cannot read on', async () => {
    await change(room, ana, { link: null });
    expect(await verdict(ana, await forge(ana, [remove(3)], { path: false }))).toBe(
      'forbidden: a removal without a path: the removed would read on',
    );
  });

  it('of a leaf that is not there, or of oneself, is refused', async () => {
    await change(room, ana, { link: null });
    for (const index of [4, 99, 2 ** 32 - 1])
      expect(await verdict(ana, await forge(ana, [remove(index)]))).toBe('forbidden: a removal of nobody');
    expect(await verdict(mallory, await forge(mallory, [remove(2)], { path: false }))).toMatch(/^forbidden/);
    expect(await verdict(ana, await forge(ana, [remove(3), remove(3)]))).toBe('forbidden: a removal twice');
    expect(await verdict(mallory, await forge(mallory, [remove(3), remove(2), remove(3)]), [victim])).toBe('forbidden: a removal twice');
  });

  it('of one who said it leaves is anybody’s, even with the link open, and then of nobody else', async () => {
    expect(await verdict(mallory, await forge(mallory, [remove(3)]), [victim])).toBe('accepted');
    expect(await verdict(mallory, await forge(mallory, [remove(3), remove(1)]), [victim])).toBe(
      'forbidden: only the founder and removers remove',
    );
    expect(await verdict(rosa, await forge(rosa, [remove(3), remove(2)]), [victim])).toBe('forbidden: a removal while the link is open');
    expect(await verdict(mallory, await forge(mallory, [remove(0)]), [ana])).toBe('accepted');
    expect(await verdict(mallory, await forge(mallory, [remove(2)], { path: false }), [mallory])).toMatch(/^forbidden/);
  });

  it('is anybody’s too where the commit itself shows who left', async () => {
    const devices = [victim.identity.device];
    const departed = new Set(devices.map(hex));
    const { sealed } = await commitChange(mallory.group, { kind: 'remove', devices }, utf8('the word of the victim'), { departed });
    const read = async (aad: Uint8Array) => (text(aad) === 'the word of the victim' ? departed : new Set<string>());
    expect((await openCommit(ana.group, sealed, { departed: read })).removed).toEqual(devices);
    expect(await refusal(openCommit(ana.group, sealed, { departed: async () => new Set() }))).toMatch(/^forbidden/);
    // What it is bound to: this leaf, and not the one with which the device comes back.
    const before = leafKey(ana.group, victim.identity.device);
    await enter(
      room.filter((person) => person !== victim),
      ana,
      victim.identity,
    );
    expect(before).toHaveLength(32);
    expect(leafKey(ana.group, victim.identity.device)).not.toEqual(before);
    expect(leafKey(ana.group, random(32))).toBeUndefined();
  });

  it('with a context change in one commit is refused', async () => {
    await change(room, ana, { link: null });
    expect(await verdict(ana, await forge(ana, [remove(3), recontext(ana, { link: random(32) })]))).toBe(
      'forbidden: removal and context change in one commit',
    );
  });
});

describe('a change of the context', () => {
  it('keeps the founder', async () => {
    for (const author of [ana, mallory]) {
      const sealed = await forgeContext(author, { founder: mallory.identity.device });
      expect(await askPlainMls(victim.group, sealed)).toBeDefined();
      expect(await verdict(author, sealed)).toBe('forbidden: the founder never changes');
    }
  });

  it('gives roles by the founder only', async () => {
    for (const author of [rosa, mallory]) {
      const sealed = await forgeContext(author, { removers: [rosa.identity.device, mallory.identity.device] });
      expect(await askPlainMls(victim.group, sealed)).toBeDefined();
      expect(await verdict(author, sealed)).toBe('forbidden: only the founder gives roles');
    }
    expect(await verdict(mallory, await forgeContext(mallory, { removers: [] }))).toBe('forbidden: only the founder gives roles');
    expect(await verdict(ana, await forgeContext(ana, { removers: [] }))).toBe('accepted');
  });

  it('names the room by founder and removers only', async () => {
    expect(await verdict(mallory, await forgeContext(mallory, { title: 'Mine' }))).toBe(
      'forbidden: only the founder and removers name the room',
    );
    expect(await verdict(rosa, await forgeContext(rosa, { title: 'Ours' }))).toBe('accepted');
  });

  it('closes or replaces the link by founder and removers only, and opens it by anybody', async () => {
    const refused = 'forbidden: only the founder and removers close or change the link';
    expect(await verdict(mallory, await forgeContext(mallory, { link: null }))).toBe(refused);
    expect(await verdict(mallory, await forgeContext(mallory, { link: random(32) }))).toBe(refused);
    expect(await verdict(rosa, await forgeContext(rosa, { link: random(32) }))).toBe('accepted');
    await change(room, rosa, { link: null });
    expect(await verdict(mallory, await forgeContext(mallory, { link: random(32) }))).toBe('accepted');
  });

  it('does not bring the old link back, at once or after closing', async () => {
    const old = linkOf(ana.group);
    await change(room, ana, { link: null });
    expect(await verdict(mallory, await forgeContext(mallory, { link: old }))).toBe('forbidden: an old link comes back');
    await change(room, ana, { link: random(32) });
    const forgetful = extend(buildExtensions({ ...readContext(stateOf(ana.group)), link: old, formerLink: null }));
    expect(await verdict(ana, await forge(ana, [forgetful], { path: false }))).toBe('forbidden: the former link is misstated');
  });

  it('changes something', async () => {
    expect(await verdict(ana, await forgeContext(ana, {}))).toBe('forbidden: a change of nothing');
    expect(await verdict(ana, await forge(ana, []))).toBe('forbidden: a commit that does nothing');
    expect(await verdict(ana, await forge(ana, [], { path: false }))).toBe('forbidden: a commit that does nothing');
  });

  it('comes alone and without a path', async () => {
    const twice = [recontext(ana, { title: 'a' }), recontext(ana, { title: 'b' })];
    expect(await verdict(ana, await forge(ana, twice, { path: false }))).toBe('forbidden: two context changes in one commit');
    expect(await verdict(ana, await forge(ana, [recontext(ana, { title: 'a' })]))).toBe('forbidden: a context change with a path');
  });

  it('adds no other extension, and drops none', async () => {
    const [required, context] = buildExtensions({ ...readContext(stateOf(ana.group)), title: 'x' }) as [Extension, Extension];
    const unknown = 'forbidden: unknown group context extensions';
    const senders: Extension = { extensionType: 'external_senders', extensionData: random(40) };
    expect(await verdict(ana, await forge(ana, [extend([required, context, senders])], { path: false }))).toBe(unknown);
    expect(await verdict(ana, await forge(ana, [extend([required])], { path: false }))).toBe(unknown);
    expect(await verdict(ana, await forge(ana, [extend([context])], { path: false }))).toBe('forbidden: unknown required capabilities');
    const newer: Extension = { ...context, extensionData: Uint8Array.from([0x81, 3]) };
    expect(await verdict(ana, await forge(ana, [extend([required, newer])], { path: false }))).toBe(
      'forbidden: room context of a newer version',
    );
  });
});

describe('a member’s commit is refused', () => {
  it('with anything that no rule allows', async () => {
    const { publicPackage: keyPackage } = await createLeaf(await createIdentity());
    const preSharedKeyId = { psktype: 'external', pskId: random(32), pskNonce: random(32) } as const;
    const others: [string, Proposal][] = [
      ['psk', { proposalType: 'psk', psk: { preSharedKeyId } }],
      [
        'reinit',
        { proposalType: 'reinit', reinit: { groupId: none, version: 'mls10', cipherSuite: keyPackage.cipherSuite, extensions: [] } },
      ],
      ['proposal type 61453', { proposalType: 61453, proposalData: none }],
      ['external-init', { proposalType: 'external_init', externalInit: { kemOutput: random(32) } }],
    ];
    for (const [name, proposal] of others)
      expect(await verdict(ana, await forge(ana, [proposal]))).toBe(`forbidden: a member's commit with ${name}`);
    const commit: MemberForgery['commit'] = (honest) => ({
      ...honest,
      proposals: [{ proposalOrRefType: 'reference', reference: random(32) }],
    });
    expect(await verdict(ana, await forge(ana, [], { commit }))).toBe("forbidden: a member's commit with a reference");
  });

  it('when its author becomes another device by it', async () => {
    await change(room, ana, { link: null });
    const { secretKey, publicKey } = ed25519.keygen();
    const leaf = (honest: LeafNode): LeafNode => ({ ...honest, signaturePublicKey: publicKey, credential: credentialOf(publicKey) });
    const sealed = await forge(rosa, [remove(3)], { leaf, leafSigner: secretKey });
    expect(await askPlainMls(ana.group, sealed)).toBeDefined();
    expect(await verdict(rosa, sealed)).toBe('forbidden: a member changes its key');
    const named = (honest: LeafNode): LeafNode => ({ ...honest, credential: credentialOf(ana.identity.device) });
    expect(await verdict(rosa, await forge(rosa, [remove(3)], { leaf: named }))).toBe(
      'forbidden: a credential that is not the signature key',
    );
    const deaf = (honest: LeafNode): LeafNode => ({ ...honest, capabilities: { ...honest.capabilities, credentials: [] } });
    expect(await verdict(rosa, await forge(rosa, [remove(3)], { leaf: deaf }))).toBe('forbidden: a leaf that cannot take part');
  });

  it('with an encryption key that is in use, which would lock out each newcomer after it', async () => {
    await change(room, ana, { link: null });
    for (const taken of [1, 2]) {
      const key = stateOf(ana.group).ratchetTree[taken];
      const hpkePublicKey = key?.nodeType === 'leaf' ? key.leaf.hpkePublicKey : (key?.parent.hpkePublicKey as Uint8Array);
      const commit: MemberForgery['commit'] = ({ proposals, path }) => {
        const [first, ...rest] = path?.nodes ?? [];
        return { proposals, path: { ...path, nodes: [{ ...first, hpkePublicKey }, ...rest] } as typeof path };
      };
      expect(await verdict(ana, await forge(ana, [remove(3)], { commit }))).toBe('forbidden: an encryption key that is in use already');
    }
  });

  it('when it travels as a public message, where the relay reads it', async () => {
    const sealed = await forge(ana, [recontext(ana, { title: 'seen' })], { path: false, public: true });
    expect(await verdict(ana, sealed)).toBe('forbidden: a public message of sender type member');
  });

  it('when it is signed by another than its sender', async () => {
    await change(room, ana, { link: null });
    // Mallory has everybody's ratchets, as each member has, and seals in the founder's name.
    const sealed = await forge(mallory, [remove(3)], { leafIndex: 0 });
    expect(await refusal(openCommit(victim.group, sealed))).toBe('unreadable: Signature invalid');
  });

  it('and so is a proposal by itself', async () => {
    for (const isPublic of [false, true]) {
      const { message } = await createProposal(stateOf(ana.group), isPublic, remove(3), await getSuite());
      expect(await verdict(ana, encodeWire(message))).toMatch(/^forbidden/);
    }
  });
});

describe('this device does not even seal', () => {
  it('what the others would refuse', async () => {
    const devices = [victim.identity.device];
    expect(await refusal(commitChange(mallory.group, { kind: 'remove', devices }, none))).toBe(
      'forbidden: only the founder and removers remove',
    );
    expect(await refusal(commitChange(ana.group, { kind: 'remove', devices }, none))).toBe('forbidden: a removal while the link is open');
    expect(await refusal(commitChange(ana.group, { kind: 'remove', devices: [random(32)] }, none))).toBe('forbidden: a removal of nobody');
    expect(await refusal(commitChange(ana.group, { kind: 'remove', devices: [] }, none))).toBe('forbidden: a commit that does nothing');
    expect(await refusal(commitChange(ana.group, { kind: 'remove', devices: [ana.identity.device] }, none))).toBe(
      'forbidden: a member removes itself',
    );
    const title = 'x'.repeat(257);
    expect(await refusal(commitChange(ana.group, { kind: 'context', context: { ...ana.group.context, title } }, none))).toMatch(
      /^forbidden/,
    );
  });
});
