import type { FileItem, Transfer } from '../../src/client/index.ts';
import { bytesOf } from '../support/bytes.ts';
import type { SeededRandom, Weighted } from './random.ts';
import { createWorld, type Person, type World } from './world.ts';

/** A file that somebody set out to send. */
export interface Shared {
  readonly by: Person;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly pipe: boolean;
  /** Told to be stored: from then on it must come about, or it is said why not. */
  accepted: boolean;
  /** Given up by its person, or taken back: it need not be there in the end. */
  given: boolean;
  /** Its source was written to while it was sent. */
  changed: boolean;
}

export interface Fetched {
  readonly by: Person;
  readonly name: string;
  readonly of: FileItem;
  cancelled: boolean;
}

export interface FileRun {
  readonly world: World;
  readonly room: string;
  readonly people: readonly Person[];
  readonly shared: readonly Shared[];
  readonly fetched: readonly Fetched[];
}

const NAMES = ['Ana', 'Juan', 'Eva'] as const;
const SEGMENT = 262_112;

/** People send, fetch, pause, cancel and take back files while programs, the relay and the network break. */
export async function runFileChaos(random: SeededRandom, steps: number): Promise<FileRun> {
  const world = await createWorld(random);
  await world.startRelay();
  const people: Person[] = [];
  let room = '';
  for (const name of NAMES) {
    const person = await world.start(name);
    const [founder] = people;
    if (!founder) void person.client?.found(world.founderToken, { name }).then((id) => (room = id));
    else void founder.client?.invite(room).then((invite) => person.client?.join(invite, { name }));
    if (!(await world.runUntil(() => person.client?.rooms().includes(room) === true && person.client.view(room).phase === 'ready')))
      throw new Error(`${name} did not come in`);
    people.push(person);
  }
  const shared: Shared[] = [];
  const fetched: Fetched[] = [];
  let count = 0;
  let relayDown = 0;
  let filesDown = 0;
  world.traffic.breaks = 3;

  const actions: Weighted<() => void | Promise<void>> = [
    [8, () => share(random.pick(people))],
    [8, () => fetchOne(random.pick(people))],
    [3, () => void toggle(random.pick(people))],
    [1, () => giveUp(random.pick(people))],
    [1, () => takeBack(random.pick(people))],
    [1, () => write(random.pick(people))],
    [2, () => void random.pick(world.network.wires)?.cut('lost')],
    [3, () => world.traffic.cut(() => random.chance(0.5), 'cut')],
    [3, () => restart(random.pick(people))],
    [1, () => breakRelay()],
    [1, () => breakFiles()],
    [
      3,
      () =>
        void random
          .pick(people)
          .client?.send(room, 'hola')
          .catch(() => {}),
    ],
  ];

  function share(by: Person): void {
    const name = `${by.name} ${++count}`;
    // Whole segments and bits of them, and nothing at all.
    const size = random.pick([0, 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, random.below(6 * SEGMENT)]);
    const bytes = bytesOf(size, count);
    by.places.files.set(name, bytes);
    const pipe = random.chance(0.2);
    const entry: Shared = { by, name, bytes, pipe, accepted: false, given: false, changed: false };
    shared.push(entry);
    void by.client?.files.upload(room, by.places.source(name, { pipe })).then(
      () => (entry.accepted = true),
      () => {},
    );
  }

  async function fetchOne(by: Person): Promise<void> {
    const items = by.events.flatMap((one) => (one.event === 'item' && one.item.kind === 'file' ? [one.item] : []));
    if (items.length === 0) return;
    const of = random.pick(items);
    const name = `got ${++count} ${of.file.name}`;
    const entry: Fetched = { by, name, of, cancelled: false };
    const sink = by.places.sink(name);
    void by.client?.files.download(room, of.file.id, sink).then(
      () => fetched.push(entry),
      () => void sink.abandon(),
    );
  }

  const pickTransfer = (by: Person): Transfer | undefined => {
    const all = by.client?.files.transfers() ?? [];
    return all.length > 0 ? random.pick(all) : undefined;
  };

  function toggle(by: Person): void {
    const transfer = pickTransfer(by);
    if (!transfer) return;
    if (transfer.state === 'paused') by.client?.files.resume(transfer.id).catch(() => {});
    else by.client?.files.pause(transfer.id).catch(() => {});
  }

  function giveUp(by: Person): void {
    const transfer = pickTransfer(by);
    if (!transfer) return;
    for (const one of shared) if (one.by === by && one.name === transfer.name && transfer.direction === 'up') one.given = true;
    if (transfer.direction === 'down')
      for (const one of fetched) if (one.by === by && one.of.file.id === transfer.file) one.cancelled = true;
    by.client?.files.cancel(transfer.id).catch(() => {});
  }

  function takeBack(by: Person): void {
    const own = by.events.flatMap((one) => (one.event === 'item' && one.item.kind === 'file' && one.item.own ? [one.item] : []));
    if (own.length === 0) return;
    const item = random.pick(own);
    for (const one of shared) if (one.by === by && one.name === item.file.name) one.given = true;
    by.client?.files.delete(room, item.file.id).catch(() => {});
  }

  function write(by: Person): void {
    const one = shared.filter((other) => other.by === by && other.bytes.length > 0).at(-1);
    if (!one) return;
    one.changed = true;
    by.places.files.set(
      one.name,
      one.bytes.map((byte) => byte ^ 1),
    );
  }

  async function restart(person: Person): Promise<void> {
    await person.kill();
    await world.restart(person);
  }

  function breakRelay(): void {
    world.killRelay();
    relayDown = 1 + random.below(20);
  }

  /** Its process for files alone. */
  function breakFiles(): void {
    world.traffic.up = false;
    world.traffic.cut(() => true, 'cut');
    filesDown = 1 + random.below(20);
  }

  for (let step = 0; step < steps; step++) {
    if (random.chance(0.1)) {
      await random.weighted(actions)();
    }
    await world.step();
    if (relayDown > 0 && --relayDown === 0) await world.startRelay();
    if (filesDown > 0 && --filesDown === 0) world.traffic.up = true;
  }
  await heal(world, people, room);
  return { world, room, people, shared, fetched };
}

