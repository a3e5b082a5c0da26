import { describe, expect, it } from 'vitest';
import { throwIfDefined, validateRatchetTree } from 'ts-mls/clientState.js';
import {
  commitChange,
  createGroup,
  createIdentity,
  createKeyPackage,
  describeGroup,
  exportSecret,
  joinByWelcome,
  leafKey,
  openCommit,
  openMessage,
  readKeyPackage,
  sealMessage,
  welcomeRefs,
} from '../../src/crypto/index.ts';
import { stateOf } from '../../src/crypto/mls/state.ts';
import { CLIENT_CONFIG, getSuite } from '../../src/crypto/mls/suite.ts';
import { guessExporters } from './guess.ts';
import { admit, change, enter, found, gather, hex, none, type Person, random, refusal, restart, say, text, utf8 } from './people.ts';

const seen = (room: Person[]) => new Set(room.map(({ group }) => `${group.epoch} ${hex(group.authenticator)}`)).size;

/** Takes somebody out who said it leaves, whether or not the link is open. */
async function part(room: Person[], author: Person, leaver: Person): Promise<Uint8Array> {
  const departed = new Set([hex(leaver.identity.device)]);
  const { group, sealed } = await commitChange(author.group, { kind: 'remove', devices: [leaver.identity.device] }, none, { departed });
  room.splice(room.indexOf(leaver), 1);
  for (const person of room) if (person !== author) person.group = (await openCommit(person.group, sealed, { departed })).group;
  author.group = group;
  return sealed;
}

describe('one who is taken in by a member', () => {
  it('talks with all, through a restart of each, and takes others in', async () => {
    const ana = await found();
    const room = [ana];
    const ben = await admit(room, ana);
    expect(ben.group.members.map(hex)).toEqual([ana, ben].map(({ identity }) => hex(identity.device)));
    expect(ben.group.context).toEqual(ana.group.context);
    expect(ben.group.epoch).toBe(1);
    expect(await say(ana, 'hola', [ben])).toEqual([`${hex(ana.identity.device).slice(0, 8)}: hola`]);
    await restart(ben);
    await admit(room, ben);
    await enter(room, ben);
    await admit(room, room[2] as Person);
    for (const person of room) await restart(person);
    expect(seen(room)).toBe(1);
    for (const from of room)
      expect(
        await say(
          from,
          'here',
          room.filter((person) => person !== from),
        ),
      ).toHaveLength(4);
  });

  it('is named in the commit and the Welcome, and sees who took it in', async () => {
    const room = await gather(3);
    const [ana, ben] = room as [Person, Person];
    const guest = await createIdentity();
    const own = await createKeyPackage(guest);
    const read = await readKeyPackage(own.body);
    expect(read).toMatchObject({ device: guest.device, ref: own.ref });
    const { sealed, welcome, replaced, group } = await commitChange(ben.group, { kind: 'add', keyPackage: own.body }, utf8('why'));
    expect(replaced).toBe(false);
    expect(welcomeRefs(welcome as Uint8Array)).toEqual([own.ref]);
    const opened = await openCommit(ana.group, sealed);
    expect(leafKey(opened.group, guest.device)).toEqual(read.leafKey);
    expect(opened).toMatchObject({ added: [guest.device], removed: [], external: false, selfRemoved: false, author: ben.identity.device });
    expect(text(opened.aad)).toBe('why');
    const joined = await joinByWelcome(guest, ana.group.room, welcome as Uint8Array, own);
    expect(joined.inviter).toEqual(ben.identity.device);
    expect(joined.group.authenticator).toEqual(group.authenticator);
    // Its author's state is as good as it was, in case another's commit comes first.
    const other = await commitChange(ana.group, { kind: 'context', context: { ...ana.group.context, title: 'first' } }, none);
    expect((await openCommit(ben.group, other.sealed)).group.authenticator).toEqual(other.group.authenticator);
  });

  it('comes in while the link is closed, and into an open room as well', async () => {
    for (const access of ['invited', 'open'] as const) {
      const ana = await found('Here', access);
      const room = [ana];
      await enter(room, ana);
      await change(room, ana, { link: null });
      const guest = await admit(room, room[1] as Person);
      expect(guest.group.context).toMatchObject({ access, link: null, title: 'Here' });
      await change(room, guest, { link: random(32) });
      await enter(room, guest);
      expect(seen(room)).toBe(1);
    }
  });

  it('reads nothing of before', async () => {
    const room = await gather(3);
    const [ana, ben] = room as [Person, Person];
    const before = await sealMessage(ana.group, utf8('about you'), none);
    ana.group = before.group;
    const guest = await admit(room, ben);
    expect(await refusal(openMessage(guest.group, before.sealed))).toBe('unreadable: of an epoch that is no longer kept');
    expect(stateOf(guest.group).historicalReceiverData.size).toBe(0);
    // The others do, as after each commit.
    expect(text((await openMessage(room[2]?.group as Person['group'], before.sealed)).content)).toBe('about you');
  });

  it('reads nothing more once it is out', async () => {
    for (const count of [1, 2, 3, 6]) {
      const room = await gather(count);
      const ana = room[0] as Person;
      const guest = await admit(room, ana);
      const before = guest.group;
      const sealed = await part(room, ana, guest);
      const told = await exportSecret(ana.group, 'test', none, 32);
      expect(await guessExporters(before, sealed, ana.group)).not.toContain(hex(told));
      for (const person of room) expect(await exportSecret(person.group, 'test', none, 32)).toEqual(told);
    }
  });
});

