import { describe, expect, it } from 'vitest';
import type { SenderData } from 'ts-mls/sender.js';
import { encodeGroupState } from 'ts-mls/clientState.js';
import { encryptSenderData } from 'ts-mls/privateMessage.js';
import {
  commitChange,
  createIdentity,
  decodeGroup,
  describeGroup,
  encodeGroup,
  exportSecret,
  joinByLink,
  openCommit,
  openMessage,
  sealMessage,
} from '../../src/crypto/index.ts';
import { stateOf } from '../../src/crypto/mls/state.ts';
import { getSuite } from '../../src/crypto/mls/suite.ts';
import { decodeWire, encodeWire } from '../../src/crypto/mls/wire.ts';
import { enter, gather, hex, linkOf, none, type Person, random, refusal, restart, text, utf8 } from './people.ts';

async function pair(): Promise<[Person, Person]> {
  return (await gather(2)) as [Person, Person];
}

async function seal(from: Person, content: string, aad = none): Promise<Uint8Array> {
  const { group, sealed } = await sealMessage(from.group, utf8(content), aad);
  from.group = group;
  return sealed;
}

async function open(to: Person, sealed: Uint8Array): Promise<string> {
  const opened = await openMessage(to.group, sealed);
  to.group = opened.group;
  return text(opened.content);
}

describe('a message', () => {
  it('brings content, sender, authenticated data and epoch', async () => {
    const [ana, ben] = await pair();
    const opened = await openMessage(ben.group, await seal(ana, 'hola', utf8('id 7')));
    expect(opened).toMatchObject({ content: utf8('hola'), sender: ana.identity.device, aad: utf8('id 7'), epoch: 1 });
  });

  it('opens once', async () => {
    const [ana, ben] = await pair();
    const sealed = await seal(ana, 'hola');
    expect(await open(ben, sealed)).toBe('hola');
    await restart(ben);
    expect(await refusal(openMessage(ben.group, sealed))).toMatch(/^replayed/);
  });

  it('opens late, up to as many later ones as are kept', async () => {
    const [ana, ben] = await pair();
    const sealed: Uint8Array[] = [];
    for (let i = 0; i < 40; i++) sealed.push(await seal(ana, `${i}`));
    expect(await open(ben, sealed[39] as Uint8Array)).toBe('39');
    await restart(ben);
    for (const i of [30, 10, 38, 8]) expect(await open(ben, sealed[i] as Uint8Array)).toBe(`${i}`);
    expect(await refusal(openMessage(ben.group, sealed[0] as Uint8Array))).toMatch(/^replayed/);
  });

  it('that skips too far is refused, before it costs as many hashes', async () => {
    const [ana, ben] = await pair();
    const suite = await getSuite();
    const message = decodeWire(await seal(ana, 'hola'));
    if (message.wireformat !== 'mls_private_message') throw new Error('no message');
    const { privateMessage } = message;
    const { senderDataSecret } = stateOf(ben.group).keySchedule;
    for (const generation of [300, 2 ** 31, 2 ** 32 - 1]) {
      const senderData: SenderData = { leafIndex: 0, generation, reuseGuard: random(4) as SenderData['reuseGuard'] };
      privateMessage.encryptedSenderData = await encryptSenderData(
        senderDataSecret,
        senderData,
        privateMessage,
        privateMessage.ciphertext,
        suite,
      );
      const started = performance.now();
      expect(await refusal(openMessage(ben.group, encodeWire(message)))).toBe('unreadable: Desired generation too far in the future');
      expect(performance.now() - started).toBeLessThan(200);
    }
  });

  it('of one’s own is told from a replay, and uses up no key', async () => {
    const [ana, ben] = await pair();
    const before = ana.group;
    const sealed = await seal(ana, 'hola');
    expect(await refusal(openMessage(ana.group, sealed))).toBe('replayed: own');
    // Even by the state from before it was sealed, for which the key is still there.
    expect(await refusal(openMessage(before, sealed))).toBe('replayed: own');
    const commit = await commitChange(ana.group, { kind: 'context', context: { ...ana.group.context, title: 'x' } }, none);
    expect(await refusal(openCommit(ana.group, commit.sealed))).toBe('replayed: own');
    expect(await open(ben, sealed)).toBe('hola');
  });

  it('in the name of a leaf that is blank or none is refused', async () => {
    const [ana, ben] = await pair();
    const suite = await getSuite();
    const message = decodeWire(await seal(ana, 'hola'));
    if (message.wireformat !== 'mls_private_message') throw new Error('no message');
    const { privateMessage } = message;
    for (const leafIndex of [2, 3, 1000, 2 ** 32 - 1]) {
      const senderData: SenderData = { leafIndex, generation: 0, reuseGuard: random(4) as SenderData['reuseGuard'] };
      const { senderDataSecret } = stateOf(ben.group).keySchedule;
      privateMessage.encryptedSenderData = await encryptSenderData(
        senderDataSecret,
        senderData,
        privateMessage,
        privateMessage.ciphertext,
        suite,
      );
      expect(await refusal(openMessage(ben.group, encodeWire(message)))).toBe('unreadable: of no member of its epoch');
    }
  });

  it('of one who was removed since opens in its epoch, with its sender', async () => {
    const room = await gather(3);
    const [ana, ben, carla] = room as [Person, Person, Person];
    const sealed = await seal(carla, 'before I went');
    const gone = new Set([hex(carla.identity.device)]);
    const { group, sealed: commit } = await commitChange(ana.group, { kind: 'remove', devices: [carla.identity.device] }, none, {
      departed: gone,
    });
    ana.group = group;
    ben.group = (await openCommit(ben.group, commit, { departed: gone })).group;
    for (const person of [ana, ben]) {
      await restart(person);
      const opened = await openMessage(person.group, sealed);
      expect(opened.sender).toEqual(carla.identity.device);
      expect(opened.epoch).toBe(opened.group.epoch - 1);
      expect(opened.group.members).toHaveLength(2);
    }
  });

  it('of an epoch that is not reached says so', async () => {
    const room = await gather(2);
    const [ana, ben] = room as [Person, Person];
    const lagging = ben.group;
    await enter(room, ana);
    expect(await refusal(openMessage(lagging, await seal(ana, 'hola')))).toMatch(/^future_epoch/);
    const commit = await commitChange(ana.group, { kind: 'context', context: { ...ana.group.context, title: 'x' } }, none);
    expect(await refusal(openCommit(lagging, commit.sealed))).toMatch(/^future_epoch/);
  });

  it('of another room is unreadable', async () => {
    const [ana] = await pair();
    const [other] = await pair();
    expect(await refusal(openMessage(other.group, await seal(ana, 'hola')))).toBe('unreadable: of another room');
  });

  it('shows its length in steps of 256 bytes only', async () => {
    const [ana] = await pair();
    const lengths = new Map<number, number>();
    for (let size = 0; size <= 1024; size += 16) {
      const { sealed } = await sealMessage(ana.group, new Uint8Array(size), utf8('0123456789abcdef'));
      lengths.set(sealed.length, (lengths.get(sealed.length) ?? 0) + 1);
    }
    expect(lengths.size).toBeLessThanOrEqual(5);
  });
});

