import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lengthOf } from '../../scripts/proofs.mjs';
import {
  commitChange,
  createIdentity,
  createKeyPackage,
  describeGroup,
  type Group,
  type GroupChange,
  type Identity,
  joinByLink,
  joinByWelcome,
  openCommit,
  openMessage,
  sealMessage,
} from '../../src/crypto/index.ts';
import { found, hex, linkOf, none, type Person, random, refusal, restart, text, utf8 } from './people.ts';

const MOST = Number(process.env['CRYPTO_MEMBERS'] ?? 6);

/** A room as a relay would run it: commits in one order for all, messages that come whenever they come. */
class Room {
  readonly people: Person[];
  readonly founder: string;
  readonly late: { readonly sealed: Uint8Array; readonly epoch: number; readonly content: string; readonly waiting: Set<string> }[] = [];
  readonly faults: string[] = [];
  private said = 0;

  constructor(founder: Person) {
    this.people = [founder];
    this.founder = nameOf(founder);
  }

  at(index: number): Person {
    return this.people[index % this.people.length] as Person;
  }

  get group(): Group {
    return this.at(0).group;
  }

  /** All open the commit of one; who was removed learns it and is gone. */
  async deliver(author: Person, after: Group, sealed: Uint8Array, departed?: ReadonlySet<string>): Promise<void> {
    for (const person of this.people.slice()) {
      if (person === author) continue;
      const opened = await openCommit(person.group, sealed, departed ? { departed } : {});
      person.group = opened.group;
      if (opened.selfRemoved) this.people.splice(this.people.indexOf(person), 1);
    }
    author.group = after;
  }

  async commit(author: Person, change: GroupChange, departed?: ReadonlySet<string>): Promise<void> {
    const { group, sealed } = await commitChange(author.group, change, none, departed ? { departed } : {});
    await this.deliver(author, group, sealed, departed);
  }

  async enter(host: Person, identity: Identity): Promise<void> {
    const { group, sealed } = await joinByLink(identity, host.group.room, await describeGroup(host.group), linkOf(host.group), none);
    const newcomer = { identity, group };
    await this.deliver(newcomer, group, sealed);
    this.welcome(newcomer);
  }

  /** `host` takes a device in, which may have been in already: what it has of that is gone then. */
  async admit(host: Person, identity: Identity): Promise<void> {
    const own = await createKeyPackage(identity);
    const { group, sealed, welcome } = await commitChange(host.group, { kind: 'add', keyPackage: own.body }, none);
    await this.deliver(host, group, sealed);
    const joined = await joinByWelcome(identity, group.room, welcome as Uint8Array, own);
    if (hex(joined.inviter) !== nameOf(host)) this.faults.push('taken in by another');
    this.welcome({ identity, group: joined.group });
  }

  private welcome(newcomer: Person): void {
    // What was said before it came in, again or at all, it has no key for.
    for (const { waiting } of this.late) waiting.delete(nameOf(newcomer));
    this.people.push(newcomer);
  }

  async speak(from: Person): Promise<void> {
    this.said += 1;
    const content = `line ${this.said}`;
    const { group, sealed } = await sealMessage(from.group, utf8(content), none);
    from.group = group;
    const waiting = new Set(this.people.filter((person) => person !== from).map(nameOf));
    this.late.push({ sealed, epoch: group.epoch, content, waiting });
  }

  /** One of those who wait for a message gets it, in any order. */
  async listen(to: Person, which: number): Promise<void> {
    const message = this.late[which % Math.max(1, this.late.length)];
    if (!message || !message.waiting.delete(nameOf(to))) return;
    const tooOld = to.group.epoch - message.epoch > 4;
    const step = openMessage(to.group, message.sealed);
    const outcome = await refusal(step);
    if (outcome !== 'accepted') {
      if (!tooOld || !outcome.startsWith('unreadable')) this.faults.push(outcome);
      return;
    }
    const opened = await step;
    to.group = opened.group;
    if (tooOld || text(opened.content) !== message.content || opened.epoch !== message.epoch)
      this.faults.push(`heard wrong: ${message.content}`);
  }

