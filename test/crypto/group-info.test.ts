import { beforeAll, describe, expect, it } from 'vitest';
import type { GroupInfo, RatchetTree } from 'ts-mls';
import { createGroupInfoWithExternalPubAndRatchetTree } from 'ts-mls/createCommit.js';
import { signGroupInfo } from 'ts-mls/groupInfo.js';
import { encodeRatchetTree } from 'ts-mls/ratchetTree.js';
import { createIdentity, describeGroup, type Identity, joinByLink, sealMessage } from '../../src/crypto/index.ts';
import { stateOf } from '../../src/crypto/mls/state.ts';
import { getSuite } from '../../src/crypto/mls/suite.ts';
import { encodeWire } from '../../src/crypto/mls/wire.ts';
import { gather, linkOf, none, type Person, random, refusal } from './people.ts';

const suite = await getSuite();
let ana: Person;
let honest: GroupInfo;
let newcomer: Identity;

beforeAll(async () => {
  [ana] = (await gather(4)) as [Person];
  honest = await createGroupInfoWithExternalPubAndRatchetTree(stateOf(ana.group), [], suite);
  newcomer = await createIdentity();
});

/** A GroupInfo that one who has the link, a member even, made up and signed. */
async function tell(change: Partial<GroupInfo>, signer = ana.identity.secret): Promise<string> {
  const groupInfo = await signGroupInfo({ ...honest, ...change }, signer, suite.signature);
  const info = encodeWire({ version: 'mls10', wireformat: 'mls_group_info', groupInfo });
  return refusal(joinByLink(newcomer, ana.group.room, info, linkOf(ana.group), none));
}

function withTree(change: (tree: RatchetTree) => RatchetTree): Partial<GroupInfo> {
  const tree = change(stateOf(ana.group).ratchetTree.slice());
  const [pub] = honest.extensions.filter(({ extensionType }) => extensionType === 'external_pub');
  return { extensions: [...(pub ? [pub] : []), { extensionType: 'ratchet_tree', extensionData: encodeRatchetTree(tree) }] };
}

describe('a newcomer believes a GroupInfo', () => {
  it('that is honest', async () => {
    expect(await tell({})).toBe('accepted');
  });

  it('of the room and link that were meant, and no other', async () => {
    const info = await describeGroup(ana.group);
    expect(await refusal(joinByLink(newcomer, random(16), info, linkOf(ana.group), none))).toBe('wrong_link: of another room');
    expect(await refusal(joinByLink(newcomer, ana.group.room, info, random(32), none))).toBe(
      'wrong_link: the room has another link by now',
    );
  });

  it('and takes nothing else for one', async () => {
    const { sealed } = await sealMessage(ana.group, none, none);
    expect(await refusal(joinByLink(newcomer, ana.group.room, sealed, linkOf(ana.group), none))).toBe('unreadable: no GroupInfo');
  });

  it('signed by who stands in the tree', async () => {
    expect(await tell({}, random(32))).toBe('unreadable: GroupInfo of no member');
    for (const signer of [1, 99, 2 ** 32 - 1]) expect(await tell({ signer })).toBe('unreadable: GroupInfo of no member');
  });

  it('with the tree that the group has', async () => {
    const moved = withTree((tree) => {
      [tree[0], tree[2]] = [tree[2], tree[0]];
      return tree;
    });
    expect(await tell(moved)).toMatch(/^unreadable/);
    expect(await tell(withTree((tree) => tree.with(2, undefined)))).toMatch(/^unreadable/);
    expect(await tell({ extensions: honest.extensions.slice(0, 1) })).toBe('unreadable: GroupInfo without a tree');
    expect(await tell({ extensions: honest.extensions.slice(1) })).toBe('unreadable: GroupInfo without external_pub');
  });

  it('whose tree is no bigger than a room, and has no leaf outside of it', async () => {
    const leaf = stateOf(ana.group).ratchetTree[0];
    const wide = withTree(() => Array.from({ length: 1023 }, (_, i) => (i === 1022 ? leaf : undefined)));
    expect(await tell(wide)).toBe('unreadable: a tree beyond the size of a room');
    for (const stranger of [9, 2 ** 31, 2 ** 32 - 1]) {
      const loose = withTree((tree) =>
        tree.map((node) => (node?.nodeType === 'parent' ? { ...node, parent: { ...node.parent, unmergedLeaves: [stranger] } } : node)),
      );
      expect(await tell(loose)).toBe('unreadable: unmerged leaf that is not in the tree');
    }
  });

  it('of our version, our suite and an epoch that can be counted', async () => {
    const { groupContext } = honest;
    const other = { ...groupContext, cipherSuite: 'MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519' } as const;
    expect(await tell({ groupContext: other })).toBe('unreadable: another version or cipher suite');
    expect(await tell({ groupContext: { ...groupContext, epoch: 2n ** 60n } })).toBe('unreadable: an epoch beyond counting');
    expect(await tell({ groupContext: { ...groupContext, extensions: [] } })).toBe('unreadable: unknown required capabilities');
  });
});
