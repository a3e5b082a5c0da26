import { beforeAll, describe, expect, it } from 'vitest';
import { joinGroupExternal } from 'ts-mls/createCommit.js';
import type { LeafNode } from 'ts-mls/leafNode.js';
import type { Proposal } from 'ts-mls/proposal.js';
import {
  commitChange,
  createIdentity,
  deriveLinkKeys,
  describeGroup,
  type Identity,
  joinByLink,
  openCommit,
} from '../../src/crypto/index.ts';
import { createLeaf } from '../../src/crypto/mls/found.ts';
import { leafAt, stateOf } from '../../src/crypto/mls/state.ts';
import { credentialOf, getSuite } from '../../src/crypto/mls/suite.ts';
import { decodeWire, encodeWire } from '../../src/crypto/mls/wire.ts';
import { askPlainMls, type ExternalForgery, forgeExternalCommit } from './forge.ts';
import { enter, gather, hex, linkOf, none, type Person, random, refusal } from './people.ts';

let room: Person[];
let ana: Person;
let ben: Person;
let carla: Person;
let mallory: Identity;

beforeAll(async () => {
  room = await gather(3);
  [ana, ben, carla] = room as [Person, Person, Person];
  mallory = await createIdentity();
});

/** What each member says to a commit; they have to agree. */
async function verdict(sealed: Uint8Array, members = room): Promise<string> {
  const verdicts = await Promise.all(members.map(({ group }) => refusal(openCommit(group, sealed))));
  expect(new Set(verdicts).size).toBe(1);
  return verdicts[0] as string;
}

const forge = (forgery: ExternalForgery, identity = mallory) => forgeExternalCommit(ana.group, identity, forgery);
const remove = (removed: number): Proposal => ({ proposalType: 'remove', remove: { removed } });

