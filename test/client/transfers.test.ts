import { describe, expect, test } from 'vitest';
import type { FileSink } from '../../src/client/files/ports.ts';
import { CodedError } from '../../src/protocol/index.ts';
import { bytesOf, same } from '../support/bytes.ts';
import type { Person, World } from '../sim/world.ts';
import { codeOf, eventsOf, settle, until } from './settling.ts';
import { fileIn, outcome, received, remains, share, transferOf, upload, withTwo } from './sharing.ts';

const SEGMENT = 262_112;
/** Of several parts: the simulation's have two segments. */
const LONG = 9 * SEGMENT + 77;

const appends = (world: World) => world.blobs.requests.filter((one) => one.startsWith('append'));
const isRunning =
  (person: Person, id: string, done = 0) =>
  () => {
    const transfer = transferOf(person, id);
    return transfer?.state === 'running' && transfer.done > done;
  };

describe('two run at a time in each direction', () => {
  test('and the others wait for their turn, in order', async () => {
    const { world, room, ana } = await withTwo(1);
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await upload(world, ana, room, `file ${i}`, 3 * SEGMENT));
    let most = 0;
    await until(world, () => {
      const states = ids.map((id) => transferOf(ana, id)?.state);
      most = Math.max(most, states.filter((state) => state === 'running').length);
      return ana.client?.files.transfers().length === 0;
    });
    expect(most).toBe(2);
    const began = ids.map((id) =>
      eventsOf(ana, 'transfer').findIndex(({ transfer }) => transfer.id === id && transfer.state === 'running'),
    );
    expect(began).toEqual(began.toSorted((a, b) => a - b));
  });

  test('so that a paused one makes room', async () => {
    const { world, room, ana } = await withTwo(2);
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push(await upload(world, ana, room, `file ${i}`, LONG));
    const [first, second, third] = ids as [string, string, string];
    await until(world, isRunning(ana, first, 1));
    expect(transferOf(ana, third)?.state).toBe('waiting');
    await settle(world, ana.client?.files.pause(first));
    expect(transferOf(ana, first)).toMatchObject({ state: 'paused', error: null });
    await until(world, isRunning(ana, third));
    await until(world, () => ana.client?.files.transfers().length === 1);
    const stood = transferOf(ana, first)?.done as number;
    await settle(world, ana.client?.files.resume(first));
    expect(await outcome(world, ana, first)).toMatchObject({ state: 'done' });
    expect(await outcome(world, ana, second)).toMatchObject({ state: 'done' });
    // What is told of it after that begins where it stood.
    const later = eventsOf(ana, 'transfer').filter(
      ({ transfer }) => transfer.id === first && transfer.state === 'running' && transfer.began > 0,
    );
    expect(later.length).toBeGreaterThan(0);
    for (const { transfer } of later) expect(transfer.began).toBeGreaterThanOrEqual(stood);
  });
});

describe('the relay is gone', () => {
  test('an upload waits, says why, and goes on by itself without sending again what is there', async () => {
    const { world, room, ana, juan } = await withTwo(3);
    const id = await upload(world, ana, room, 'long', LONG);
    await until(world, isRunning(ana, id, 3 * SEGMENT));
    world.killRelay();
    world.traffic.up = false;
    world.traffic.cut(() => true, 'cut');
    await until(world, () => transferOf(ana, id)?.state === 'waiting');
    expect(['cut', 'refused', 'offline']).toContain(transferOf(ana, id)?.error?.code);
    const stood = transferOf(ana, id)?.done as number;
    // For as long as it takes.
    const wait = world.clock.now() + 3_600_000;
    await world.runUntil(() => world.clock.now() > wait, 50_000);
    expect(transferOf(ana, id)).toMatchObject({ state: 'waiting', done: stood });
    const before = appends(world).length;
    world.traffic.up = true;
    await world.startRelay();
    await fileIn(world, juan, room, 'long');
    expect(appends(world).length - before).toBeLessThanOrEqual(Math.ceil((LONG - stood) / (2 * SEGMENT)) + 1);
    expect(await outcome(world, ana, id)).toMatchObject({ state: 'done' });
  });

  test('a download too', async () => {
    const { world, room, ana, juan } = await withTwo(4);
    const item = await share(world, ana, juan, room, 'long', LONG);
    const id = await settle(world, juan.client?.files.download(room, item.file.id, juan.places.sink('long')));
    await until(world, isRunning(juan, id, 3 * SEGMENT));
    world.traffic.up = false;
    world.traffic.cut(() => true, 'cut');
    await until(world, () => transferOf(juan, id)?.state === 'waiting');
    const stood = transferOf(juan, id)?.done as number;
    world.traffic.up = true;
    await until(world, isRunning(juan, id));
    expect(transferOf(juan, id)?.began).toBeGreaterThanOrEqual(stood);
    expect(same(await received(world, juan, 'long'), bytesOf(LONG))).toBe(true);
  });

  test.each([
    ['room_storage_full', 'failed'],
    ['device_storage_full', 'failed'],
    ['relay_storage_full', 'failed'],
  ] as const)('%s is said before the bytes travel', async (code, state) => {
    const { world, room, ana } = await withTwo(5);
    world.blobs.full = code;
    const id = await upload(world, ana, room, 'large', LONG);
    expect(await outcome(world, ana, id)).toMatchObject({ state, code });
    expect(appends(world)).toEqual([]);
    expect(remains(ana)).toEqual([]);
  });

  test('a blob that it lost is made anew, under another key', async () => {
    const { world, room, ana, juan } = await withTwo(6);
    const id = await upload(world, ana, room, 'long', LONG);
    await until(world, isRunning(ana, id, 3 * SEGMENT));
    const first = transferOf(ana, id)?.file as string;
    world.blobs.blobs.delete(first);
    const item = await fileIn(world, juan, room, 'long');
    expect(item.file.id).not.toBe(first);
    await settle(world, juan.client?.files.download(room, item.file.id, juan.places.sink('long')));
    expect(same(await received(world, juan, 'long'), bytesOf(LONG))).toBe(true);
  });
});

