import { comeByLink, foundWorld, isQuiet, viewOf } from './people.ts';
import type { SeededRandom, Weighted } from './random.ts';
import type { Person, World } from './world.ts';

interface Said {
  readonly text: string;
  /** Told to be stored: from then on it must arrive. A program killed before that may or may not have stored it. */
  accepted: boolean;
}

/** What a run did, for the assertions. */
export interface Run {
  readonly world: World;
  readonly room: string;
  readonly founder: Person;
  readonly people: readonly Person[];
  /** Texts in the order of their writing, by sender. */
  readonly said: ReadonlyMap<string, readonly Said[]>;
  /** Texts that were written in rooms of two and told to be stored. */
  readonly whispered: readonly Whisper[];
}

interface Whisper {
  readonly room: string;
  readonly text: string;
}

const NAMES = ['Ana', 'Juan', 'Eva', 'Luis'] as const;

/** People come by every door, write to all and to each other, change names, are removed, go and come back, while everything that can break breaks. */
export async function runChaos(random: SeededRandom, steps: number): Promise<Run> {
  const { world, founder, room } = await foundWorld(random, NAMES[0]);

  const people: Person[] = [founder];
  const said = new Map<string, Said[]>([[founder.name, []]]);
  let count = 0;
  let relayDown = 0;
  const whispered: Whisper[] = [];

  const insideNow = (person: Person) => viewOf(person, room)?.phase === 'ready';

  const come = (person: Person) => comeByLink(person, founder, room);

  const actions: Weighted<() => void | Promise<void>> = [
    [12, () => say(random.pick(people))],
    [3, () => void (people.length < NAMES.length ? joinNew() : undefined)],
    [2, () => void random.pick(world.network.wires)?.cut('lost')],
    [1, () => breakRelay()],
    [2, () => restart(random.pick(people))],
    [1, () => void removeSomebody()],
    [1, () => leaveOrReturn(random.pick(people))],
    [1, () => rename(random.pick(people))],
    [4, () => answerKnock(random.pick(people))],
    [2, () => void whisper(random.pick(people), random.pick(people))],
  ];

  // What is stored takes steps of the simulation: nobody may wait for it here.
  function say(person: Person): void {
    if (!insideNow(person)) return;
    const line: Said = { text: `${person.name} ${++count}`, accepted: false };
    said.get(person.name)?.push(line);
    void person.client?.send(room, line.text).then(
      () => (line.accepted = true),
      () => {},
    );
  }

  async function joinNew(): Promise<void> {
    const person = await world.start(NAMES[people.length] as string);
    people.push(person);
    said.set(person.name, []);
    if (random.chance(0.5)) come(person);
    else knock(person);
  }

  function knock(person: Person): void {
    person.client?.knock({ name: person.name }).catch(() => {});
  }

  function answerKnock(person: Person): void {
    const [waiting] = viewOf(person, room)?.knocks ?? [];
    if (!waiting || !insideNow(person)) return;
    if (random.chance(0.1)) person.client?.deny(room, waiting.device).catch(() => {});
    else person.client?.admit(room, waiting.device).catch(() => {});
  }

  async function whisper(from: Person, to: Person): Promise<void> {
    const { client } = from;
    if (from === to || !client || !to.client || !insideNow(from) || !insideNow(to)) return;
    const text = `${from.name} to ${to.name} ${++count}`;
    try {
      const direct = await client.direct(room, to.client.device);
      await client.send(direct, text);
      whispered.push({ room: direct, text });
    } catch {
      // No connection, or a program that was ended meanwhile: then it was not said.
    }
  }

  async function restart(person: Person): Promise<void> {
    await person.kill();
    await world.restart(person);
  }

  function breakRelay(): void {
    world.killRelay();
    relayDown = 1 + random.below(10);
  }

  function removeSomebody(): void {
    const other = random.pick(people);
    if (other !== founder && insideNow(other) && founder.client)
      void founder.client.remove(room, other.client?.device as string).catch(() => {});
  }

  function leaveOrReturn(person: Person): void {
    if (person === founder || !person.client) return;
    if (insideNow(person) && random.chance(0.5)) void person.client.leave(room).catch(() => {});
    else if (random.chance(0.7)) come(person);
    else knock(person);
  }

  function rename(person: Person): void {
    if (insideNow(person)) void person.client?.rename(room, `${person.name}${random.below(9)}`).catch(() => {});
  }

  for (let step = 0; step < steps; step++) {
    if (random.chance(0.12)) {
      await random.weighted(actions)();
    }
    await world.step();
    if (relayDown > 0 && --relayDown === 0) await world.startRelay();
  }

  await heal(world, people, room);
  return { world, room, founder, people, said, whispered };
}

/** Everything works again; ends when nobody has anything under way. */
async function heal(world: World, people: readonly Person[], room: string): Promise<void> {
  if (!world.network.relay) await world.startRelay();
  for (const person of people) if (!person.client) await world.restart(person);
  let asked = 0;
  const done = () => {
    if (asked++ % 100 === 0) letIn(people, room);
    return !world.disks.busy && directsAreQuiet(people, room) && isQuiet(people, room);
  };
  if (await world.runUntil(done, 30_000)) return;
  throw new Error(`it did not come to rest:\n${people.map((person) => JSON.stringify(viewOf(person, room))).join('\n')}`);
}

/** The founder lets in whoever still waits. */
function letIn([founder]: readonly Person[], room: string): void {
  for (const { device } of (founder && viewOf(founder, room)?.knocks) ?? []) founder?.client?.admit(room, device).catch(() => {});
}

/** Nothing is under way in any room of two. */
function directsAreQuiet(people: readonly Person[], front: string): boolean {
  const views = people.flatMap(({ client }) => client?.rooms().map((id) => client.view(id)) ?? []).filter(({ room }) => room !== front);
  const newest = new Map<string, number>();
  for (const { room, seq } of views) newest.set(room, Math.max(seq, newest.get(room) ?? 0));
  // The other one may not have heard of it yet.
  if (views.length < 2 * newest.size) return false;
  return views.every(
    (view) =>
      view.phase === 'ready' &&
      view.members.length === 2 &&
      !view.changing &&
      view.pending.length === 0 &&
      view.seq === newest.get(view.room),
  );
}
