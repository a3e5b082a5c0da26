import { beforeAll, describe, expect, it } from 'vitest';
import type { KeyPackage } from 'ts-mls';
import type { LeafNodeKeyPackage } from 'ts-mls/leafNode.js';
import type { Proposal } from 'ts-mls/proposal.js';
import { storeContext } from '../../src/crypto/context-change.ts';
import { commitChange, createIdentity, createKeyPackage, type Identity, openCommit, readKeyPackage } from '../../src/crypto/index.ts';
import { buildExtensions } from '../../src/crypto/mls/extensions.ts';
import { leafAt, readContext, stateOf } from '../../src/crypto/mls/state.ts';
import { credentialOf } from '../../src/crypto/mls/suite.ts';
import { askPlainMls, forgeMemberCommit, type MemberForgery } from './forge.ts';
import { forgeKeyPackage, type PackageForgery, writePackage } from './forge-welcome.ts';
import { admit, found, gather, hex, none, type Person, random, refusal } from './people.ts';

let room: Person[];
let ana: Person;
let ben: Person;
let mallory: Person;
let guest: Identity;

beforeAll(async () => {
  room = await gather(4);
  [ana, ben, mallory] = room as [Person, Person, Person];
  guest = await createIdentity();
});

/** What everybody but the author says, who is replaced included; they have to agree. */
async function verdict(sealed: Uint8Array, author = mallory, people = room): Promise<string> {
  const verdicts = await Promise.all(people.filter((person) => person !== author).map(({ group }) => refusal(openCommit(group, sealed))));
  expect(new Set(verdicts).size).toBe(1);
  return verdicts[0] as string;
}

const add = (keyPackage: KeyPackage): Proposal => ({ proposalType: 'add', add: { keyPackage } });
const remove = (removed: number): Proposal => ({ proposalType: 'remove', remove: { removed } });
const forge = (proposals: Proposal[], rest: Partial<MemberForgery> = {}, author = mallory) =>
  forgeMemberCommit(author.group, { proposals, path: true, ...rest });
const forgeOne = async (forgery: PackageForgery, identity = guest) => forge([add(await forgeKeyPackage(identity, forgery))]);