describe('what is no message', () => {
  it('is unreadable in each wire format', async () => {
    const [ana, ben] = await pair();
    const info = await describeGroup(ana.group);
    const message = await seal(ana, 'hola');
    const commit = await commitChange(ana.group, { kind: 'context', context: { ...ana.group.context, title: 'x' } }, none);
    expect(await refusal(openMessage(ben.group, info))).toBe('unreadable: no private message');
    expect(await refusal(openMessage(ben.group, commit.sealed))).toBe('unreadable: no application message');
    expect(await refusal(openCommit(ben.group, info))).toBe('unreadable: no commit');
    expect(await refusal(openCommit(ben.group, message))).toBe('unreadable: no commit');
    expect(await refusal(openCommit(ben.group, none))).toBe('unreadable: no MLS message');
    expect(await refusal(openMessage(ben.group, new Uint8Array(2 ** 21)))).toBe('unreadable: too large');
  });
});

describe('a group is a value', () => {
  it('is the same after each operation on it', async () => {
    const room = await gather(3);
    const [ana, ben] = room as [Person, Person, Person];
    const sealed = await seal(ben, 'hola');
    const closing = { kind: 'context', context: { ...ana.group.context, link: null } } as const;
    const newcomer = await joinByLink(await createIdentity(), ana.group.room, await describeGroup(ana.group), linkOf(ana.group), none);
    // By ts-mls' own encoding: ours remembers what it encoded, and would not see a change underneath.
    const before = hex(encodeGroupState(stateOf(ana.group)));
    const operations: (() => Promise<unknown>)[] = [
      () => sealMessage(ana.group, utf8('x'), none),
      () => openMessage(ana.group, sealed),
      () => commitChange(ana.group, closing, none),
      () => describeGroup(ana.group),
      () => openCommit(ana.group, newcomer.sealed),
      () => exportSecret(ana.group, 'test', none, 32),
      () => decodeGroup(encodeGroup(ana.group), ana.identity),
    ];
    for (const operation of operations) {
      await operation();
      expect(hex(encodeGroupState(stateOf(ana.group)))).toBe(before);
    }
    // Whichever way it went, the group still has all its keys.
    expect((await openCommit(ana.group, newcomer.sealed)).group.authenticator).toEqual(newcomer.group.authenticator);
    expect(await open(ana, sealed)).toBe('hola');
    expect(await refusal(sealMessage({ ...ana.group }, none, none))).toMatch(/never copied/);
  });

  it('does not change with the bytes it was made of', async () => {
    const [ana, ben] = await pair();
    const identity = await createIdentity();
    const info = await describeGroup(ana.group);
    const { group, sealed } = await joinByLink(identity, ana.group.room, info, linkOf(ana.group), none);
    const opened = await openCommit(ben.group, sealed);
    const before = [group, opened.group].map((each) => hex(encodeGroup(each)));
    info.fill(0);
    sealed.fill(0);
    expect([group, opened.group].map((each) => hex(encodeGroup(each)))).toEqual(before);
    expect(opened.author).toEqual(identity.device);
  });
});
