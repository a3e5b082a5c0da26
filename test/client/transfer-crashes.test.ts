import { describe, expect, test } from 'vitest';
import { lengthOf } from '../../scripts/proofs.mjs';
import { sealedSize } from '../../src/client/files/sealed-size.ts';
import type { Stage } from '../support/memory-blobs.ts';
import { bytesOf, same } from '../support/bytes.ts';
import type { Person } from '../sim/world.ts';
import { eventsOf, settle, until } from './settling.ts';
import { fileIn, received, remains, share, upload, withTwo } from './sharing.ts';

const SEGMENT = 262_112;
/** Three parts of two segments, and a bit. */
const LONG = 6 * SEGMENT + 5;
const PART = 2 * 262_144 + 74;

/** How many steps of the simulation it takes when nothing happens, and more. */
const MOST = 90;
const pointsBy = (stride: number) => Array.from({ length: Math.ceil(MOST / stride) }, (_, i) => i * stride);

test.each(pointsBy(lengthOf('transferKills')))(
  'an upload whose program is killed after %i steps arrives, with one part sent again at most',
  async (steps) => {
    const { world, room, ana, juan } = await withTwo(1000 + steps);
    await upload(world, ana, room, 'long', LONG);
    for (let i = 0; i < steps; i++) await world.step();
    const made = () => world.blobs.requests.filter((one) => one === 'create -').length;
    const sending = world.blobs.requests.some((one) => one.startsWith('append')) ? made() : undefined;
    await ana.kill();
    await world.restart(ana);
    const item = await fileIn(world, juan, room, 'long');
    // What is being sent is never begun anew: where it stands was written down before.
    if (sending !== undefined) expect(made()).toBe(sending);
    await until(world, () => remains(ana).length === 0 && ana.client?.files.transfers().length === 0 && !world.traffic.busy);
    // What arrived just before was in doubt at most once: then there is a second blob, and the first one is removed.
    expect(world.blobs.blobs.size).toBeLessThanOrEqual(2);
    for (const [id, { bytes }] of world.blobs.blobs) if (id !== item.file.id) expect(bytes.length).toBe(0);
    expect(world.blobs.taken).toBeLessThanOrEqual(sealedSize(LONG) + PART);
    await settle(world, juan.client?.files.download(room, item.file.id, juan.places.sink('long')));
    expect(same(await received(world, juan, 'long'), bytesOf(LONG))).toBe(true);
  },
);

test.each(pointsBy(2 * lengthOf('transferKills')))('a download whose program is killed after %i steps is whole', async (steps) => {
  const { world, room, ana, juan } = await withTwo(2000 + steps);
  const item = await share(world, ana, juan, room, 'long', LONG);
  await settle(world, juan.client?.files.download(room, item.file.id, juan.places.sink('long')));
  for (let i = 0; i < steps; i++) await world.step();
  await juan.kill();
  await world.restart(juan);
  await until(world, () => remains(juan).length === 0 && juan.client?.files.transfers().length === 0);
  expect([...juan.places.files.keys()]).toEqual(['long']);
  expect(same(juan.places.files.get('long'), bytesOf(LONG))).toBe(true);
  expect(juan.places.partial.size).toBe(0);
});

test('what is told first after a restart is where it goes on, though the program never heard that the relay had it', async () => {
  const { world, room, ana } = await withTwo(4);
  const id = await upload(world, ana, room, 'long', LONG);
  const isAnswer = (stage: Stage) => stage.verb === 'append' && stage.at === 'answer';
  world.traffic.hold = isAnswer;
  await until(world, () => world.traffic.has(isAnswer));
  const heard = eventsOf(ana, 'transfer').length;
  await ana.kill();
  world.traffic.hold = null;
  await world.restart(ana);
  await until(world, () => remains(ana).length === 0);
  const later = eventsOf(ana, 'transfer')
    .slice(heard)
    .filter(({ transfer }) => transfer.id === id)
    .map(({ transfer: { state, done, began } }) => ({ state, done, began }));
  expect(later.find(({ state }) => state === 'running')).toEqual({ state: 'running', done: 2 * SEGMENT, began: 2 * SEGMENT });
  expect(later[0]?.state).toBe('waiting');
});

