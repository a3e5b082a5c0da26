import { describe, expect, test } from 'vitest';
import { lengthOf } from '../../scripts/proofs.mjs';
import { toHex } from '../../src/protocol/index.ts';
import { type CallRun, runCallChaos } from './call-chaos.ts';
import { viewOf } from './people.ts';
import { createSeededRandom } from './random.ts';
import { seedsOf } from './seeds.ts';
import { historyOf, type Person } from './world.ts';

/** As in talk.test.ts: `SIM_SEEDS` runs other seeds, `SIM_STEPS` longer ones. */
const [from, to] = seedsOf(process.env.SIM_SEEDS ?? `1-${lengthOf('callSeeds')}`);
const steps = Number(process.env.SIM_STEPS ?? 500);

describe('whatever breaks, everybody sees and hears the same call', () => {
  for (let seed = from; seed <= to; seed++) {
    test(`seed ${seed}`, async () => checkRun(await runCallChaos(createSeededRandom(seed), steps)));
  }
});

async function checkRun(run: CallRun): Promise<void> {
  expect(run.world.media.misuse).toEqual([]);
  checkViews(run);
  checkHeard(run);
  await checkKeys(run);
  await checkEnd(run);
}

const insideOf = ({ people, room }: CallRun) => people.filter((person) => viewOf(person, room)?.phase === 'ready');
const isIn = (person: Person, room: string) => person.client?.calls.view(room)?.state === 'in';

/** All who are in the room see the same call: who is in it, and what each sends. Who is not sees none, and has no transport. */
function checkViews(run: CallRun): void {
  const { people, room } = run;
  const inside = insideOf(run);
  const truth = inside
    .filter((person) => isIn(person, room))
    .map((person) => [person.client?.device, ...[...(person.media.transport?.on ?? [])].toSorted()].join(' '))
    .toSorted();
  for (const person of inside) {
    const shown = (person.client?.calls.view(room)?.members ?? []).map(({ device, sources }) =>
      [device, ...[...sources].toSorted()].join(' '),
    );
    expect(shown.toSorted(), person.name).toEqual(truth);
  }
  for (const person of people) {
    const open = person.media.transports.filter(({ closed }) => !closed).length;
    expect(open, person.name).toBe(inside.includes(person) && isIn(person, room) ? 1 : 0);
  }
}

/** Each who is in hears and sees all that the others send, and nothing else. */
function checkHeard(run: CallRun): void {
  const callers = insideOf(run).filter((person) => isIn(person, run.room));
  const before = callers.map((person) => person.media.transport?.heard.length ?? 0);
  run.world.media.tick();
  for (const [at, person] of callers.entries()) {
    const heard = (person.media.transport?.heard.slice(before[at]) ?? []).map(({ device, source }) => `${device} ${source}`);
    const said = callers.flatMap((other) =>
      other === person ? [] : [...(other.media.transport?.on ?? [])].map((source) => `${other.client?.device} ${source}`),
    );
    expect(heard.toSorted(), person.name).toEqual(said.toSorted());
  }
}

/** Nobody had a key of an epoch in which it was no member, and all had the same ones. */
async function checkKeys({ world, room, people }: CallRun): Promise<void> {
  const [founder] = people as [Person];
  const epochs = await world.epochs(room);
  const history = await historyOf(founder, room);
  const names = new Map<bigint, string>();
  for (const person of people) {
    const stays: Array<[first: number, last: number]> = person === founder ? [[0, Number.POSITIVE_INFINITY]] : [];
    for (const item of history) {
      if (item.device !== person.client?.device) continue;
      const epoch = epochs.get(item.seq) as number;
      const last = stays.at(-1);
      if (item.kind === 'joined') stays.push([epoch + 1, Number.POSITIVE_INFINITY]);
      // Who is removed knows the epoch that its removal ends; who leaves, that in which it hears of itself.
      else if (item.kind === 'removed' && last) last[1] = Math.min(last[1], epoch);
      else if (item.kind === 'left' && last) last[1] = Math.min(last[1], newestEpoch(epochs, item.seq));
    }
    for (const { epoch, baseKey } of person.media.transports.flatMap(({ keys }) => keys)) {
      expect(
        stays.some(([first, last]) => Number(epoch) >= first && Number(epoch) <= last),
        `${person.name} has the key of epoch ${epoch}, and was in ${JSON.stringify(stays)}`,
      ).toBe(true);
      const name = toHex(baseKey);
      expect(names.get(epoch) ?? name).toBe(name);
      names.set(epoch, name);
    }
  }
}

/** The room's epoch when it had this entry. */
function newestEpoch(epochs: ReadonlyMap<number, number>, seq: number): number {
  return Math.max(...[...epochs].filter(([at]) => at <= seq + 1).map(([, epoch]) => epoch));
}

/** When all leave, there is no call, and nothing is open. */
async function checkEnd({ world, room, people }: CallRun): Promise<void> {
  for (const person of people) await person.client?.calls.leave();
  const isOver = () => people.every((person) => (person.client?.calls.view(room) ?? null) === null);
  expect(await world.runUntil(isOver, 5_000)).toBe(true);
  for (const person of people) {
    expect(person.client?.calls.current()).toBeNull();
    expect(person.media.transport, person.name).toBeUndefined();
  }
  expect(world.media.connected).toEqual([]);
}