/** What a device still has to send or to tell, by its keys. */
const LEFT = /^(out|owed|transfer)\//;

/** Everything works again; ends when nobody has anything under way. */
async function heal(world: World, people: readonly Person[], room: string): Promise<void> {
  world.traffic.up = true;
  world.traffic.breaks = 0;
  if (!world.network.relay) await world.startRelay();
  let asked = 0;
  const done = () => {
    if (asked++ % 50 === 0) for (const person of people) resumeAll(person);
    const newest = Math.max(...people.map(({ client }) => client?.view(room).seq ?? 0));
    return (
      !world.disks.busy &&
      !world.traffic.busy &&
      people.every(({ client, values }) => {
        const view = client?.view(room);
        const owes = [...values.keys()].some((key) => LEFT.test(key));
        return view?.phase === 'ready' && view.seq === newest && !owes && client?.files.transfers().length === 0;
      })
    );
  };
  if (await world.runUntil(done, 30_000)) return;
  const left = people.map(({ name, client, values }) => ({
    name,
    transfers: client?.files.transfers().map((one) => ({ ...one, error: one.error?.code })),
    keys: [...values.keys()].filter((key) => LEFT.test(key)),
  }));
  throw new Error(`it did not come to rest:\n${JSON.stringify({ left, disks: world.disks.busy, traffic: world.traffic.busy })}`);
}

function resumeAll({ client }: Person): void {
  for (const { id, state } of client?.files.transfers() ?? []) if (state === 'paused') client?.files.resume(id).catch(() => {});
}