describe('a commit that adds somebody is refused by every member', () => {
  it('unless forged in nothing', async () => {
    const sealed = await forgeOne({});
    expect(await askPlainMls(ana.group, sealed)).toBeDefined();
    expect(await verdict(sealed)).toBe('accepted');
    expect(await verdict(await forge([remove(1), add(await forgeKeyPackage(ben.identity))], {}, ana), ana)).toBe('accepted');
  });

  it('that puts a member in anew, by one who may not remove, or the founder by anybody', async () => {
    // With an older key package, whose private half is gone, that would be a removal.
    const anew = await forge([remove(1), add(await forgeKeyPackage(ben.identity))]);
    expect(await verdict(anew)).toBe('forbidden: only the founder and removers put a member in anew');
    const people = await gather(3);
    const [founder, remover] = people as [Person, Person];
    const { context } = founder.group;
    const role = await commitChange(founder.group, { kind: 'context', context: { ...context, removers: [remover.identity.device] } }, none);
    for (const person of people) person.group = person === founder ? role.group : (await openCommit(person.group, role.sealed)).group;
    const third = await forge([remove(2), add(await forgeKeyPackage((people[2] as Person).identity))], {}, remover);
    expect(await verdict(third, remover, people)).toBe('accepted');
    const first = await forge([remove(0), add(await forgeKeyPackage(founder.identity))], {}, remover);
    expect(await verdict(first, remover, people)).toBe('forbidden: the founder comes back by the link');
  });

  it('whatever the clock says of the key package', async () => {
    for (const lifetime of [
      { notBefore: 0n, notAfter: 1n },
      { notBefore: 2n ** 62n, notAfter: 2n ** 63n },
      { notBefore: 9n, notAfter: 3n },
    ]) {
      expect(await verdict(await forgeOne({ leaf: (honest) => ({ ...honest, lifetime }) }))).toBe('accepted');
      const keyPackage = writePackage(await forgeKeyPackage(guest, { leaf: (honest) => ({ ...honest, lifetime }) }));
      const { sealed } = await commitChange(ana.group, { kind: 'add', keyPackage }, none);
      expect(await verdict(sealed, ana)).toBe('accepted');
    }
  });

  it('when it adds two, or one twice', async () => {
    const [one, two] = [await forgeKeyPackage(guest), await forgeKeyPackage(await createIdentity())];
    const sealed = await forge([add(one), add(two)]);
    expect(await askPlainMls(ana.group, sealed)).toBeDefined();
    expect(await verdict(sealed)).toBe('forbidden: two additions in one commit');
    expect(await verdict(await forge([add(one), add(one)]))).toBe('forbidden: two additions in one commit');
  });

  it('without a path, which MLS itself allows', async () => {
    const sealed = await forge([add(await forgeKeyPackage(guest))], { path: false });
    expect(await askPlainMls(ana.group, sealed)).toBeDefined();
    expect(await verdict(sealed)).toBe('forbidden: an addition without a path');
  });

  it('by reference', async () => {
    const commit: MemberForgery['commit'] = (honest) => ({
      ...honest,
      proposals: [{ proposalOrRefType: 'reference', reference: random(32) }],
    });
    expect(await verdict(await forge([], { commit }))).toBe("forbidden: a member's commit with a reference");
  });

  it('with anything else in it', async () => {
    const one = add(await forgeKeyPackage(guest));
    const extensions = buildExtensions(storeContext(readContext(stateOf(mallory.group)), { ...mallory.group.context, link: random(32) }));
    const changed: Proposal = { proposalType: 'group_context_extensions', groupContextExtensions: { extensions } };
    expect(await verdict(await forge([one, changed]))).toBe('forbidden: addition and context change in one commit');
    const preSharedKeyId = { psktype: 'external', pskId: random(32), pskNonce: random(32) } as const;
    expect(await verdict(await forge([one, { proposalType: 'psk', psk: { preSharedKeyId } }]))).toBe(
      "forbidden: a member's commit with psk",
    );
  });

  it('when it removes another, or more', async () => {
    const one = add(await forgeKeyPackage(guest));
    const taking = await forge([one, remove(1)]);
    expect(await askPlainMls(ana.group, taking)).toBeDefined();
    const another = 'forbidden: an addition that removes another';
    expect(await verdict(taking)).toBe(another);
    expect(await verdict(await forge([one, remove(99)]))).toBe(another);
    expect(await verdict(await forge([one, remove(2 ** 32 - 1)]))).toBe(another);
    const anew = add(await forgeKeyPackage(ben.identity));
    expect(await verdict(await forge([anew, remove(0)]))).toBe(another);
    expect(await verdict(await forge([anew, remove(1), remove(0)]))).toBe(another);
    expect(await verdict(await forge([anew, remove(1), remove(1)]))).toBe(another);
    // Not even one who said it leaves: that is a commit of its own.
    const departed = new Set([hex(ben.identity.device)]);
    expect(await refusal(openCommit(ana.group, taking, { departed }))).toBe(another);
  });

  it('of a device that is in and does not go by it, or of the author', async () => {
    expect(await verdict(await forge([add(await forgeKeyPackage(ben.identity))]))).toBe('forbidden: a key that is in the tree already');
    expect(await verdict(await forge([add(await forgeKeyPackage(mallory.identity))]))).toBe('forbidden: a member adds itself');
    expect(await verdict(await forge([remove(2), add(await forgeKeyPackage(mallory.identity))]))).toBe('forbidden: a member adds itself');
  });

  it('with a key package that its device has not signed, also by the one it would replace', async () => {
    const unsigned = 'forbidden: a key package that its device has not signed';
    const own = await forgeKeyPackage(mallory.identity);
    for (const identity of [guest, ben.identity]) {
      const author = identity === guest ? mallory : ana;
      const anew = identity === guest ? [] : [remove(1)];
      const swapInit = await forgeKeyPackage(identity, { tampered: (honest) => ({ ...honest, initKey: own.initKey }) });
      expect(await verdict(await forge([...anew, add(swapInit)], {}, author), author)).toBe(unsigned);
      const swapLeaf = await forgeKeyPackage(identity, {
        tampered: (honest) => ({ ...honest, leafNode: { ...honest.leafNode, hpkePublicKey: own.leafNode.hpkePublicKey } }),
      });
      expect(await verdict(await forge([...anew, add(swapLeaf)], {}, author), author)).toBe(unsigned);
    }
  });

  it('with a key package in another’s name', async () => {
    const named = (honest: LeafNodeKeyPackage) => ({ ...honest, credential: credentialOf(ana.identity.device) });
    expect(await verdict(await forgeOne({ leaf: named }))).toBe('forbidden: a credential that is not the signature key');
    const x509 = (honest: LeafNodeKeyPackage): LeafNodeKeyPackage => ({
      ...honest,
      credential: { credentialType: 'x509', certificates: [] },
    });
    expect(await verdict(await forgeOne({ leaf: x509 }))).toBe('forbidden: a credential that is not the signature key');
  });

  it('with one who cannot take part', async () => {
    const cannot = 'forbidden: a leaf that cannot take part';
    for (const field of ['versions', 'ciphersuites', 'extensions', 'credentials'] as const) {
      const leaf = (honest: LeafNodeKeyPackage) => ({ ...honest, capabilities: { ...honest.capabilities, [field]: [] } });
      expect(await verdict(await forgeOne({ leaf }))).toBe(cannot);
    }
    const laden = [{ extensionType: 0xf0c0, extensionData: none }];
    expect(await verdict(await forgeOne({ leaf: (honest) => ({ ...honest, extensions: laden }) }))).toBe(cannot);
    expect(await verdict(await forgeOne({ keyPackage: (honest) => ({ ...honest, extensions: laden }) }))).toBe(cannot);
    const fat = (honest: LeafNodeKeyPackage) => ({
      ...honest,
      capabilities: { ...honest.capabilities, proposals: Array.from({ length: 500 }, (_, i) => 0xf100 + i) },
    });
    expect(await verdict(await forgeOne({ leaf: fat }))).toBe(cannot);
    const cipherSuite = 'MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519';
    expect(await verdict(await forgeOne({ keyPackage: (honest) => ({ ...honest, cipherSuite }) }))).toBe(cannot);
  });

  it('with an encryption key that is in use, or twice in it', async () => {
    const used = 'forbidden: an encryption key that is in use already';
    for (const place of [1, 2]) {
      const node = stateOf(ana.group).ratchetTree[place];
      const taken = node?.nodeType === 'leaf' ? node.leaf.hpkePublicKey : (node?.parent.hpkePublicKey as Uint8Array);
      expect(await verdict(await forgeOne({ leaf: (honest) => ({ ...honest, hpkePublicKey: taken }) }))).toBe(used);
      expect(await verdict(await forgeOne({ keyPackage: (honest) => ({ ...honest, initKey: taken }) }))).toBe(used);
    }
    expect(await verdict(await forgeOne({ keyPackage: (honest) => ({ ...honest, initKey: honest.leafNode.hpkePublicKey }) }))).toBe(used);
    const one = await forgeKeyPackage(guest);
    const commit: MemberForgery['commit'] = ({ proposals, path }) => {
      const [first, ...rest] = path?.nodes ?? [];
      return { proposals, path: { ...path, nodes: [{ ...first, hpkePublicKey: one.initKey }, ...rest] } as typeof path };
    };
    expect(await verdict(await forge([add(one)], { commit }))).toBe(used);
  });

  it('with an encryption key that nothing can be sealed to, which would stop every path after it', async () => {
    const dead = 'forbidden: an encryption key that nothing can be sealed to';
    const points = [new Uint8Array(32), Uint8Array.of(1, ...new Uint8Array(31)), new Uint8Array(32).fill(0xff).with(0, 0xec)];
    for (const key of [...points, random(31), random(33), none]) {
      expect(await verdict(await forgeOne({ leaf: (honest) => ({ ...honest, hpkePublicKey: key }) }))).toBe(dead);
      expect(await verdict(await forgeOne({ keyPackage: (honest) => ({ ...honest, initKey: key }) }))).toBe(dead);
    }
  });
});