describe('an external commit is refused by every member', () => {
  it('unless forged in nothing', async () => {
    expect(await verdict(await forge({}))).toBe('accepted');
  });

  it('without the PSK', async () => {
    const message = decodeWire(await describeGroup(ana.group));
    if (message.wireformat !== 'mls_group_info') throw new Error('no GroupInfo');
    const { publicPackage, privatePackage } = await createLeaf(mallory);
    const { publicMessage } = await joinGroupExternal(message.groupInfo, publicPackage, privatePackage, false, await getSuite());
    const sealed = encodeWire({ version: 'mls10', wireformat: 'mls_public_message', publicMessage });
    expect(await askPlainMls(ana.group, sealed)).toBeDefined();
    expect(await verdict(sealed)).toBe('forbidden: an external commit has one PSK');
  });

  it('with a PSK of zeros, or another one, under the right id', async () => {
    expect(await verdict(await forge({ psk: new Uint8Array(32) }))).toBe('wrong_link: made with another secret');
    expect(await verdict(await forge({ psk: random(32) }))).toBe('wrong_link: made with another secret');
  });

  it('with the PSK of another link', async () => {
    const { psk, pskId } = await deriveLinkKeys(random(32));
    expect(await verdict(await forge({ psk, pskId }))).toBe('wrong_link: the PSK is not that of the open link');
  });

  it('when the PSK was stripped from it on the way', async () => {
    const message = decodeWire(await forge({}));
    if (message.wireformat !== 'mls_public_message' || message.publicMessage.content.contentType !== 'commit') throw new Error('no commit');
    const { commit } = message.publicMessage.content;
    commit.proposals = commit.proposals.filter((entry) => entry.proposalOrRefType === 'proposal' && entry.proposal.proposalType !== 'psk');
    expect(await verdict(encodeWire(message))).toBe('unreadable: Signature invalid');
  });

  it('with two PSKs, or one of an earlier epoch', async () => {
    const second = { psktype: 'external', pskId: random(8), pskNonce: random(32) } as const;
    const resumption = {
      psktype: 'resumption',
      usage: 'application',
      pskGroupId: ana.group.room,
      pskEpoch: 0n,
      pskNonce: random(32),
    } as const;
    const twice = await forge({ proposals: (honest) => [...honest, { proposalType: 'psk', psk: { preSharedKeyId: second } }] });
    expect(await verdict(twice)).toBe('forbidden: an external commit has one PSK');
    const other = await forge({ proposals: ([init]) => [init as Proposal, { proposalType: 'psk', psk: { preSharedKeyId: resumption } }] });
    expect(await verdict(other)).toBe('wrong_link: the PSK is not that of the open link');
  });

  it('that removes somebody else, even with the PSK', async () => {
    const sealed = await forge({ removes: 0, proposals: (honest) => [...honest, remove(0)] });
    expect(await askPlainMls(ben.group, sealed)).toBeDefined();
    expect(await verdict(sealed)).toBe('forbidden: a newcomer removes another');
  });

  it('that removes its own older leaf and another', async () => {
    const sealed = await forge({ removes: 2, proposals: (honest) => [...honest, remove(2), remove(1)] }, carla.identity);
    expect(await verdict(sealed, [ana, ben])).toBe('forbidden: an external commit with two removals');
  });

  it('that removes a leaf which is not in the tree, from which ts-mls does not come back', async () => {
    for (const index of [3, 4, 1000, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]) {
      const sealed = await forge({ proposals: (honest) => [...honest, remove(index)] });
      expect(await verdict(sealed)).toBe('forbidden: a newcomer removes another');
    }
  });

  it('that brings anything along', async () => {
    const { publicPackage: keyPackage } = await createLeaf(await createIdentity());
    const extensions = stateOf(ana.group).groupContext.extensions;
    const extras: [string, Proposal][] = [
      ['add', { proposalType: 'add', add: { keyPackage } }],
      ['context', { proposalType: 'group_context_extensions', groupContextExtensions: { extensions } }],
      [
        'reinit',
        { proposalType: 'reinit', reinit: { groupId: none, version: 'mls10', cipherSuite: keyPackage.cipherSuite, extensions: [] } },
      ],
      ['proposal type 61453', { proposalType: 61453, proposalData: none }],
    ];
    for (const [name, extra] of extras) {
      expect(await verdict(await forge({ proposals: (honest) => [...honest, extra] }))).toBe(`forbidden: an external commit with ${name}`);
    }
    const commit: ExternalForgery['commit'] = (honest) => ({
      ...honest,
      proposals: [...honest.proposals, { proposalOrRefType: 'reference', reference: random(32) }],
    });
    expect(await verdict(await forge({ commit }))).toBe('forbidden: an external commit with a reference');
  });

  it('with two external_init', async () => {
    const sealed = await forge({ proposals: ([init, psk]) => [init, init, psk] as Proposal[] });
    expect(await verdict(sealed)).toBe('forbidden: an external commit has one external_init');
  });

  it('without a path', async () => {
    expect(await verdict(await forge({ commit: (honest) => ({ ...honest, path: undefined }) }))).toBe(
      'unreadable: Commit contains no update path',
    );
  });

  it('with a key that is in the tree', async () => {
    const sealed = await forge({}, ben.identity);
    expect(await askPlainMls(ana.group, sealed)).toBeDefined();
    expect(await verdict(sealed, [ana, carla])).toBe('forbidden: a key that is in the tree already');
  });

  it('with an encryption key that is in the tree', async () => {
    const taken = leafAt(stateOf(ana.group).ratchetTree, 1)?.hpkePublicKey as Uint8Array;
    const commit: ExternalForgery['commit'] = (honest) => {
      const [first, ...rest] = honest.path?.nodes ?? [];
      return { ...honest, path: { ...honest.path, nodes: [{ ...first, hpkePublicKey: taken }, ...rest] } as typeof honest.path };
    };
    expect(await verdict(await forge({ commit }))).toBe('forbidden: an encryption key that is in use already');
  });

  it('with a credential that is not its key', async () => {
    const leaf = (honest: LeafNode): LeafNode => ({ ...honest, credential: credentialOf(ana.identity.device) });
    const sealed = await forge({ leaf });
    expect(await askPlainMls(ana.group, sealed)).toBeDefined();
    expect(await verdict(sealed)).toBe('forbidden: a credential that is not the signature key');
    const x509 = (honest: LeafNode): LeafNode => ({ ...honest, credential: { credentialType: 'x509', certificates: [] } });
    expect(await verdict(await forge({ leaf: x509 }))).toBe('forbidden: a credential that is not the signature key');
  });

  it('with a leaf that cannot take part', async () => {
    const without = (field: keyof LeafNode['capabilities']) => (honest: LeafNode) => ({
      ...honest,
      capabilities: { ...honest.capabilities, [field]: [] },
    });
    for (const field of ['versions', 'ciphersuites', 'extensions', 'credentials'] as const) {
      expect(await verdict(await forge({ leaf: without(field) }))).toBe('forbidden: a leaf that cannot take part');
    }
    const laden = (honest: LeafNode): LeafNode => ({ ...honest, extensions: [{ extensionType: 0xf0c0, extensionData: none }] });
    expect(await verdict(await forge({ leaf: laden }))).toBe('forbidden: a leaf that cannot take part');
  });

  it('of another room, or of an epoch that is not reached', async () => {
    const [other] = (await gather(2)) as [Person];
    expect(await verdict(await forgeExternalCommit(other.group, mallory))).toBe('unreadable: of another room');
    const ahead = await openCommit(ana.group, await forge({}));
    expect(await verdict(await forgeExternalCommit(ahead.group, await createIdentity()))).toMatch(/^future_epoch/);
  });

  it('while the link is closed', async () => {
    const sealed = await forge({});
    const closing = await commitChange(ana.group, { kind: 'context', context: { ...ana.group.context, link: null } }, none);
    const after = await openCommit(ben.group, closing.sealed);
    expect(await refusal(openCommit(after.group, sealed))).toBe('unreadable: a commit of an epoch that is over');
    const { psk, pskId } = await deriveLinkKeys(linkOf(ana.group));
    const again = await forgeExternalCommit(closing.group, mallory, { psk, pskId });
    expect(await refusal(openCommit(after.group, again))).toBe('forbidden: the link is closed');
  });
});