describe('cancelling leaves nothing', () => {
  test.each([0, 3, 8, 15, 25, 40, 60, 90, 140])('of an upload after %i steps', async (steps) => {
    const { world, room, ana, juan } = await withTwo(7);
    const id = await upload(world, ana, room, 'long', 5 * SEGMENT);
    for (let i = 0; i < steps; i++) await world.step();
    if (transferOf(ana, id)) await settle(world, ana.client?.files.cancel(id));
    const { state } = await outcome(world, ana, id);
    await until(world, () => remains(ana).length === 0 && !world.traffic.busy && ana.client?.view(room).pending.length === 0);
    await world.runUntil(() => false, 300);
    const items = await juan.client?.files.list(room);
    expect(items).toHaveLength(state === 'done' ? 1 : 0);
    expect(world.blobs.blobs.size).toBe(state === 'done' ? 1 : 0);
  });

  test.each([0, 3, 8, 15, 25, 40, 60])('of a download after %i steps', async (steps) => {
    const { world, room, ana, juan } = await withTwo(8);
    const item = await share(world, ana, juan, room, 'long', 5 * SEGMENT);
    const id = await settle(world, juan.client?.files.download(room, item.file.id, juan.places.sink('long')));
    for (let i = 0; i < steps; i++) await world.step();
    if (transferOf(juan, id)) await settle(world, juan.client?.files.cancel(id));
    const { state } = await outcome(world, juan, id);
    expect(juan.places.files.has('long')).toBe(state === 'done');
    expect(juan.places.partial.size).toBe(0);
    await until(world, () => remains(juan).length === 0);
  });

  test.each(['cancelled', 'closed'])('and waits for no target that keeps it waiting, where it is %s', async (how) => {
    const { world, room, ana, juan } = await withTwo(8);
    const item = await share(world, ana, juan, room, 'long', 5 * SEGMENT);
    let refuse: ((error: Error) => void) | undefined;
    let abandoned = 0;
    const stuck: FileSink = {
      place: null,
      seekable: false,
      begin: async () => {},
      write: () => new Promise((_, reject) => (refuse = reject)),
      sync: async () => {},
      finish: async () => 'never',
      interrupt: () => refuse?.(new CodedError('target_gone')),
      abandon: async () => void abandoned++,
      close: async () => void abandoned++,
    };
    const id = await settle(world, juan.client?.files.download(room, item.file.id, stuck));
    await until(world, () => refuse !== undefined);
    if (how === 'closed') await settle(world, juan.client?.close());
    else {
      await settle(world, juan.client?.files.cancel(id));
      expect(await outcome(world, juan, id)).toMatchObject({ state: 'cancelled' });
      await until(world, () => remains(juan).length === 0);
    }
    expect(abandoned).toBe(1);
  });

  test('also of what waits, is paused or absent', async () => {
    const { world, room, ana } = await withTwo(9);
    const ids: string[] = [];
    for (let i = 0; i < 4; i++) ids.push(await upload(world, ana, room, `file ${i}`, LONG));
    const [first, , third] = ids as [string, string, string];
    await until(world, isRunning(ana, first, 1));
    await settle(world, ana.client?.files.pause(first));
    await settle(world, ana.client?.files.cancel(first));
    await settle(world, ana.client?.files.cancel(third));
    for (const id of [first, third]) expect(await outcome(world, ana, id)).toMatchObject({ state: 'cancelled' });
    expect(await codeOf(world, ana.client?.files.cancel(first))).toBe('no_such_transfer');
    await until(world, () => remains(ana).length === 0);
    expect(world.blobs.blobs.size).toBe(2);
  });
});

