import { createVault } from '../../src/crypto/index.ts';
import {
  type Client,
  type ClientEvent,
  createClient,
  createMemoryStore,
  type FilePorts,
  type FileSink,
  type Store,
  type TimelineItem,
} from '../../src/client/index.ts';
import { decodeEntry, fromHex } from '../../src/protocol/index.ts';
import { createMemoryKeyPackages, createMemoryLog, createRelay, type Relay } from '../../src/server/index.ts';
import { createMemoryBlobs, type MemoryBlobs } from '../support/memory-blobs.ts';
import { createFakeMedia, type FakeCallMedia, type FakeMedia } from '../support/fake-call-media.ts';
import { createMemoryPlaces, type MemoryPlaces } from '../support/memory-places.ts';
import { createDisks, type Disks } from './disk.ts';
import { createNetwork, type Network, RELAY_KEY } from './network.ts';
import { becomeQuiet } from './quiet.ts';
import type { SeededRandom } from './random.ts';
import { createTraffic, type Traffic } from './traffic.ts';
import { createVirtualClock, type VirtualClock } from './virtual-clock.ts';

/** One person's device: its store outlives the program that runs on it. */
export interface Person {
  readonly name: string;
  readonly values: Map<string, Uint8Array>;
  /** Its files. */
  readonly places: MemoryPlaces;
  /** Its camera, microphone and way to the media port. */
  readonly media: FakeCallMedia;
  client: Client | null;
  /** What this device showed, over all of its runs. */
  readonly events: ClientEvent[];
  kill(): Promise<void>;
}

/** A relay and people in memory, on a clock and a network that the test owns. */
export interface World {
  readonly clock: VirtualClock;
  readonly network: Network;
  readonly disks: Disks;
  /** The relay's blobs, and what is under way to them. */
  readonly blobs: MemoryBlobs;
  readonly traffic: Traffic;
  /** The relay's media engine, and what flows through it. */
  readonly media: FakeMedia;
  readonly founderToken: Uint8Array;
  /** The epoch that each entry of a room was made in, by number, as the relay has them. */
  epochs(room: string): Promise<ReadonlyMap<number, number>>;
  start(name: string): Promise<Person>;
  restart(person: Person): Promise<void>;
  startRelay(): Promise<void>;
  killRelay(): void;
  /** Delivers and runs timers until `done`, or until nothing happens any more. @returns whether it is done */
  runUntil(done: () => boolean, steps?: number): Promise<boolean>;
  /** One delivery or one write; when there is none, one timer. */
  step(): Promise<boolean>;
}