describe('a room of two lets nobody in', () => {
  let two: Person[];
  let founder: Person;
  let other: Person;

  beforeAll(async () => {
    founder = await found('', 'direct');
    two = [founder];
    other = await admit(two, founder);
  });

  it('a third, by neither of the two', async () => {
    const nobody = 'forbidden: nobody else comes into a room of two';
    for (const author of [founder, other]) {
      const keyPackage = await forgeKeyPackage(guest);
      const sealed = await forge([add(keyPackage)], {}, author);
      const judge = author === founder ? other : founder;
      expect(await askPlainMls(judge.group, sealed)).toBeDefined();
      expect(await verdict(sealed, author, two)).toBe(nobody);
      expect(await refusal(commitChange(author.group, { kind: 'add', keyPackage: writePackage(keyPackage) }, none))).toBe(nobody);
    }
  });

  it('one of the two a second time', async () => {
    const nobody = 'forbidden: nobody else comes into a room of two';
    expect(await verdict(await forge([remove(1), add(await forgeKeyPackage(other.identity))], {}, founder), founder, two)).toBe(nobody);
    expect(await verdict(await forge([remove(0), add(await forgeKeyPackage(founder.identity))], {}, other), other, two)).toBe(nobody);
  });

  it('anybody, where who was asked in is left alone', async () => {
    const departed = new Set([hex(founder.identity.device)]);
    const { group } = await commitChange(other.group, { kind: 'remove', devices: [founder.identity.device] }, none, { departed });
    const { body } = await createKeyPackage(guest);
    expect(await refusal(commitChange(group, { kind: 'add', keyPackage: body }, none))).toBe(
      'forbidden: nobody else comes into a room of two',
    );
  });

  it('and nobody goes who did not say so, and nothing of it changes', async () => {
    const sealed = await forge([remove(1)], {}, founder);
    expect(await verdict(sealed, founder, two)).toBe('forbidden: nobody is removed from a room of two');
    for (const wish of [{ title: 'Us' }, { link: random(32) }, { access: 'invited' as const }, {}]) {
      const stored = { ...readContext(stateOf(founder.group)), access: 'open' as const, ...wish };
      const proposal: Proposal = {
        proposalType: 'group_context_extensions',
        groupContextExtensions: { extensions: buildExtensions(stored) },
      };
      const changed = await forge([proposal], { path: false }, founder);
      expect(await askPlainMls(other.group, changed)).toBeDefined();
      expect(await verdict(changed, founder, two)).toBe('forbidden: a room of two never changes');
    }
  });
});

