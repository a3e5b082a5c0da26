import { encode } from 'cborg';
import { describe, expect, it } from 'vitest';
import { lengthOf } from '../../scripts/proofs.mjs';
import type { Client } from '../../src/client/index.ts';
import { signProfile } from '../../src/client/content/index.ts';
import { sealWelcome } from '../../src/client/room/welcome.ts';
import {
  type Access,
  commitChange,
  createGroup,
  createIdentity,
  createKeyPackage,
  deriveLinkKeys,
  type Identity,
  openKnock,
  sealKnock,
} from '../../src/crypto/index.ts';
import { type ClientFrames, decodeValue, fromHex, type RelayFrame, SIZES, toHex } from '../../src/protocol/index.ts';
import type { Person, World } from '../sim/world.ts';
import { type Between, standBetween } from './between.ts';
import { codeOf, eventsOf, joined, settle, storedHistory, until, withRoom } from './settling.ts';

const client = (person: Person) => person.client as Client;
const bytesOf = (id: string) => fromHex(id) as Uint8Array;
const errorsOf = (person: Person) => eventsOf(person, 'error').map(({ error }) => error.code);

/** A Welcome into a room of a stranger's own making, for whoever made the key package. */
async function lure(room: string, access: Access, keyPackage: Uint8Array): Promise<RelayFrame> {
  const stranger = await createIdentity();
  const link = access === 'direct' ? null : new Uint8Array(SIZES.token);
  const alone = await createGroup(stranger, bytesOf(room), { link, founder: stranger.device, removers: [], title: '', access });
  const { group, welcome } = await commitChange(alone, { kind: 'add', keyPackage }, new Uint8Array());
  const sealed = await sealWelcome(group, welcome as Uint8Array, {});
  return { t: 'admitted', room: bytesOf(room), welcome: sealed, seq: 1, head: new Uint8Array(SIZES.hash) };
}

/** Somebody comes in by the link, over a relay that may lie to her. */
async function deceivable(seed: number): Promise<{ world: World; room: string; ana: Person; eva: Person; relay: Between }> {
  const { world, room, ana } = await withRoom(seed);
  const relay = standBetween(world, 'Eva');
  return { world, room, ana, eva: await joined(world, room, ana, 'Eva'), relay };
}

/** A key package that Eva brought to the relay. */
async function broughtBy({ world, relay }: { world: World; relay: Between }): Promise<Uint8Array> {
  const brought = () => relay.sent.flatMap((frame) => (frame.t === 'publish' ? frame.packages : []));
  await until(world, () => brought().length > 0);
  return brought()[0] as Uint8Array;
}

const decided = (person: Person) => () => errorsOf(person).length > 0 || eventsOf(person, 'opened').length > 0;

describe('whoever has a key package', () => {
  const made = 'c0'.repeat(16);

  it('begins a room of two with it', async () => {
    const { world, room, eva, relay } = await deceivable(1);
    relay.show(await lure(made, 'direct', await broughtBy({ world, relay })));
    await until(world, decided(eva));
    expect(errorsOf(eva)).not.toContain('cannot_open_welcome');
    expect(client(eva).rooms().toSorted()).toEqual([room, made].toSorted());
  });

  it.each(['invited', 'open'] as const)('brings nobody into an %s room that was not knocked at', async (access) => {
    const { world, room, eva, relay } = await deceivable(2);
    relay.show(await lure(made, access, await broughtBy({ world, relay })));
    await until(world, decided(eva));
    expect(errorsOf(eva)).toEqual(['cannot_open_welcome']);
    expect(client(eva).rooms()).toEqual([room]);
  });

  it('brings nobody into a room of two in place of the one that was knocked at', async () => {
    const { world, room, ana } = await withRoom(3);
    const relay = standBetween(world, 'Eva');
    const eva = await world.start('Eva');
    const entering = client(eva).knock({ name: 'Eva' });
    await until(world, () => client(ana).view(room).knocks.length === 1);
    const keyPackage = await shownIn(relay, await settle(world, client(ana).invite(room)), client(eva).device);
    await settle(world, client(ana).deny(room, client(eva).device));
    expect(await codeOf(world, entering)).toBe('knock_refused');
    eva.events.length = 0;

    relay.show(await lure(room, 'direct', keyPackage));
    await until(world, decided(eva));
    expect(errorsOf(eva)).toEqual(['cannot_open_welcome']);
    expect(client(eva).rooms()).toEqual([]);
  });
});

