import { describe, expect, it } from 'vitest';
import { nextEpochContext } from 'ts-mls/clientState.js';
import { initializeEpoch, mlsExporter } from 'ts-mls/keySchedule.js';
import {
  commitChange,
  decodeGroup,
  deriveLinkKeys,
  describeGroup,
  encodeGroup,
  exportSecret,
  joinByLink,
  openCommit,
  openMessage,
  sealMessage,
} from '../../src/crypto/index.ts';
import { epochOf, unprotect } from '../../src/crypto/mls/messages.ts';
import { stateOf } from '../../src/crypto/mls/state.ts';
import { getSuite } from '../../src/crypto/mls/suite.ts';
import { decodeWire } from '../../src/crypto/mls/wire.ts';
import { forgeExternalCommit } from './forge.ts';
import { guessExporters } from './guess.ts';
import { change, gather, hex, linkOf, none, type Person, random, refusal, utf8 } from './people.ts';

/** Removes the last who came in, in a room of `count`; the rest go on. */
async function removeLast(count: number) {
  const room = await gather(count);
  const ana = room[0] as Person;
  const victim = room.pop() as Person;
  const oldLink = linkOf(ana.group);
  await change([...room, victim], ana, { link: null });
  const before = victim.group;
  const staying = room.slice(1).map((person) => person.group);
  const { group, sealed } = await commitChange(ana.group, { kind: 'remove', devices: [victim.identity.device] }, none);
  ana.group = group;
  for (const person of room.slice(1)) person.group = (await openCommit(person.group, sealed)).group;
  return { room, ana, victim, before, staying, oldLink, sealed };
}

describe('one who was removed', () => {
  // With two, one is left: ts-mls' commit secret is zero there.
  it('has no key of the next epoch', async () => {
    for (const count of [2, 3, 4, 5, 9]) {
      const { room, ana, before, staying, sealed } = await removeLast(count);
      const told = await exportSecret(ana.group, 'test', none, 32);
      for (const person of room) expect(await exportSecret(person.group, 'test', none, 32)).toEqual(told);
      expect(await guessExporters(before, sealed, ana.group)).not.toContain(hex(told));
      // Those who stay are led there by the path, else this would show nothing.
      for (const other of staying) expect(await guessExporters(other, sealed, ana.group)).toContain(hex(told));
    }
  });

  it('would have it, were there no path: the test above can fail', async () => {
    const room = await gather(3);
    const [ana, ben] = room as [Person, Person];
    const before = ben.group;
    const { group, sealed } = await commitChange(ana.group, { kind: 'context', context: { ...ana.group.context, title: 'new' } }, none);
    const { extensions } = stateOf(group).groupContext;
    const state = stateOf(before);
    const suite = await getSuite();
    const message = decodeWire(sealed);
    if (message.wireformat !== 'mls_private_message') throw new Error('no commit');
    const { content, auth } = await unprotect(state, epochOf(state, message.privateMessage), message.privateMessage);
    if (content.contentType !== 'commit') throw new Error('no commit');
    const { treeHash } = stateOf(group).groupContext;
    const context = { ...state.groupContext, extensions };
    const next = await nextEpochContext(
      context,
      'mls_private_message',
      content,
      auth.signature,
      treeHash,
      state.confirmationTag,
      suite.hash,
    );
    const { keySchedule } = await initializeEpoch(state.keySchedule.initSecret, new Uint8Array(32), next, new Uint8Array(32), suite.kdf);
    expect(await mlsExporter(keySchedule.exporterSecret, 'test', none, 32, suite)).toEqual(await exportSecret(group, 'test', none, 32));
  });

  it('learns that it is out, and neither speaks nor listens', async () => {
    const { ana, victim, before, sealed } = await removeLast(4);
    const gone = await openCommit(before, sealed);
    expect(gone.selfRemoved).toBe(true);
    expect(gone.removed.map(hex)).toEqual([hex(victim.identity.device)]);
    expect(gone.author).toEqual(ana.identity.device);
    expect(await refusal(exportSecret(gone.group, 'test', none, 32))).toBe('forbidden: this device was removed');
    expect(await refusal(sealMessage(gone.group, utf8('hello?'), none))).toBe('forbidden: this device was removed');
    expect(await refusal(describeGroup(gone.group))).toBe('forbidden: this device was removed');
    const change = { kind: 'context', context: gone.group.context } as const;
    expect(await refusal(commitChange(gone.group, change, none))).toBe('forbidden: this device was removed');
    expect(await refusal(openCommit(gone.group, sealed))).toBe('unreadable: this device was removed');
    // That it is out is kept, too.
    const kept = await decodeGroup(encodeGroup(gone.group), victim.identity);
    expect(await refusal(sealMessage(kept, utf8('hello?'), none))).toBe('forbidden: this device was removed');
    const said = await sealMessage(ana.group, utf8('alone at last'), none);
    expect(await refusal(openMessage(before, said.sealed))).toMatch(/^future_epoch/);
    expect(await refusal(openMessage(gone.group, said.sealed))).toMatch(/^future_epoch/);
    const shouted = await sealMessage(before, utf8('still here'), none);
    // What it seals with the keys it still has is of an old epoch: the relay says stale_epoch, and members see which.
    expect((await openMessage(ana.group, shouted.sealed)).epoch).toBe(before.epoch);
  });

  it('does not come back by the old link, neither while it is closed nor when there is a new one', async () => {
    const { room, ana, victim, oldLink } = await removeLast(4);
    const { psk, pskId } = await deriveLinkKeys(oldLink);
    const knock = async () => {
      const sealed = await forgeExternalCommit(ana.group, victim.identity, { psk, pskId });
      return Promise.all(room.map(({ group }) => refusal(openCommit(group, sealed))));
    };
    expect(await knock()).toEqual(room.map(() => 'forbidden: the link is closed'));
    expect(await refusal(joinByLink(victim.identity, ana.group.room, await describeGroup(ana.group), oldLink, none))).toMatch(
      /^wrong_link/,
    );
    await change(room, room[1] as Person, { link: random(32) });
    expect(await knock()).toEqual(room.map(() => 'wrong_link: the PSK is not that of the open link'));
    const sealed = await forgeExternalCommit(ana.group, victim.identity, { psk });
    for (const { group } of room) expect(await refusal(openCommit(group, sealed))).toBe('wrong_link: made with another secret');
    expect(await refusal(joinByLink(victim.identity, ana.group.room, await describeGroup(ana.group), oldLink, none))).toMatch(
      /^wrong_link/,
    );
  });
});