describe('what this program cannot open again by itself', () => {
  test('is absent after a restart, and goes on once it is given again', async () => {
    const { world, room, ana, juan } = await withTwo(10);
    ana.places.files.set('long', bytesOf(LONG));
    const id = await settle(world, ana.client?.files.upload(room, ana.places.source('long', { place: false })));
    await until(world, isRunning(ana, id, 3 * SEGMENT));
    await ana.kill();
    await world.restart(ana);
    await until(world, () => transferOf(ana, id)?.state === 'absent');
    ana.places.files.set('other', bytesOf(LONG, 5));
    const other = { ...ana.places.source('other', { place: false }), stamp: 'another one' };
    expect(await codeOf(world, ana.client?.files.reopen(id, other))).toBe('source_changed');
    const stood = transferOf(ana, id)?.done as number;
    await settle(world, ana.client?.files.reopen(id, ana.places.source('long', { place: false })));
    await until(world, isRunning(ana, id));
    expect(transferOf(ana, id)?.began).toBeGreaterThanOrEqual(stood);
    const item = await fileIn(world, juan, room, 'long');
    await settle(world, juan.client?.files.download(room, item.file.id, juan.places.sink('long')));
    expect(same(await received(world, juan, 'long'), bytesOf(LONG))).toBe(true);
  });

  test('a target too; another one than before begins at its beginning', async () => {
    const { world, room, ana, juan } = await withTwo(11);
    const item = await share(world, ana, juan, room, 'long', LONG);
    const id = await settle(world, juan.client?.files.download(room, item.file.id, juan.places.sink('long', { place: false })));
    await until(world, isRunning(juan, id, 3 * SEGMENT));
    await juan.kill();
    await world.restart(juan);
    await until(world, () => transferOf(juan, id)?.state === 'absent');
    await settle(world, juan.client?.files.reopen(id, juan.places.sink('elsewhere')));
    expect(same(await received(world, juan, 'elsewhere'), bytesOf(LONG))).toBe(true);
  });
});

describe('pipes', () => {
  test('are sent without anybody knowing how long they are, over cuts', async () => {
    const { world, room, ana, juan } = await withTwo(12);
    const id = await upload(world, ana, room, 'tar', LONG, true);
    await until(world, isRunning(ana, id, 3 * SEGMENT));
    expect(transferOf(ana, id)?.total).toBeNull();
    world.traffic.up = false;
    world.traffic.cut(() => true, 'cut');
    await until(world, () => transferOf(ana, id)?.state === 'waiting');
    world.traffic.up = true;
    const item = await fileIn(world, juan, room, 'tar');
    expect(item.file.size).toBe(LONG);
    const { sink, out, ended } = juan.places.pipe();
    const down = await settle(world, juan.client?.files.download(room, item.file.id, sink));
    await until(world, isRunning(juan, down, 3 * SEGMENT));
    world.traffic.cut(() => true, 'cut');
    expect(await outcome(world, juan, down)).toMatchObject({ state: 'done' });
    expect(same(Buffer.concat(out), bytesOf(LONG))).toBe(true);
    expect(ended()).toBe('finished');
  });

  test('end with the program that reads or writes them', async () => {
    const { world, room, ana, juan } = await withTwo(13);
    const item = await share(world, ana, juan, room, 'long', LONG);
    const up = await upload(world, ana, room, 'tar', LONG, true);
    const down = await settle(world, juan.client?.files.download(room, item.file.id, juan.places.pipe().sink));
    await until(world, () => isRunning(ana, up, 3 * SEGMENT)() && isRunning(juan, down, SEGMENT)());
    for (const person of [ana, juan]) {
      await person.kill();
      await world.restart(person);
    }
    expect(await outcome(world, ana, up)).toMatchObject({ state: 'failed', code: 'pipe_lost' });
    expect(await outcome(world, juan, down)).toMatchObject({ state: 'failed', code: 'target_gone' });
    await until(world, () => remains(ana).length === 0 && remains(juan).length === 0);
    expect(world.blobs.blobs.size).toBe(1);
  });

  test('are paused without losing what was read', async () => {
    const { world, room, ana, juan } = await withTwo(14);
    const id = await upload(world, ana, room, 'tar', LONG, true);
    await until(world, isRunning(ana, id, 3 * SEGMENT));
    await settle(world, ana.client?.files.pause(id));
    await settle(world, ana.client?.files.resume(id));
    const item = await fileIn(world, juan, room, 'tar');
    await settle(world, juan.client?.files.download(room, item.file.id, juan.places.sink('tar')));
    expect(same(await received(world, juan, 'tar'), bytesOf(LONG))).toBe(true);
  });
});

