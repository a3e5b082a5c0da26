import { expect, test } from 'vitest';
import { type Client, type Connector, createClient, createMemoryStore, type Store } from '../../src/client/index.ts';
import { keys } from '../../src/client/room/records.ts';
import { createVault } from '../../src/crypto/index.ts';
import { createFrameSplitter, decodeClientFrame } from '../../src/protocol/index.ts';
import { createSeededRandom } from '../sim/random.ts';
import { createWorld, historyOf, type World } from '../sim/world.ts';

/** A device whose disk can be made slow about its rooms. */
async function startSlowDevice(world: World): Promise<{ client: Client; said: string[]; hold(): void; release(): void }> {
  const memory = createMemoryStore();
  let gate = Promise.resolve();
  let release = () => {};
  const store: Store = {
    ...memory,
    async write(changes) {
      if ([...changes.keys()].some((key) => key.startsWith(keys.rooms))) await gate;
      await memory.write(changes);
    },
  };
  const random = createSeededRandom(2);
  const said: string[] = [];
  const splitter = createFrameSplitter();
  const connector: Connector = {
    async connect(events, signal) {
      const link = await world.network.connectorFor('late').connect(events, signal);
      const send = (run: Uint8Array) => {
        splitter.push(run, (body) => {
          const { t } = decodeClientFrame(body);
          if (t !== 'pong' && t !== 'publish') said.push(t);
        });
        link.send(run);
      };
      return { ...link, send };
    },
  };
  const client = await createClient(
    {
      store,
      connector,
      clock: world.clock,
      random: (size) => random.bytes(size),
      vault: await createVault(new Uint8Array(32)),
    },
    { address: 'sim' },
  );
  return { client, said, hold: () => void (gate = new Promise((resolve) => (release = resolve))), release: () => release() };
}

/** Lets the world go on until something has come about. */
async function comeAbout<T>(world: World, what: Promise<T>): Promise<T | undefined> {
  let result: T | undefined;
  what.then(
    (value) => (result = value),
    () => {},
  );
  await world.runUntil(() => result !== undefined, 2_000);
  return result;
}

test('the connection may come while it is being stored that one wants to come in', async () => {
  const world = await createWorld(createSeededRandom(1));
  await world.startRelay();
  const founder = await world.start('founder');
  const room = (await comeAbout(world, (founder.client as Client).found(world.founderToken, { name: 'Marta' }))) as string;
  const { secret } = await (founder.client as Client).invite(room);

  const { client, said, hold, release } = await startSlowDevice(world);
  hold();
  const joining = client.join({ room, secret }, { name: 'Late' });
  await world.runUntil(() => false, 30);
  expect(client.connection().state).toBe('connected');
  release();
  expect(await comeAbout(world, joining)).toBe(room);
  expect(said).toEqual(['hello', 'proof', 'door', 'append', 'follow']);
  await world.runUntil(() => founder.events.some(({ event }) => event === 'item'));
  expect((await historyOf(founder, room)).map(({ kind, from }) => `${from} ${kind}`)).toEqual(['Late joined']);
});

test('nor does it matter to who founds', async () => {
  const world = await createWorld(createSeededRandom(3));
  await world.startRelay();
  const { client, said, hold, release } = await startSlowDevice(world);
  hold();
  const founding = client.found(world.founderToken, { name: 'Marta' });
  await world.runUntil(() => false, 30);
  expect(client.connection().state).toBe('connected');
  release();
  expect(client.view((await comeAbout(world, founding)) as string).phase).toBe('ready');
  expect(said).toEqual(['hello', 'proof', 'found', 'follow']);
});
