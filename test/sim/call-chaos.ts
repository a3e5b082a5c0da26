import { CALL_SOURCES } from '../../src/protocol/index.ts';
import { comeByLink, foundWorld, isQuiet, viewOf } from './people.ts';
import type { SeededRandom, Weighted } from './random.ts';
import type { Person, World } from './world.ts';

export interface CallRun {
  readonly world: World;
  readonly room: string;
  readonly people: readonly Person[];
}

const NAMES = ['Ana', 'Juan', 'Eva', 'Luis'] as const;

/** People come to a room and to its call, change what they send, are removed, go and come back, while links, programs, relay and media engine break. */
export async function runCallChaos(random: SeededRandom, steps: number): Promise<CallRun> {
  const { world, founder, room } = await foundWorld(random, NAMES[0]);
  const people: Person[] = [founder];
  let relayDown = 0;
  let engineDown = 0;

  const insideNow = (person: Person) => viewOf(person, room)?.phase === 'ready';
  const callsOf = (person: Person) => person.client?.calls;
  const ignore = () => {};

  const come = (person: Person) => comeByLink(person, founder, room);

  async function comeNew(): Promise<void> {
    if (people.length >= NAMES.length) return;
    const person = await world.start(NAMES[people.length] as string);
    people.push(person);
    come(person);
  }

  function goOrReturn(person: Person): void {
    if (person === founder || !person.client) return;
    if (!insideNow(person)) come(person);
    else if (random.chance(0.5)) void person.client.leave(room).catch(ignore);
    else void founder.client?.remove(room, person.client.device).catch(ignore);
  }

  function joinOrLeave(person: Person): void {
    if (!insideNow(person)) return;
    if (callsOf(person)?.current() === room && random.chance(0.4)) void callsOf(person)?.leave();
    else
      void callsOf(person)
        ?.join(room, { microphone: random.chance(0.7), camera: random.chance(0.5) })
        .catch(ignore);
  }

  function change(person: Person): void {
    const calls = callsOf(person);
    if (random.chance(0.2)) void calls?.raiseHand(random.chance(0.5)).catch(ignore);
    else void calls?.turn(random.pick(CALL_SOURCES.slice(0, 3)), random.chance(0.6)).catch(ignore);
  }

  async function restart(person: Person): Promise<void> {
    await person.kill();
    await world.restart(person);
  }

  const actions: Weighted<() => void | Promise<void>> = [
    [8, () => joinOrLeave(random.pick(people))],
    [8, () => change(random.pick(people))],
    [3, comeNew],
    [2, () => goOrReturn(random.pick(people))],
    [2, () => void random.pick(world.network.wires)?.cut('lost')],
    [1, () => restart(random.pick(people))],
    [3, () => world.media.tick()],
    [2, () => void random.pick(world.media.connected)?.lose()],
    [
      1,
      () => {
        world.media.kill(random.chance(0.3));
        engineDown = 1 + random.below(30);
      },
    ],
    [
      1,
      () => {
        world.killRelay();
        relayDown = 1 + random.below(10);
      },
    ],
  ];

  for (let step = 0; step < steps; step++) {
    if (random.chance(0.15)) {
      await random.weighted(actions)();
    }
    await world.step();
    if (relayDown > 0 && --relayDown === 0) await world.startRelay();
    if (engineDown > 0 && --engineDown === 0) world.media.revive();
  }

  await heal(world, people, room);
  // What is left of a call after all this is often one person.
  for (const person of people)
    if (insideNow(person) && random.chance(0.7))
      void callsOf(person)
        ?.join(room, { microphone: true, camera: random.chance(0.5) })
        .catch(ignore);
  await heal(world, people, room);
  return { world, room, people };
}

/** Everything works again; ends when all are at rest, in the call or out of it. */
async function heal(world: World, people: readonly Person[], room: string): Promise<void> {
  if (!world.network.relay) await world.startRelay();
  world.media.revive();
  for (const person of people) if (!person.client) await world.restart(person);
  // What was lost is made good by what is said again and again.
  let later = false;
  world.clock.after(45_000, () => (later = true));
  const rests = () => {
    const calls = people.map((person) => person.client?.calls.view(room)?.state ?? 'out');
    return later && !world.disks.busy && isQuiet(people, room) && calls.every((state) => state === 'in' || state === 'out');
  };
  if (await world.runUntil(rests, 40_000)) return;
  throw new Error(
    `it did not come to rest:\n${people.map((person) => JSON.stringify([viewOf(person, room), person.client?.calls.view(room)])).join('\n')}`,
  );
}
