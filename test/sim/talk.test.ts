import { describe, expect, test } from 'vitest';
import { lengthOf } from '../../scripts/proofs.mjs';
import type { TimelineItem } from '../../src/client/index.ts';
import { type Run, runChaos } from './chaos.ts';
import { createSeededRandom } from './random.ts';
import { seedsOf } from './seeds.ts';
import { historyOf, type Person } from './world.ts';

/**
 * Real relay, real clients, everything else breaks. `SIM_SEEDS` runs other seeds (`17`, or `1000-1999`), `SIM_STEPS`
 * longer ones: a failing seed is replayed by its number.
 */
const [from, to] = seedsOf(process.env.SIM_SEEDS ?? `1-${lengthOf('talkSeeds')}`);
const steps = Number(process.env.SIM_STEPS ?? 500);

describe('whatever breaks, everybody ends with the same timeline', () => {
  for (let seed = from; seed <= to; seed++) {
    test(`seed ${seed}`, async () => checkRun(await runChaos(createSeededRandom(seed), steps)));
  }
});

async function checkRun(run: Run): Promise<void> {
  const reference = await historyOf(run.founder, run.room);
  expect(reference.filter(({ kind }) => kind === 'unreadable' || kind === 'missing')).toEqual([]);
  await checkSaid(run, reference);
  for (const person of run.people) await checkPerson(run, person, reference);
  await checkWhispers(run);
}

/** What was said in rooms of two is there for both, once, and for nobody else. */
async function checkWhispers({ room: front, people, whispered }: Run): Promise<void> {
  const rooms = new Set(people.flatMap(({ client }) => client?.rooms() ?? []).filter((id) => id !== front));
  for (const room of rooms) {
    const inside = people.filter(({ client }) => client?.rooms().includes(room));
    expect(inside).toHaveLength(2);
    const [one, other] = await Promise.all(inside.map(async (person) => textsOf(await historyOf(person, room))));
    expect(one).toEqual(other);
    expect(new Set(one).size).toBe(one?.length);
    const accepted = whispered.flatMap((whisper) => (whisper.room === room ? [whisper.text] : []));
    expect(one).toEqual(expect.arrayContaining(accepted));
  }
}

const textsOf = (items: readonly TimelineItem[]) => items.flatMap((item) => (item.kind === 'text' ? [item.text] : []));

/** Who is inside at the end and was all along has said everything once, in its order. */
async function checkSaid({ people, said }: Run, reference: readonly TimelineItem[]): Promise<void> {
  for (const person of people) {
    const device = person.client?.device;
    const shown = reference.flatMap((item) => (item.kind === 'text' && item.device === device ? [item.text] : []));
    expect(new Set(shown).size).toBe(shown.length);
    const written = said.get(person.name) ?? [];
    const possible = written.filter(({ text, accepted }) => accepted || shown.includes(text)).map(({ text }) => text);
    const wentAway = reference.some((item) => (item.kind === 'removed' || item.kind === 'left') && item.device === device);
    if (!wentAway) expect(shown).toEqual(possible);
    else expect(possible.filter((text) => shown.includes(text))).toEqual(shown);
  }
}

async function checkPerson({ room, founder, world }: Run, person: Person, reference: readonly TimelineItem[]): Promise<void> {
  const history = await historyOf(person, room);
  const stays = staysOf(person.client?.device ?? '', reference, person === founder);
  const epochs = await world.epochs(room);
  const meantFor = ({ seq, kind }: TimelineItem) =>
    stays.some(([first, last]) => {
      // What was sealed before somebody came is not meant for it, though it may come to the log after.
      const sealedBefore =
        (kind === 'text' || kind === 'left') && first > 0 && (epochs.get(seq) as number) <= (epochs.get(first) as number);
      return seq >= first && seq <= last && !sealedBefore;
    });
  const expected = reference.filter(meantFor);
  expect(history.map(essence).filter(Boolean), person.name).toEqual(expected.map(essence).filter(Boolean));
}

/** From which number to which a device was in the room. */
function staysOf(device: string, reference: readonly TimelineItem[], founder: boolean): Array<[number, number]> {
  const stays: Array<[number, number]> = [];
  // The founder has no line for coming in.
  let since: number | undefined = founder ? 0 : undefined;
  for (const item of reference) {
    if (item.device !== device) continue;
    // Let in while it came by the link instead: the last of these is the one it knows of.
    if (item.kind === 'joined') since = item.seq;
    if ((item.kind === 'removed' || item.kind === 'left') && since !== undefined) {
      stays.push([since, item.seq]);
      since = undefined;
    }
  }
  if (since !== undefined) stays.push([since, Number.POSITIVE_INFINITY]);
  return stays;
}

/** What must be the same on all screens. Names are left out: who comes later may learn them in another order. */
function essence(item: TimelineItem): string | undefined {
  if (item.kind === 'renamed') return undefined;
  const more =
    item.kind === 'text'
      ? [item.id, item.text, item.at]
      : item.kind === 'removed'
        ? [item.byDevice]
        : item.kind === 'unreadable'
          ? [item.code]
          : [];
  return [item.seq, item.kind, item.device, ...more].join(' ');
}