  /** What each sees; it has to be one thing. */
  views(): Set<string> {
    const members = this.people.map(nameOf).toSorted().join();
    const own = this.people.map(({ group }) => {
      const { link, removers, title } = group.context;
      const known = group.members.map(hex).toSorted().join() === members;
      return [group.epoch, hex(group.authenticator), link && hex(link), removers.map(hex).join(), title, known].join('|');
    });
    return new Set(own);
  }
}

const nameOf = ({ identity }: Person) => hex(identity.device);

/** What can happen, each for some person `a` and another `b`; what the rules or the moment do not allow does not happen. */
const steps: Record<string, (room: Room, a: Person, b: Person, n: number) => Promise<void>> = {
  async enter(room, a) {
    if (a.group.context.link && room.people.length < MOST) await room.enter(a, await createIdentity());
  },
  async enterAgain(room, a, b) {
    if (!a.group.context.link || a === b) return;
    room.people.splice(room.people.indexOf(b), 1);
    await room.enter(a, b.identity);
  },
  async admit(room, a) {
    if (room.people.length < MOST) await room.admit(a, await createIdentity());
  },
  async admitAgain(room, _a, b) {
    const founder = room.people.find((person) => nameOf(person) === room.founder);
    if (founder && b !== founder) await room.admit(founder, b.identity);
  },
  async close(room) {
    const founder = room.people.find((person) => nameOf(person) === room.founder);
    if (founder?.group.context.link) await room.commit(founder, { kind: 'context', context: { ...founder.group.context, link: null } });
  },
  async open(room, a) {
    if (!a.group.context.link) await room.commit(a, { kind: 'context', context: { ...a.group.context, link: random(32) } });
  },
  async rename(room, _a, _b, n) {
    const founder = room.people.find((person) => nameOf(person) === room.founder);
    const title = `${'x'.repeat(n % 200)}${room.group.epoch}`;
    if (founder) await room.commit(founder, { kind: 'context', context: { ...founder.group.context, title } });
  },
  async remove(room, _a, b) {
    const founder = room.people.find((person) => nameOf(person) === room.founder);
    if (!founder || founder === b || founder.group.context.link) return;
    await room.commit(founder, { kind: 'remove', devices: [b.identity.device] });
  },
  async leave(room, a, b) {
    if (a === b) return;
    const departed = new Set([nameOf(b)]);
    await room.commit(a, { kind: 'remove', devices: [b.identity.device] }, departed);
  },
  async race(room, a, b) {
    // Two commit; the first is dropped by its author, who opens the second.
    if (a === b || room.group.context.link) return;
    await commitChange(a.group, { kind: 'context', context: { ...a.group.context, link: random(32) } }, none);
    await room.commit(b, { kind: 'context', context: { ...b.group.context, link: random(32) } });
  },
  speak: (room, a) => room.speak(a),
  listen: (room, a, _b, n) => room.listen(a, n),
  restart: (_room, a) => restart(a),
};

const step = fc.record({ what: fc.constantFrom(...Object.keys(steps)), a: fc.nat(MOST), b: fc.nat(MOST), n: fc.nat(1000) });

describe('a room in which anything happens in any order', () => {
  it('is one room for all who are in it', async () => {
    expect.hasAssertions();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (script) => {
        const room = new Room(await found());
        for (let i = 0; i < 2; i++) await room.enter(room.at(0), await createIdentity());
        for (const { what, a, b, n } of script) {
          await steps[what]?.(room, room.at(a), room.at(b), n);
          expect([...room.views()]).toEqual([expect.stringMatching(/true$/)]);
          expect(room.faults).toEqual([]);
        }
      }),
      { numRuns: Number(process.env['CRYPTO_RUNS'] ?? lengthOf('roomHistories')), endOnFailure: true },
    );
  });
});
