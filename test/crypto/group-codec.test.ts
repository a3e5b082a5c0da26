import { decode, encode } from 'cborg';
import { describe, expect, it } from 'vitest';
import { encodeGroupState } from 'ts-mls/clientState.js';
import { commitChange, createIdentity, decodeGroup, encodeGroup, openCommit, openMessage, sealMessage } from '../../src/crypto/index.ts';
import { stateOf } from '../../src/crypto/mls/state.ts';
import { change, enter, gather, hex, none, type Person, random, refusal, say, utf8 } from './people.ts';

async function longRoom(): Promise<Person[]> {
  const room = await gather(6);
  const [ana, ben] = room as [Person, Person];
  for (let i = 0; i < 3; i++) await say(ben, `${i}`, [ana]);
  await change(room, ana, { link: null });
  const gone = room.splice(3, 1)[0] as Person;
  const { group, sealed } = await commitChange(ana.group, { kind: 'remove', devices: [gone.identity.device] }, none);
  for (const person of room.slice(1)) person.group = (await openCommit(person.group, sealed)).group;
  ana.group = group;
  await change(room, ana, { link: random(32) });
  return room;
}

describe('a group that was kept', () => {
  it('is the one it was, again and again', async () => {
    const room = await longRoom();
    for (const { group, identity } of room) {
      const encoded = encodeGroup(group);
      const again = await decodeGroup(encoded, identity);
      expect(hex(encodeGroup(again))).toBe(hex(encoded));
      expect(again).toEqual(group);
    }
  });

  it('goes on in whatever way it would have: messages of all epochs, commits, newcomers', async () => {
    const room = await longRoom();
    const [ana, ben, carla] = room as [Person, Person, Person];
    const early = await sealMessage(carla.group, utf8('early'), none);
    carla.group = early.group;
    for (let i = 0; i < 4; i++) {
      for (const person of room) person.group = await decodeGroup(encodeGroup(person.group), person.identity);
      await enter(room, i % 2 ? ana : ben);
    }
    expect((await openMessage(ana.group, early.sealed)).content).toEqual(utf8('early'));
    await change(room, ana, { title: 'after' });
    expect(await say(ben, 'x', [ana, carla])).toHaveLength(2);
  });

  it('holds neither the device’s seed nor what no rule uses, and is a fraction of ts-mls’ own encoding', async () => {
    const [ana] = (await longRoom()) as [Person];
    const encoded = hex(encodeGroup(ana.group));
    expect(encoded).not.toContain(hex(ana.identity.secret));
    const state = stateOf(ana.group);
    for (const past of state.historicalReceiverData.values()) {
      expect(encoded).not.toContain(hex(past.resumptionPsk));
      const application = past.secretTree[2]?.application.secret as Uint8Array;
      const handshake = past.secretTree[2]?.handshake.secret as Uint8Array;
      expect(encoded).toContain(hex(application));
      expect(encoded).not.toContain(hex(handshake));
    }
    expect(encoded.length / 2).toBeLessThan(encodeGroupState(state).length / 2);
  });

  it('is refused by another device, another version and without its own leaf', async () => {
    const [ana, ben] = (await gather(2)) as [Person, Person];
    const encoded = encodeGroup(ana.group);
    expect(await refusal(decodeGroup(encoded, await createIdentity()))).toBe('unreadable: group state of another device');
    const fields = decode(encoded) as unknown[];
    expect(await refusal(decodeGroup(encode(fields.with(0, 2)), ana.identity))).toBe('unreadable: group state of another version');
    expect(await refusal(decodeGroup(encode(fields.with(1, ben.identity.device)), ben.identity))).toBe(
      'unreadable: group state without its own leaf',
    );
    const schedule = fields[4] as Uint8Array;
    expect(await refusal(decodeGroup(encode(fields.with(4, Uint8Array.from([...schedule, 0]))), ana.identity))).toBe(
      'unreadable: damaged group state',
    );
    const secrets = fields[9] as Uint8Array;
    expect(await refusal(decodeGroup(encode(fields.with(9, Uint8Array.from([...secrets, 0]))), ana.identity))).toBe(
      'unreadable: damaged ratchets',
    );
    expect(await refusal(decodeGroup(encode(fields.with(8, Uint8Array.of(255, 255, 0, 0, 0, 0))), ana.identity))).toBe(
      'unreadable: damaged tree',
    );
    const nodes = fields[7] as Uint8Array[];
    expect(
      await refusal(
        decodeGroup(
          encode(
            fields.with(
              7,
              nodes.map((node) => Uint8Array.from([...node, 0])),
            ),
          ),
          ana.identity,
        ),
      ),
    ).toBe('unreadable: damaged tree');
  });
});
