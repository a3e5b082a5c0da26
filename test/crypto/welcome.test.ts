import { beforeAll, describe, expect, it } from 'vitest';
import type { GroupInfo, RatchetTree } from 'ts-mls';
import { encode } from 'ts-mls/codec/tlsEncoder.js';
import { signWithLabel } from 'ts-mls/crypto/signature.js';
import { leafNodeTBSEncoder, signLeafNodeKeyPackage } from 'ts-mls/leafNode.js';
import { encodeRatchetTree } from 'ts-mls/ratchetTree.js';
import { createIdentity, createKeyPackage, type Identity, joinByWelcome, type OwnKeyPackage, welcomeRefs } from '../../src/crypto/index.ts';
import { buildExtensions } from '../../src/crypto/mls/extensions.ts';
import { createLeaf } from '../../src/crypto/mls/found.ts';
import { readContext, stateOf } from '../../src/crypto/mls/state.ts';
import { CAPABILITIES, getSuite } from '../../src/crypto/mls/suite.ts';
import { forgeWelcome, type WelcomeForgery } from './forge-welcome.ts';
import { found, gather, none, type Person, random, refusal } from './people.ts';

const suite = await getSuite();
let ana: Person;
let guest: Identity;
let own: OwnKeyPackage;

beforeAll(async () => {
  [ana] = (await gather(4)) as [Person];
  guest = await createIdentity();
  own = await createKeyPackage(guest);
});

const join = (welcome: Uint8Array, room = ana.group.room) => refusal(joinByWelcome(guest, room, welcome, own));
const tell = async (forgery: WelcomeForgery) => join(await forgeWelcome(ana.group, own.body, forgery));
const withTree = (tree: (honest: RatchetTree) => RatchetTree) => tell({ tree });
const withExtensions = (extensions: GroupInfo['extensions']) => tell({ info: (honest) => ({ ...honest, extensions }) });

describe('a Welcome is believed', () => {
  it('where it is forged in nothing: that no commit stands behind it shows in the log', async () => {
    expect(await tell({})).toBe('accepted');
  });

  it('for the key package that it names, of this device, and no other', async () => {
    const welcome = await forgeWelcome(ana.group, own.body);
    expect(welcomeRefs(welcome)).toEqual([own.ref]);
    const another = await createKeyPackage(guest);
    const other = 'unreadable: a Welcome for another key package';
    expect(await refusal(joinByWelcome(guest, ana.group.room, welcome, another))).toBe(other);
    const stranger = await createIdentity();
    expect(await refusal(joinByWelcome(stranger, ana.group.room, welcome, own))).toBe('unreadable: a key package of another device');
    // Who answers to the name and has not the key.
    expect(await refusal(joinByWelcome(guest, ana.group.room, welcome, { body: own.body, secret: another.secret }))).toMatch(/^unreadable/);
    const halves = Uint8Array.from([...own.secret.subarray(0, 33), ...another.secret.subarray(33)]);
    expect(await refusal(joinByWelcome(guest, ana.group.room, welcome, { body: own.body, secret: halves }))).toBe(
      'unreadable: a key package that does not fit its secret',
    );
    for (const secret of [none, own.secret.subarray(1), own.secret.with(0, 2)])
      expect(await refusal(joinByWelcome(guest, ana.group.room, welcome, { body: own.body, secret }))).toBe(
        'unreadable: damaged secret of a key package',
      );
  });

  it('into the room that was meant', async () => {
    expect(await join(await forgeWelcome(ana.group, own.body), random(16))).toBe('wrong_link: of another room');
    expect(await tell({ context: (honest) => ({ ...honest, groupId: random(16) }) })).toBe('wrong_link: of another room');
  });

  it('and nothing else is taken for one', async () => {
    expect(await join(own.body)).toBe('unreadable: no Welcome');
    expect(() => welcomeRefs(own.body)).toThrow('unreadable: no Welcome');
    expect(() => welcomeRefs(random(40))).toThrow('unreadable: no MLS message');
    expect(() => welcomeRefs(new Uint8Array(1024 * 1024 + 1))).toThrow('unreadable: too large');
  });
});