describe('a device that is in and is taken in anew', () => {
  it('has its older leaf go in the same commit, whose keys lead nowhere', async () => {
    // With two, nobody is left but the author and the new leaf.
    for (const count of [2, 3, 5]) {
      const room = await gather(count);
      const ana = room[0] as Person;
      const older = room.at(-1) as Person;
      const own = await createKeyPackage(older.identity);
      const { group, sealed, welcome, replaced } = await commitChange(ana.group, { kind: 'add', keyPackage: own.body }, none);
      expect(replaced).toBe(true);
      for (const person of room.slice(1, -1)) {
        const opened = await openCommit(person.group, sealed);
        expect(opened).toMatchObject({ added: [older.identity.device], removed: [older.identity.device], selfRemoved: false });
        expect(opened.group.authenticator).toEqual(group.authenticator);
        expect(opened.group.members).toHaveLength(count);
      }
      const told = hex(await exportSecret(group, 'test', none, 32));
      // Whoever stays is led there by the path, else this would show nothing.
      for (const person of room.slice(1, -1)) expect(await guessExporters(person.group, sealed, group)).toContain(told);
      expect(await guessExporters(older.group, sealed, group)).not.toContain(told);
      const { group: anew } = await joinByWelcome(older.identity, group.room, welcome as Uint8Array, own);
      expect(hex(await exportSecret(anew, 'test', none, 32))).toBe(told);
    }
  });

  it('learns by its older state that this one is out, also where the new leaf stands in its place', async () => {
    const room = await gather(4);
    const [ana, ben] = room as [Person, Person];
    const { body } = await createKeyPackage(ben.identity);
    const { group, sealed } = await commitChange(ana.group, { kind: 'add', keyPackage: body }, none);
    expect(group.members.map(hex)).toEqual(ana.group.members.map(hex));
    const opened = await openCommit(ben.group, sealed);
    expect(opened).toMatchObject({ selfRemoved: true, added: [ben.identity.device], removed: [ben.identity.device], external: false });
    expect(opened.author).toEqual(ana.identity.device);
    expect(await refusal(sealMessage(opened.group, utf8('still'), none))).toBe('forbidden: this device was removed');
  });
});

describe('leaves that are not merged into all nodes above them', () => {
  it('keep nobody out, and nobody from being taken out, though ts-mls’ own check of a tree would', async () => {
    const room = await gather(8);
    const [ana, ben, , , eva, , , hugo] = room as [Person, Person, Person, Person, Person, Person, Person, Person];
    // Eva's path renews the nodes above the place that becomes free; then somebody comes to that place by another's path.
    await part(room, eva, hugo);
    const guest = await admit(room, ana);
    const { ratchetTree, groupContext } = stateOf(ben.group);
    const unmerged = ratchetTree.filter((node) => node?.nodeType === 'parent' && node.parent.unmergedLeaves.length > 0);
    expect(unmerged).toHaveLength(1);
    const { lifetimeConfig, authService } = CLIENT_CONFIG;
    const said = validateRatchetTree(ratchetTree, groupContext, lifetimeConfig, authService, groupContext.treeHash, await getSuite());
    expect(await refusal(said.then(throwIfDefined))).toMatch(/unmerged_leaves/);

    for (const host of [guest, ben, eva]) {
      await enter(room, host);
      await admit(room, host);
      expect(seen(room)).toBe(1);
    }
    for (const person of room) await restart(person);
    await part(room, guest, eva);
    const again = await admit(room, ana, ben.identity);
    await part(room, again, guest);
    expect(seen(room)).toBe(1);
    expect(
      await say(
        again,
        'all here',
        room.filter((person) => person !== again),
      ),
    ).toHaveLength(room.length - 1);
  });
});

describe('a room of two', () => {
  it('has its founder and the one it took in, and no door', async () => {
    const ana = await found('', 'direct');
    const room = [ana];
    expect(await refusal(createsWith(ana, { title: 'Us' }))).toBe('forbidden: room context out of bounds');
    expect(await refusal(createsWith(ana, { link: random(32) }))).toBe('forbidden: room context out of bounds');
    const ben = await admit(room, ana);
    expect(ben.group.context).toEqual({ access: 'direct', link: null, founder: ana.identity.device, removers: [], title: '' });
    expect(await say(ben, 'only us', [ana])).toHaveLength(1);
    // Who leaves is taken out, and may be asked in again.
    await part(room, ana, ben);
    expect(ana.group.members).toHaveLength(1);
    await admit(room, ana, ben.identity);
    await part(room, room[1] as Person, ana);
    expect(room[0]?.group.members).toHaveLength(1);
    await describeGroup((room[0] as Person).group);
  });

  function createsWith({ identity }: Person, wish: object) {
    return createGroup(identity, random(16), {
      link: null,
      founder: identity.device,
      removers: [],
      title: '',
      access: 'direct',
      ...wish,
    });
  }
});