describe('what ends a transfer, with its reason', () => {
  test('a source that changed, of which nothing stays', async () => {
    const { world, room, ana, juan } = await withTwo(15);
    const id = await upload(world, ana, room, 'long', LONG);
    await until(world, isRunning(ana, id, 3 * SEGMENT));
    ana.places.files.set('long', bytesOf(LONG, 2));
    expect(await outcome(world, ana, id)).toMatchObject({ state: 'failed', code: 'source_changed' });
    await until(world, () => remains(ana).length === 0);
    expect(world.blobs.blobs.size).toBe(0);
    expect(await juan.client?.files.list(room)).toEqual([]);
  });

  test('a source that changed or went while nobody looked', async () => {
    for (const [bytes, code] of [
      [bytesOf(LONG, 2), 'source_changed'],
      [undefined, 'source_gone'],
    ] as const) {
      const { world, room, ana } = await withTwo(16);
      const id = await upload(world, ana, room, 'long', LONG);
      await until(world, isRunning(ana, id, 3 * SEGMENT));
      await ana.kill();
      if (bytes) ana.places.files.set('long', bytes);
      else ana.places.files.delete('long');
      await world.restart(ana);
      expect(await outcome(world, ana, id)).toMatchObject({ state: 'failed', code });
      await until(world, () => remains(ana).length === 0);
      expect(world.blobs.blobs.size).toBe(0);
    }
  });

  test('a full disk, a file that is gone', async () => {
    const { world, room, ana, juan } = await withTwo(17);
    const item = await share(world, ana, juan, room, 'long', LONG);
    juan.places.space = 3 * SEGMENT;
    const full = await settle(world, juan.client?.files.download(room, item.file.id, juan.places.sink('long')));
    expect(await outcome(world, juan, full)).toMatchObject({ state: 'failed', code: 'target_full' });
    juan.places.space = Number.POSITIVE_INFINITY;
    world.blobs.blobs.clear();
    const gone = await settle(world, juan.client?.files.download(room, item.file.id, juan.places.sink('long')));
    expect(await outcome(world, juan, gone)).toMatchObject({ state: 'failed', code: 'file_gone' });
    expect([...juan.places.files.keys(), ...juan.places.partial.keys()]).toEqual([]);
  });

  test('being put out of the room, in both directions', async () => {
    const { world, room, ana, juan } = await withTwo(18);
    const item = await share(world, ana, juan, room, 'long', LONG);
    const up = await upload(world, juan, room, 'mine', LONG);
    const down = await settle(world, juan.client?.files.download(room, item.file.id, juan.places.sink('long')));
    await settle(world, juan.client?.files.pause(down));
    await until(world, isRunning(juan, up, 1));
    void ana.client?.remove(room, juan.client?.device as string);
    expect(await outcome(world, juan, up)).toMatchObject({ state: 'failed', code: 'removed' });
    expect(await outcome(world, juan, down)).toMatchObject({ state: 'failed', code: 'removed' });
    await until(world, () => remains(juan).length === 0);
    expect(juan.places.partial.size).toBe(0);
    ana.places.files.set('x', bytesOf(1));
    expect(await codeOf(world, juan.client?.files.upload(room, juan.places.source('mine')))).toBe('removed');
  });

  test('and a name that is none', async () => {
    const { world, room, ana } = await withTwo(19);
    ana.places.files.set('', bytesOf(1));
    ana.places.files.set('x'.repeat(256), bytesOf(1));
    for (const name of ['', 'x'.repeat(256)])
      expect(await codeOf(world, ana.client?.files.upload(room, ana.places.source(name)))).toBe('file_name_bad');
  });
});