describe('a Welcome is refused', () => {
  it('for more than one, or none', async () => {
    const many = 'unreadable: a Welcome that is not for one';
    expect(await tell({ welcome: (honest) => ({ ...honest, secrets: [...honest.secrets, ...honest.secrets] }) })).toBe(many);
    expect(await tell({ welcome: (honest) => ({ ...honest, secrets: [] }) })).toBe(many);
    const entry = { newMember: random(32), encryptedGroupSecrets: { kemOutput: none, ciphertext: none } };
    const crowd = await forgeWelcome(ana.group, own.body, {
      welcome: (honest) => ({ ...honest, secrets: Array.from({ length: 2000 }, () => entry) }),
    });
    expect(() => welcomeRefs(crowd)).toThrow(many);
  });

  it('with PSKs, or without the path that each addition has', async () => {
    const psk = { psktype: 'external', pskId: random(32), pskNonce: random(32) } as const;
    expect(await tell({ secrets: (honest) => ({ ...honest, psks: [psk] }) })).toBe('forbidden: a Welcome with PSKs');
    expect(await tell({ secrets: (honest) => ({ ...honest, pathSecret: undefined }) })).toBe('forbidden: a Welcome without a path');
  });

  it('with secrets of another size, or in another encoding', async () => {
    const malformed = 'unreadable: malformed group secrets';
    expect(await tell({ secrets: (honest) => ({ ...honest, joinerSecret: none }) })).toBe(malformed);
    expect(await tell({ secrets: (honest) => ({ ...honest, pathSecret: random(31) }) })).toBe(malformed);
    expect(await tell({ secretBytes: (honest) => Uint8Array.from([...honest, 0]) })).toBe(malformed);
    expect(await tell({ infoBytes: (honest) => Uint8Array.from([...honest, 0]) })).toBe('unreadable: malformed GroupInfo');
    expect(await tell({ infoBytes: () => none })).toMatch(/^unreadable/);
  });

  it('with a path that is not the one in the tree', async () => {
    expect(await tell({ secrets: (honest) => ({ ...honest, pathSecret: random(32) }) })).toBe(
      'unreadable: a path that is not that of the tree',
    );
  });

  it('signed by who does not stand in the tree, or by the newcomer itself', async () => {
    const nobody = 'unreadable: GroupInfo of no member';
    expect(await tell({ signer: random(32) })).toBe(nobody);
    for (const signer of [1, 99, 2 ** 31, 2 ** 32 - 1]) expect(await tell({ info: (honest) => ({ ...honest, signer }) })).toBe(nobody);
    expect(await tell({ info: (honest) => ({ ...honest, signer: 4 }), signer: guest.secret })).toBe('forbidden: a member adds itself');
  });

  it('that nobody confirmed', async () => {
    expect(await tell({ confirmed: false })).toBe('unreadable: a Welcome that was not confirmed');
  });

  it('of another suite, version or an epoch beyond counting, or whose context nobody here can read', async () => {
    const cipherSuite = 'MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519' as const;
    const other = 'unreadable: another version or cipher suite';
    expect(await tell({ context: (honest) => ({ ...honest, cipherSuite }) })).toBe(other);
    expect(await tell({ welcome: (honest) => ({ ...honest, cipherSuite }) })).toBe(other);
    expect(await tell({ context: (honest) => ({ ...honest, epoch: 2n ** 60n }) })).toBe('unreadable: an epoch beyond counting');
    expect(await tell({ context: (honest) => ({ ...honest, extensions: [] }) })).toBe('unreadable: unknown required capabilities');
    const newer = buildExtensions(readContext(stateOf(ana.group))).map((extension, i) =>
      i === 1 ? { ...extension, extensionData: Uint8Array.of(0x81, 3) } : extension,
    );
    expect(await tell({ context: (honest) => ({ ...honest, extensions: newer }) })).toBe('unreadable: room context of a newer version');
  });

  it('without a tree, with two, or with one in another encoding', async () => {
    const tree = { extensionType: 'ratchet_tree', extensionData: encodeRatchetTree(stateOf(ana.group).ratchetTree) } as const;
    expect(await withExtensions([])).toBe('unreadable: GroupInfo without a tree');
    expect(await withExtensions([tree, tree])).toBe('unreadable: a tree in another encoding');
    const longer = { ...tree, extensionData: Uint8Array.from([...tree.extensionData, 0]) };
    expect(await withExtensions([longer])).toBe('unreadable: a tree in another encoding');
    for (const extensionData of [none, random(100)]) expect(await withExtensions([{ ...tree, extensionData }])).toMatch(/^unreadable/);
  });

  it('with a tree that has not the own leaf, or not as the key package has it', async () => {
    const strangers = await createKeyPackage(await createIdentity());
    expect(await join(await forgeWelcome(ana.group, strangers.body, { to: own.body }))).toBe('forbidden: a tree without the own leaf');
    const another = await createKeyPackage(guest);
    expect(await join(await forgeWelcome(ana.group, another.body, { to: own.body }))).toBe('forbidden: a tree without the own key package');
  });

  it('with a leaf that is no device, or one that its device has not signed', async () => {
    const dishonest = await createIdentity();
    const { leafNode } = (await createLeaf(dishonest)).publicPackage;
    // In the place of the newest member: those below the inviter's path are hashed into it.
    const replace = (leaf: typeof leafNode) => withTree((tree) => tree.with(6, { nodeType: 'leaf', leaf }));
    expect(await replace({ ...leafNode, hpkePublicKey: random(32) })).toBe('unreadable: a leaf that its device has not signed');
    const sign = async (leaf: typeof leafNode) => ({
      ...(await signLeafNodeKeyPackage(leaf, dishonest.secret, suite.signature)),
      leafNodeSource: 'key_package' as const,
    });
    const named = await sign({ ...leafNode, credential: { credentialType: 'basic', identity: ana.identity.device } });
    expect(await replace(named)).toBe('unreadable: a credential that is not the signature key');
    const deaf = await sign({ ...leafNode, capabilities: { ...CAPABILITIES, extensions: [] } });
    expect(await replace(deaf)).toBe('unreadable: a leaf that cannot take part');
    const renewed = { ...leafNode, leafNodeSource: 'update' as const, groupId: ana.group.room, leafIndex: 3 };
    const signature = await signWithLabel(dishonest.secret, 'LeafNodeTBS', encode(leafNodeTBSEncoder)(renewed), suite.signature);
    expect(await withTree((tree) => tree.with(6, { nodeType: 'leaf', leaf: { ...renewed, signature } }))).toBe(
      'unreadable: a leaf that no commit of ours makes',
    );
    // A whole and honest one, which no member has taken in: the hashes above it do not know it.
    expect(await replace(leafNode)).toBe('unreadable: a node that no member has made');
  });

  it('with another tree than the one that is named', async () => {
    expect(await tell({ context: (honest) => ({ ...honest, treeHash: random(32) }) })).toBe('unreadable: another tree than the group has');
  });

  it('with more members than a room has', async () => {
    const { leafNode } = (await createLeaf(guest)).publicPackage;
    const crowd = Array.from({ length: 501 }, (_, i) =>
      i % 2 ? undefined : ({ nodeType: 'leaf', leaf: { ...leafNode, hpkePublicKey: random(32), signaturePublicKey: random(32) } } as const),
    );
    expect(await withTree(() => crowd)).toBe('unreadable: more members than a room has');
  });

  it('with a tree that is not sound, before anything walks over it', async () => {
    const leaf = stateOf(ana.group).ratchetTree[0];
    expect(await withTree(() => Array.from({ length: 1023 }, (_, i) => (i === 1022 ? leaf : undefined)))).toBe(
      'unreadable: a tree beyond the size of a room',
    );
    expect(await withTree((tree) => tree.with(2, tree[1]))).toBe('unreadable: a node in the wrong place');
    expect(await withTree((tree) => tree.with(2, leaf).with(0, undefined))).toMatch(/^unreadable/);
    expect(await withTree((tree) => tree.with(2, tree[0]))).toBe('unreadable: an encryption key twice in the tree');
    const twin = (await createLeaf(ana.identity)).publicPackage.leafNode;
    expect(await withTree((tree) => tree.with(2, { nodeType: 'leaf', leaf: twin }))).toBe('unreadable: a device twice in the tree');
    expect(await withParent(1, { hpkePublicKey: new Uint8Array(32) })).toBe('unreadable: an encryption key that nothing can be sealed to');
    expect(await withParent(1, { hpkePublicKey: none })).toBe('unreadable: an encryption key that nothing can be sealed to');
  });

  it('with unmerged leaves that no addition leaves behind, in bounded time', async () => {
    expect(await withParent(1, { unmergedLeaves: [2] })).toBe('unreadable: unmerged leaf of another branch');
    expect(await withParent(1, { unmergedLeaves: [1, 0] })).toBe('unreadable: unmerged leaves out of order');
    expect(await withParent(1, { unmergedLeaves: [1, 1] })).toBe('unreadable: unmerged leaves out of order');
    for (const stranger of [9, 2 ** 31, 2 ** 32 - 1])
      expect(await withParent(3, { unmergedLeaves: [stranger] })).toBe('unreadable: unmerged leaf that is not in the tree');
    expect(await withParent(3, { unmergedLeaves: [1] })).toBe('unreadable: unmerged leaf that is merged below');
    const began = performance.now();
    expect(await withParent(3, { unmergedLeaves: Array.from({ length: 2000 }, () => 1) })).toBe(
      'unreadable: more unmerged leaves than members',
    );
    expect(performance.now() - began).toBeLessThan(2000);
  });

  async function withParent(place: number, wish: object): Promise<string> {
    return withTree((tree) => {
      const node = tree[place];
      if (node?.nodeType !== 'parent') throw new Error('no parent there');
      return tree.with(place, { ...node, parent: { ...node.parent, ...wish } });
    });
  }
});

describe('a room of two', () => {
  const direct = (person: Person) => ({
    link: null,
    formerLink: null,
    founder: person.identity.device,
    removers: [],
    title: '',
    access: 'direct' as const,
  });

  it('is none with three in it, or by another than its founder', async () => {
    const nobody = 'forbidden: nobody else comes into a room of two';
    const extensions = buildExtensions(direct(ana));
    expect(await tell({ context: (honest) => ({ ...honest, extensions }) })).toBe(nobody);
    const alone = await found('');
    const ask = async (founder: Person) =>
      join(
        await forgeWelcome(alone.group, own.body, { context: (honest) => ({ ...honest, extensions: buildExtensions(direct(founder)) }) }),
        alone.group.room,
      );
    expect(await ask(ana)).toBe(nobody);
    expect(await ask(alone)).toBe('accepted');
  });
});