describe('a program that is killed within a part seals it anew', () => {
  const isAt = (at: Stage['at']) => (stage: Stage) => stage.verb === 'append' && stage.at === at;

  async function killedWithin(seed: number, at: Stage['at']) {
    const scene = await withTwo(seed);
    const { world, room, ana } = scene;
    await upload(world, ana, room, 'long', LONG);
    await until(world, () => world.blobs.taken > 0 && world.traffic.has(isAt(at)));
    await ana.kill();
    return scene;
  }

  async function arrives({ world, room, ana, juan }: Awaited<ReturnType<typeof killedWithin>>): Promise<void> {
    const item = await fileIn(world, juan, room, 'long');
    await settle(world, juan.client?.files.download(room, item.file.id, juan.places.sink('long')));
    expect(same(await received(world, juan, 'long'), bytesOf(LONG))).toBe(true);
    await until(world, () => remains(ana).length === 0 && !world.traffic.busy);
    expect(world.blobs.blobs.size).toBe(1);
  }

  test('and what the relay took in the last moment counts: the second one is refused, the first one known', async () => {
    const scene = await killedWithin(1, 'commit');
    const { world, ana } = scene;
    // The relay writes it only after it has said that it does not have it.
    world.traffic.hold = isAt('commit');
    await world.restart(ana);
    await until(world, () => world.traffic.has(isAt('arrive')));
    world.traffic.hold = null;
    await arrives(scene);
    expect(world.blobs.taken).toBe(sealedSize(LONG));
  });

  test('and ends it elsewhere, so that the relay’s answer says which of the two it has', async () => {
    const scene = await killedWithin(2, 'travel');
    const { world, ana } = scene;
    await world.restart(ana);
    await until(world, () => world.traffic.has(isAt('answer')));
    world.traffic.cut(isAt('answer'), 'cut');
    await arrives(scene);
    expect(world.blobs.taken).toBe(sealedSize(LONG));
  });
});

describe('however a program is killed while a transfer ends, its end is told', () => {
  /** Kills the program right behind its `count`th write of a transfer's record, before anything follows from it. @returns whether it came to that */
  function killAtWrite(person: Person, count: number): () => boolean {
    let left = count;
    for (const method of ['set', 'delete'] as const) {
      const original = Map.prototype[method] as (...parameters: unknown[]) => unknown;
      Object.defineProperty(person.values, method, {
        configurable: true,
        value(key: string, ...more: unknown[]) {
          const result = original.call(person.values, key, ...more);
          if (key.startsWith('transfer/') && --left === 0) void person.kill();
          return result;
        },
      });
    }
    return () => left <= 0;
  }

  const endsOf = (person: Person, id: string) =>
    eventsOf(person, 'transfer').flatMap(({ transfer }) =>
      transfer.id === id && ['done', 'failed', 'cancelled'].includes(transfer.state)
        ? [`${transfer.state} ${transfer.error?.code ?? ''}`]
        : [],
    );

  const isOver = (person: Person) => () => remains(person).length === 0 && person.client?.files.transfers().length === 0;

  type Scene = Awaited<ReturnType<typeof withTwo>>;
  const endings: Array<[string, 'ana' | 'juan', string, (scene: Scene) => Promise<string>]> = [
    ['an upload whose source changes', 'ana', 'failed source_changed', changedUpload],
    ['an upload that arrives', 'ana', 'done ', ({ world, room, ana }) => upload(world, ana, room, 'long', LONG)],
    ['a download that has no room', 'juan', 'failed target_full', fullDownload],
    ['a download that arrives', 'juan', 'done ', wholeDownload],
  ];

  async function changedUpload({ world, room, ana }: Scene): Promise<string> {
    const id = await upload(world, ana, room, 'long', LONG);
    ana.places.files.set('long', bytesOf(LONG + 1));
    return id;
  }

  async function fullDownload(scene: Scene): Promise<string> {
    const item = await share(scene.world, scene.ana, scene.juan, scene.room, 'long', LONG);
    scene.juan.places.space = 3 * SEGMENT;
    return settle(scene.world, scene.juan.client?.files.download(scene.room, item.file.id, scene.juan.places.sink('long')));
  }

  async function wholeDownload({ world, room, ana, juan }: Scene): Promise<string> {
    const item = await share(world, ana, juan, room, 'long', LONG);
    return settle(world, juan.client?.files.download(room, item.file.id, juan.places.sink('long')));
  }

  test.each(endings)('%s: once, where nobody kills it', async (_what, who, ended, begin) => {
    const scene = await withTwo(3000);
    const { world, [who]: person } = scene;
    const id = await begin(scene);
    await until(world, isOver(person));
    expect(endsOf(person, id)).toEqual([ended]);
    await settle(world, person.client?.close());
    await world.restart(person);
    await world.runUntil(() => false, 100);
    expect(endsOf(person, id)).toEqual([ended]);
  });

  test.each(endings)('%s: at the next start, where it was not', async (_what, who, ended, begin) => {
    for (let count = 1; ; count++) {
      const scene = await withTwo(3000);
      const { world, [who]: person } = scene;
      const id = await begin(scene);
      const wasKilled = killAtWrite(person, count);
      await until(world, () => wasKilled() || isOver(person)());
      if (!wasKilled()) {
        expect(count).toBeGreaterThan(2);
        return;
      }
      await world.restart(person);
      await until(world, isOver(person));
      expect(endsOf(person, id), `killed at write ${count}`).toEqual([ended]);
      expect(person.places.partial.size).toBe(0);
    }
  });
});
