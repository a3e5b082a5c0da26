import { describe, expect, test } from 'vitest';
import { lengthOf } from '../../scripts/proofs.mjs';
import { same } from '../support/bytes.ts';
import { type FileRun, runFileChaos } from './file-chaos.ts';
import { createSeededRandom } from './random.ts';
import { seedsOf } from './seeds.ts';
import { historyOf } from './world.ts';

/** As in talk.test.ts: `SIM_SEEDS` runs other seeds, `SIM_STEPS` longer ones. */
const [from, to] = seedsOf(process.env.SIM_SEEDS ?? `1-${lengthOf('fileSeeds')}`);
const steps = Number(process.env.SIM_STEPS ?? 600);

/** With these a transfer may end here, where nothing was done to it. */
const EXCUSES = { up: new Set(['pipe_lost']), changed: new Set(['source_changed']), down: new Set(['file_gone']) };

describe('whatever breaks, what is sent arrives as it was, or it is said why not', () => {
  for (let seed = from; seed <= to; seed++) {
    test(`seed ${seed}`, async () => checkFiles(await runFileChaos(createSeededRandom(seed), steps)));
  }
});

async function checkFiles(run: FileRun): Promise<void> {
  const { people, room, world } = run;
  const [first, ...others] = await Promise.all(people.map((person) => historyOf(person, room)));
  const files = (items: typeof first) =>
    (items ?? []).flatMap((item) =>
      item.kind === 'file' ? [`${item.seq} ${item.file.id}`] : item.kind === 'deleted' ? [`${item.seq} gone`] : [],
    );
  for (const other of others) {
    // Who came later does not know what was before.
    const known = files(first).filter((line) => Number(line.split(' ')[0]) >= (other[0]?.seq ?? 0));
    expect(files(other)).toEqual(known);
  }
  for (const history of [first, ...others]) expect(history?.filter(({ kind }) => kind === 'unreadable' || kind === 'missing')).toEqual([]);
  checkSent(run, first ?? []);
  await checkFetched(run);
  // Nothing half is left: on no disk, and at the relay nothing whole that no message names.
  // (A program that is killed before it has said that it would fetch something leaves an empty target.)
  const told = new Set(run.fetched.map(({ name }) => name));
  for (const { name, places } of people) {
    const left = [...places.partial.values()].filter((one) => one.bytes.length > 0 || told.has(one.name));
    expect(
      left.map((one) => one.name),
      name,
    ).toEqual([]);
  }
  const named = new Set((first ?? []).flatMap((item) => (item.kind === 'file' ? [item.file.id] : [])));
  for (const [id, { bytes, length, kept }] of world.blobs.blobs) {
    if (bytes.length > 0) expect(named.has(id), `${id}: ${bytes.length} of ${length}`).toBe(true);
    if (named.has(id)) expect(kept).toBe(true);
  }
}

function checkSent({ shared }: FileRun, history: Awaited<ReturnType<typeof historyOf>>): void {
  for (const { by, name, bytes, accepted, given, changed } of shared) {
    const items = history.filter((item) => item.kind === 'file' && item.file.name === name);
    expect(items.length, name).toBeLessThanOrEqual(1);
    if (items[0]?.kind === 'file') expect(items[0].file.size).toBe(bytes.length);
    if (items.length > 0 || given || !accepted) continue;
    const failed = by.events.flatMap((one) =>
      one.event === 'transfer' && one.transfer.state === 'failed' && one.transfer.name === name ? [one.transfer.error?.code] : [],
    );
    const fair = changed ? EXCUSES.changed : EXCUSES.up;
    expect(
      failed.filter((code) => !EXCUSES.up.has(code ?? '') && !fair.has(code ?? '')),
      name,
    ).toEqual([]);
    expect(failed.length, `${name} is neither there nor excused`).toBeGreaterThan(0);
  }
}

async function checkFetched({ fetched, shared }: FileRun): Promise<void> {
  for (const { by, name, of, cancelled } of fetched) {
    const original = shared.find((one) => one.name === of.file.name);
    const here = by.places.files.get(name);
    if (here) expect(original && same(here, original.bytes), name).toBe(true);
    if (here || cancelled) continue;
    const failed = by.events.flatMap((one) =>
      one.event === 'transfer' && one.transfer.state === 'failed' && one.transfer.file === of.file.id ? [one.transfer.error?.code] : [],
    );
    expect(failed, name).not.toEqual([]);
    expect(
      failed.filter((code) => !EXCUSES.down.has(code ?? '')),
      name,
    ).toEqual([]);
    expect(original?.given, name).toBe(true);
  }
}
