import { describe, expect, test } from 'vitest';
import { sealedSize } from '../../src/client/files/sealed-size.ts';
import type { Stage } from '../support/memory-blobs.ts';
import { bytesOf, same } from '../support/bytes.ts';
import { settle, until } from './settling.ts';
import { fileIn, received, remains, share, upload, withTwo } from './sharing.ts';

const SEGMENT = 262_112;
/** Three parts of two segments, and a bit. */
const LONG = 6 * SEGMENT + 5;
const PART = 2 * 262_144 + 74;

/** How many steps of the simulation it takes when nothing happens, and more. */
const points = Array.from({ length: 90 }, (_, i) => i);

test.each(points)('an upload whose program is killed after %i steps arrives, with one part sent again at most', async (steps) => {
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
});

test.each(points.filter((steps) => steps % 2 === 0))('a download whose program is killed after %i steps is whole', async (steps) => {
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
