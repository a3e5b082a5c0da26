import { expect, test } from 'vitest';
import { type Client, type Connector, createClient, createMemoryStore, systemClock, type Store } from '../../src/client/index.ts';
import { createVault } from '../../src/crypto/index.ts';
import { createFrameSplitter, decodeClientFrame, encodeFrame, toWords } from '../../src/protocol/index.ts';

const keyOf = (n: number) => new Uint8Array(32).fill(n);

/** A relay with this key that takes every device. */
const relayWith = (relay: Uint8Array): Connector => ({
  async connect({ onRun }) {
    const splitter = createFrameSplitter();
    const answer = (t: string) => {
      if (t === 'hello') onRun(encodeFrame({ t: 'challenge', version: 0, relay, nonce: keyOf(0) }));
      if (t === 'proof') onRun(encodeFrame({ t: 'welcome', server: 'x', build: '', now: Date.now() }));
    };
    return { queued: 0, close: () => {}, send: (run) => splitter.push(run, (body) => answer(decodeClientFrame(body).t)) };
  },
});

/** How a device fares with a relay of one key where another one, or the same, was announced. */
async function meet(store: Store, relay: Uint8Array, announcedRelay?: Uint8Array, expectRelay?: Uint8Array) {
  const client: Client = await createClient(
    {
      store: { ...store, close: async () => {} },
      connector: relayWith(relay),
      clock: systemClock,
      random: (size) => crypto.getRandomValues(new Uint8Array(size)),
      vault: await createVault(keyOf(9)),
    },
    { address: '192.168.1.20:9009', announcedRelay, expectRelay },
  );
  if (client.connection().state === 'connecting') {
    await new Promise<void>((resolve) =>
      client.on(({ event }) => event === 'state' && client.connection().state !== 'connecting' && resolve()),
    );
  }
  const state = client.connection();
  await client.settled();
  await client.close();
  return state;
}

test('an announced key is the one to expect where nothing else is known', async () => {
  expect(await meet(createMemoryStore(), keyOf(1), keyOf(1).subarray(0, 16))).toMatchObject({ state: 'connected' });
  expect(await meet(createMemoryStore(), keyOf(1), keyOf(2).subarray(0, 16))).toMatchObject({ state: 'offline', code: 'wrong_key' });
});

test('an announced key is no reason to take another relay than the one that was here before', async () => {
  const store = createMemoryStore();
  expect(await meet(store, keyOf(1))).toMatchObject({ state: 'connected' });
  const words = (n: number) => toWords(keyOf(n)).join(' ');
  expect(await meet(store, keyOf(2), keyOf(2).subarray(0, 16))).toMatchObject({
    state: 'offline',
    code: 'wrong_key',
    detail: { expected: words(1), found: words(2) },
  });
  // A link says more than a memory.
  expect(await meet(store, keyOf(2), undefined, keyOf(2).subarray(0, 16))).toMatchObject({ state: 'connected' });
});
