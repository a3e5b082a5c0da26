import { expect, it } from 'vitest';
import { type Client, type ClientEvent, createClient, createMemoryStore, type Store } from '../../src/client/index.ts';
import { createVault } from '../../src/crypto/index.ts';
import { createSeededRandom } from '../sim/random.ts';
import type { World } from '../sim/world.ts';
import { settle, withoutRoom } from './settling.ts';

/** A store that is of no use once it is closed, and counts what was begun or still under way then. */
function closable(store: Store): Store & { readonly late: string[] } {
  const late: string[] = [];
  const running = new Set<string>();
  let closed = false;
  async function use<T>(what: string, run: () => Promise<T>): Promise<T> {
    if (closed) {
      late.push(what);
      throw new Error('the store is closed');
    }
    running.add(what);
    return run().finally(() => running.delete(what));
  }
  return {
    late,
    get: (key) => use('get', () => store.get(key)),
    list: (prefix, options) => use('list', () => store.list(prefix, options)),
    write: (changes) => use('write', () => store.write(changes)),
    async close() {
      closed = true;
      late.push(...running);
    },
  };
}

async function startAlone(world: World): Promise<{ client: Client; stored: ReadonlyMap<string, Uint8Array>; late: readonly string[] }> {
  const stored = new Map<string, Uint8Array>();
  const store = closable(world.disks.slowDown(createMemoryStore(stored), 'Ana', () => true));
  const random = createSeededRandom(1);
  const vault = await createVault(new Uint8Array(32).fill(3));
  const connector = world.network.connectorFor('Ana');
  const ports = { store, connector, clock: world.clock, random: (size: number) => random.bytes(size), vault };
  return { client: await settle(world, createClient(ports, { address: 'sim' })), stored, late: store.late };
}

// From the first contact over the founding of a room to the key packages that it brings to the relay, and a little longer.
it.each([
  ['step', 30],
  ['event', 8],
] as const)('a device closes its store after the last use of it, at whatever %s it is closed', async (unit, enough) => {
  let packages = 0;
  for (let at = 1; at <= enough; at++) {
    const world = await withoutRoom();
    const { client, stored, late } = await startAlone(world);
    const events: ClientEvent[] = [];
    let closing: Promise<void> | undefined;
    client.on((event) => {
      events.push(event);
      if (unit === 'event' && events.length === at) closing = client.close();
    });
    client.found(world.founderToken, { name: 'Ana' }).catch(() => {});
    for (let step = unit === 'step' ? at : 2 * 30; step > 0; step--) await world.step();
    closing ??= client.close();
    await settle(world, closing);
    // Whatever it left behind is done now.
    await world.runUntil(() => false, 200);
    expect({ at, late, errors: events.filter(({ event }) => event === 'error') }).toEqual({ at, late: [], errors: [] });
    packages = [...stored.keys()].filter((key) => key.startsWith('package/')).length;
  }
  // The last one had the time for all of it.
  expect(packages).toBe(13);
});