export async function createWorld(random: SeededRandom): Promise<World> {
  const clock = createVirtualClock();
  const network = createNetwork(random);
  const disks = createDisks(random);
  const founderToken = random.bytes(32);
  const traffic = createTraffic(random);
  const blobs = createMemoryBlobs({
    random: random.bytes,
    pace: traffic.pace,
    pieceSize: () => 1 + random.below(300_000),
    now: clock.now,
  });
  const log = createMemoryLog();
  const media = createFakeMedia();
  const keyPackages = createMemoryKeyPackages();
  const vault = await createVault(VAULT_KEY);
  let relay: Relay | null = null;

  async function startRelay(): Promise<void> {
    relay = await createRelay(
      { log, keyPackages, clock, random: (size) => random.bytes(size), media: media.engine },
      { relayKey: RELAY_KEY, build: 'sim', founderToken },
    );
    media.revive();
    network.relay = relay;
  }

  async function run(person: Person): Promise<void> {
    let alive = true;
    let opened = false;
    const disk = disks.slowDown(createMemoryStore(person.values), person.name, () => opened);
    const store = mortal(disk, () => alive);
    const mine: { client?: Client } = {};
    const paced = { transport: blobs.transport, places: person.places, part: PART };
    person.kill = async () => {
      alive = false;
      person.client = null;
      person.media.kill();
      for (const wire of network.wires.filter(({ client }) => client === person.name)) wire.cut('killed');
      const device = mine.client?.device;
      // What has arrived at the relay counts all the same.
      traffic.cut((stage) => stage.device === device && stage.at !== 'commit', 'cut');
      person.places.crash((unsynced) => random.below(unsynced + 1));
      mine.client?.close().catch(() => {});
      await disks.cut(person.name);
    };
    mine.client = await createClient(
      {
        store,
        connector: network.connectorFor(person.name),
        clock,
        random: (size) => random.bytes(size),
        vault,
        files: mortalFiles(paced, () => alive),
        calls: person.media,
      },
      { address: 'sim' },
    );
    opened = true;
    mine.client.on((event) => alive && person.events.push(event));
    person.client = mine.client;
  }

  const happen = async () => network.deliverOne() || traffic.stepOne() || (await disks.finishOne()) || clock.runNext();
  const happenOnDisk = async () => (await disks.finishOne()) || traffic.stepOne() || network.deliverOne() || clock.runNext();

  async function step(): Promise<boolean> {
    const did = await (random.chance(0.5) ? happen() : happenOnDisk());
    await becomeQuiet();
    return did;
  }

  return {
    clock,
    network,
    disks,
    blobs,
    traffic,
    media,
    founderToken,
    async epochs(room) {
      const entries = await log.read(fromHex(room) as Uint8Array, 0, { until: 1e9, entries: 1e9, bytes: 1e12 });
      return new Map(entries.map(decodeEntry).map(({ seq, epoch }) => [seq, epoch]));
    },
    async start(name) {
      const ends = { places: createMemoryPlaces(), media: media.mediaFor(name) };
      const person: Person = { name, values: new Map(), ...ends, client: null, events: [], kill: async () => {} };
      await run(person);
      return person;
    },
    restart: run,
    startRelay,
    killRelay() {
      network.relay = null;
      network.cutAll('lost');
      // It ends with the relay that started it.
      media.kill(true);
      void relay?.close();
      relay = null;
    },
    step,
    async runUntil(done, steps = 20_000) {
      await becomeQuiet();
      for (let i = 0; i < steps; i++) {
        if (done()) return true;
        if (!(await step())) return done();
      }
      return false;
    },
  };
}

/** The store of a program that may be killed: what it writes afterwards never happened. */
function mortal(store: Store, alive: () => boolean): Store {
  const never = new Promise<never>(() => {});
  return {
    get: (key) => (alive() ? store.get(key) : never),
    list: (prefix, options) => (alive() ? store.list(prefix, options) : never),
    write: (changes) => (alive() ? store.write(changes) : never),
    close: async () => {},
  };
}

/** All stores of the simulation are sealed under it. */
export const VAULT_KEY = new Uint8Array(32).fill(7);

/** Two segments: files of the simulation have several parts. */
const PART = 2 * 262_144;

/** The same for files: a program that was killed neither reads nor writes. */
function mortalFiles(files: FilePorts, alive: () => boolean): FilePorts {
  const never = new Promise<never>(() => {});
  const guard =
    <P extends unknown[], R>(run: (...parameters: P) => Promise<R>) =>
    (...parameters: P): Promise<R> =>
      alive() ? run(...parameters) : never;
  const mortalSink = (sink: FileSink): FileSink => ({
    ...sink,
    begin: guard(sink.begin),
    write: guard(sink.write),
    sync: guard(sink.sync),
    finish: guard(sink.finish),
    abandon: guard(sink.abandon),
  });
  return {
    ...files,
    places: {
      openSource: guard(files.places.openSource),
      openSink: guard(async (place) => {
        const sink = await files.places.openSink(place);
        return sink && mortalSink(sink);
      }),
    },
  };
}

/** All of a room's history on this device. */
export async function historyOf(person: Person, room: string): Promise<readonly TimelineItem[]> {
  return person.client ? person.client.history(room, { limit: 100_000 }) : [];
}