describe('how a room lets people in', () => {
  it('never changes, by its founder either', async () => {
    for (const access of ['open', 'direct'] as const) {
      const wish = access === 'direct' ? { link: null, formerLink: null, removers: [], title: '' } : {};
      const stored = { ...readContext(stateOf(ana.group)), ...wish, access };
      const proposal: Proposal = {
        proposalType: 'group_context_extensions',
        groupContextExtensions: { extensions: buildExtensions(stored) },
      };
      const sealed = await forge([proposal], { path: false }, ana);
      expect(await askPlainMls(ben.group, sealed)).toBeDefined();
      expect(await verdict(sealed, ana)).toBe('forbidden: how a room lets people in never changes');
      const context = { ...ana.group.context, ...(access === 'direct' ? { link: null, removers: [], title: '' } : {}), access };
      expect(await refusal(commitChange(ana.group, { kind: 'context', context }, none))).toMatch(/^forbidden/);
    }
  });
});

describe('a key package', () => {
  const read = async (forgery: PackageForgery, identity = guest) =>
    refusal(readKeyPackage(writePackage(await forgeKeyPackage(identity, forgery))));

  it('is believed where it is whole', async () => {
    expect(await read({})).toBe('accepted');
    const { body, ref } = await createKeyPackage(guest);
    expect(await readKeyPackage(body)).toMatchObject({ device: guest.device, ref });
    expect(body.length).toBeLessThan(512);
  });

  it('is refused where it could make no member', async () => {
    expect(await read({ leaf: (honest) => ({ ...honest, credential: credentialOf(ana.identity.device) }) })).toMatch(/^forbidden/);
    expect(await read({ leaf: (honest) => ({ ...honest, capabilities: { ...honest.capabilities, extensions: [] } }) })).toMatch(
      /^forbidden/,
    );
    expect(await read({ leaf: (honest) => ({ ...honest, hpkePublicKey: new Uint8Array(32) }) })).toMatch(/^forbidden/);
    expect(await read({ keyPackage: (honest) => ({ ...honest, initKey: honest.leafNode.hpkePublicKey }) })).toMatch(/^forbidden/);
  });

  it('is refused where its device has not signed it, or it is none', async () => {
    const unsigned = 'unreadable: a key package that its device has not signed';
    expect(await read({ tampered: (honest) => ({ ...honest, initKey: ben.group.authenticator }) })).toBe(unsigned);
    const commits = await commitChange(ana.group, { kind: 'add', keyPackage: (await createKeyPackage(guest)).body }, none);
    expect(await refusal(readKeyPackage(commits.welcome as Uint8Array))).toBe('unreadable: no key package');
    expect(await refusal(readKeyPackage(random(2049)))).toBe('unreadable: too large');
    const tampered = writePackage(await forgeKeyPackage(guest, { tampered: (honest) => ({ ...honest, initKey: random(32) }) }));
    expect(await refusal(commitChange(ana.group, { kind: 'add', keyPackage: tampered }, none))).toBe(unsigned);
  });

  it('is not committed where the members would refuse it', async () => {
    const leaf = leafAt(stateOf(ana.group).ratchetTree, 1);
    const taken = await forgeKeyPackage(guest, {
      leaf: (honest) => ({ ...honest, hpkePublicKey: leaf?.hpkePublicKey as Uint8Array }),
    });
    expect(await refusal(commitChange(mallory.group, { kind: 'add', keyPackage: writePackage(taken) }, none))).toBe(
      'forbidden: an encryption key that is in use already',
    );
    const { body } = await createKeyPackage(mallory.identity);
    expect(await refusal(commitChange(mallory.group, { kind: 'add', keyPackage: body }, none))).toBe('forbidden: a member adds itself');
  });
});
