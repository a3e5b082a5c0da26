import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lengthOf } from '../../scripts/proofs.mjs';
import { isEvent, type JsonEvent, type Program, startChat, startRelay, temporaryFolder } from '../support/programs.ts';

const TERMINALS = 10;
/** Each costs some seconds of reconnecting. */
const KILLS = Number(process.env.CRASH_KILLS ?? lengthOf('relayKills'));
const LINES_PER_KILL = 5;

test(
  `${TERMINALS} terminals write while the relay is killed ${KILLS} times: everybody is shown every sent message once`,
  async () => {
    const folder = temporaryFolder();
    let { relay, listening, ports } = await startRelay(join(folder, 'relay'));
    const host = `127.0.0.1:${ports.chat}`;
    const founder = startChat('P0', host, join(folder, 'P0'), listening.founder);
    await founder.until(isEvent('ready'), 'ready');
    founder.write('/invite');
    const { link } = await founder.until(isEvent('invite'), 'invite');
    const people: Program[] = [founder];
    for (let i = 1; i < TERMINALS; i++) people.push(startChat(`P${i}`, host, join(folder, `P${i}`), link));
    await Promise.all(people.map((person) => person.until(isEvent('ready'), 'ready')));
    // From here on all see everything.
    await Promise.all(people.map((person) => person.untilAll((events) => knownMembers(events).size === TERMINALS, 'all members')));

    const said: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      people.forEach((person, i) => {
        for (let line = 0; line < LINES_PER_KILL; line++) {
          const text = `P${i} says ${kill}/${line}`;
          said.push(text);
          person.write(text);
        }
      });
      // Somewhere in the middle of what was just written: when the first of it is acknowledged.
      const lucky = people[kill % TERMINALS] as Program;
      await lucky.untilAll((events) => events.filter(isEvent('sent')).length > kill, 'sent');
      relay.kill('SIGKILL');
      await relay.exit;
      ({ relay } = await startRelay(join(folder, 'relay'), ports));
    }

    for (const person of people) await person.untilAll((events) => events.filter(isEvent('message')).length >= said.length, 'all messages');
    const reference = shown(founder.events);
    expect(reference.toSorted()).toEqual(said.toSorted());
    for (const person of people) expect(shown(person.events)).toEqual(reference);
    for (const person of people) {
      const sent = person.events.filter(isEvent('sent')).map(({ id }) => id);
      expect(new Set(sent).size).toBe(sent.length);
      expect(sent.length).toBe(KILLS * LINES_PER_KILL);
      expect(person.events.filter(({ event }) => event === 'missing' || event === 'unreadable')).toEqual([]);
    }
    for (const person of people) person.end();
    expect(await Promise.all(people.map((person) => person.exit))).toEqual(people.map(() => 0));
  },
  15 * 60_000,
);

const shown = (events: readonly JsonEvent[]) => events.filter(isEvent('message')).map(({ text }) => text as string);

function knownMembers(events: readonly JsonEvent[]): Set<string> {
  const known = new Set<string>();
  for (const event of events) {
    if (event.event === 'ready') for (const { device } of event.members) known.add(device);
    if (event.event === 'member' && event.joined) known.add(event.device);
  }
  return known;
}