describe('a device that comes in again', () => {
  it('replaces its own leaf and no other', async () => {
    const people = await gather(4);
    const [founder, , again] = people as [Person, Person, Person];
    const others = people.filter((person) => person !== again);
    const secret = linkOf(founder.group);
    const joined = await joinByLink(again.identity, founder.group.room, await describeGroup(founder.group), secret, none);
    expect(joined.replacedOwn).toBe(true);
    for (const person of others) {
      const opened = await openCommit(person.group, joined.sealed);
      expect(opened.removed.map(hex)).toEqual([hex(again.identity.device)]);
      expect(opened.added.map(hex)).toEqual([hex(again.identity.device)]);
      expect(opened.external).toBe(true);
      expect(opened.group.authenticator).toEqual(joined.group.authenticator);
      expect(opened.group.members.map(hex).toSorted()).toEqual(people.map(({ identity }) => hex(identity.device)).toSorted());
    }
    // The state it had before is of a leaf that is gone.
    const stale = await openCommit(again.group, joined.sealed);
    expect(stale.selfRemoved).toBe(true);
  });

  it('and is alone there is told so: nobody could let it in', async () => {
    const [founder] = (await gather(1)) as [Person];
    const step = joinByLink(founder.identity, founder.group.room, await describeGroup(founder.group), linkOf(founder.group), none);
    expect(await refusal(step)).toBe('unreadable: nobody else is in the room to come back to');
  });

  it('does not hang when it is not in the tree', async () => {
    const founder = (await gather(1))[0] as Person;
    const newcomer = await enter([founder], founder);
    expect(newcomer.group.members).toHaveLength(2);
  });
});