describe('whoever can open a knock', () => {
  it('brings who still waits into no room of two in place of the one that was knocked at', async () => {
    const { world, room, ana } = await withRoom(6);
    const relay = standBetween(world, 'Eva');
    const eva = await world.start('Eva');
    const entering = client(eva).knock({ name: 'Eva' });
    await until(world, () => client(ana).view(room).knocks.length === 1);
    const keyPackage = await shownIn(relay, await settle(world, client(ana).invite(room)), client(eva).device);

    relay.show(await lure(room, 'direct', keyPackage));
    expect(await codeOf(world, entering)).toBe('cannot_open_welcome');
    expect(
      client(eva)
        .rooms()
        .filter((id) => client(eva).view(id).phase === 'ready'),
    ).toEqual([]);
  });
});

/** The key package in a knock, as every member can read it. */
async function shownIn({ sent }: Between, { room, secret }: { room: string; secret: Uint8Array }, device: string): Promise<Uint8Array> {
  const { knock } = await deriveLinkKeys(secret);
  const { body } = sent.findLast((frame) => frame.t === 'knock') as ClientFrames['knock'];
  const [, , keyPackage] = decodeValue(await openKnock(knock.privateKey, bytesOf(room), bytesOf(device), body)) as unknown[];
  return keyPackage as Uint8Array;
}

describe('a key package of another device', () => {
  it('begins no room of two in place of that of who was meant', async () => {
    const { world, room, ana, eva, relay } = await deceivable(4);
    const { body } = await createKeyPackage(await createIdentity());
    relay.alter = (frame) => (frame.t === 'package' ? { ...frame, body } : frame);
    expect(await codeOf(world, client(eva).direct(room, client(ana).device))).toBe('no_package');
    expect(client(eva).rooms()).toEqual([room]);
  });

  it('is not shown as the knock of who sealed it', async () => {
    const { world, room, ana, eva, relay } = await deceivable(5);
    const { secret } = await settle(world, client(ana).invite(room));
    const [stranger, other] = [await createIdentity(), await createIdentity()];
    const knockWith = async (shown: Identity): Promise<RelayFrame> => {
      const { knock } = await deriveLinkKeys(secret);
      const profile = await signProfile(stranger, bytesOf(room), 'Stranger', 1);
      const content = encode([0, profile, (await createKeyPackage(shown)).body]);
      const body = await sealKnock(knock.publicKey, bytesOf(room), stranger.device, content);
      return { t: 'knocking', room: bytesOf(room), device: stranger.device, body };
    };
    relay.show(await knockWith(other));
    await settle(world, client(eva).settled());
    expect(client(eva).view(room).knocks).toEqual([]);

    relay.show(await knockWith(stranger));
    await settle(world, client(eva).settled());
    expect(client(eva).view(room).knocks).toMatchObject([{ device: toHex(stranger.device), name: 'Stranger' }]);
  });
});

describe('who comes by the link while somebody opens to its knock', () => {
  it('is not put out by that', async () => {
    const firsts = new Set<string>();
    for (let seed = 60; seed < 60 + lengthOf('doorRaces'); seed++) {
      const { world, room, ana } = await withRoom(seed);
      const invite = await settle(world, client(ana).invite(room));
      const eva = await world.start('Eva');
      const knocking = client(eva).knock({ name: 'Eva' });
      knocking.catch(() => {});
      await until(world, () => client(ana).view(room).knocks.length === 1);
      const opening = client(ana).admit(room, client(eva).device);
      await until(world, () => client(ana).view(room).changing);
      for (let steps = seed % 5; steps > 0; steps--) await world.step();
      // Away for a moment: what she began comes to the relay before or after the newcomer's own commit.
      for (const wire of world.network.wires.filter((one) => one.client === 'Ana')) wire.cut('lost');
      await settle(world, client(eva).join(invite, { name: 'Eva' }));
      await settle(world, opening);
      await until(world, () => !client(ana).view(room).changing);
      await settle(world, client(ana).send(room, 'there you are'));
      await until(world, () => eventsOf(eva, 'ended').length > 0 || eventsOf(eva, 'item').some(({ item }) => item.kind === 'text'));
      expect([eventsOf(eva, 'ended'), errorsOf(ana)], `seed ${seed}`).toEqual([[], []]);
      expect(client(eva).view(room), `seed ${seed}`).toMatchObject({ phase: 'ready', words: client(ana).view(room).words });
      firsts.add((await storedHistory(world, ana, room)).map((item) => (item.kind === 'joined' ? item.door : item.kind))[0] as string);
    }
    // Which is first at the relay is chance: both have to come up.
    expect([...firsts].toSorted()).toEqual(['knock', 'link']);
  });
});
