import { describe, expect, test } from 'vitest';
import { deviceProofBytes, encodeFrame, LIMITS, PROGRAM_VERSION, type RelayFrames } from '../../src/protocol/index.ts';
import { createKeys, createWorld, RELAY_KEY, settle, type Peer, type Keys } from './world.ts';

const hello = { t: 'hello', versions: [0], client: 'test' } as const;
const errorOf = (peer: Peer) => peer.last('error')?.code;

function proofOf(peer: Peer, keys: Keys, change: Partial<Parameters<typeof deviceProofBytes>[0]> = {}) {
  const { nonce, version, relay } = peer.last('challenge') as RelayFrames['challenge'];
  const signature = keys.sign(deviceProofBytes({ version, relay, nonce, device: keys.device, binding: new Uint8Array(), ...change }));
  return { t: 'proof', device: keys.device, signature } as const;
}

describe('the handshake', () => {
  test('challenges, and welcomes who proves its key', async () => {
    const { connect, clock, events } = await createWorld();
    const peer = connect();
    await peer.prove();
    expect(peer.frames).toEqual([
      { t: 'challenge', version: 0, relay: RELAY_KEY, nonce: expect.any(Uint8Array) },
      { t: 'welcome', server: PROGRAM_VERSION, build: 'test', now: clock.now() },
    ]);
    expect(events).toEqual([{ event: 'connected', device: peer.key, address: '10.0.0.1', kind: 'memory' }]);
  });

  test('picks its best version that the client speaks, and says so when there is none', async () => {
    const { connect } = await createWorld();
    const newer = connect();
    newer.send({ ...hello, versions: [9, 0] });
    expect(newer.last('challenge')?.version).toBe(0);
    const alien = connect();
    alien.send({ ...hello, versions: [9, 8] });
    expect([errorOf(alien), alien.link.closed]).toEqual(['version_too_new', true]);
  });

  test.each([
    ['another relay', { relay: new Uint8Array(32) }],
    ['another challenge', { nonce: new Uint8Array(32) }],
    ['another version', { version: 1 }],
    ['another connection', { binding: new Uint8Array(32).fill(1) }],
    ['another device', { device: createKeys().device }],
  ])('refuses a proof made for %s', async (_what, change) => {
    const { connect } = await createWorld();
    const keys = createKeys();
    const peer = connect(keys);
    peer.send(hello);
    peer.send(proofOf(peer, keys, change));
    expect([errorOf(peer), peer.link.closed]).toEqual(['bad_proof', true]);
  });

  test('binds the proof to the TLS connection where the link has an exporter', async () => {
    const { connect, join } = await createWorld();
    const exporter = new Uint8Array(32).fill(9);
    expect((await join(undefined, { exporter })).last('welcome')).toBeDefined();
    const keys = createKeys();
    const relayed = connect(keys, { exporter });
    relayed.send(hello);
    relayed.send(proofOf(relayed, keys));
    expect(errorOf(relayed)).toBe('bad_proof');
  });

  test('takes no proof twice, nor one without a challenge', async () => {
    const { connect, join } = await createWorld();
    const keys = createKeys();
    const early = connect(keys);
    early.send({ t: 'proof', device: keys.device, signature: new Uint8Array(64) });
    expect(errorOf(early)).toBe('not_ready');
    const peer = await join(keys);
    peer.send(proofOf(peer, keys));
    expect(errorOf(peer)).toBe('not_ready');
  });

  test('does nothing for who has not proved its device', async () => {
    const { connect } = await createWorld();
    const frames = [
      { t: 'follow', q: 1, room: new Uint8Array(16), after: 0 },
      { t: 'door', q: 1, room: new Uint8Array(16), token: new Uint8Array(32) },
      { t: 'found', q: 1, token: new Uint8Array(32), room: new Uint8Array(16), door: null, info: null },
      { t: 'append', room: new Uint8Array(16), id: new Uint8Array(16), kind: 'message', epoch: 0, body: new Uint8Array() },
    ] as const;
    for (const frame of frames) {
      const peer = connect();
      peer.send(hello, frame);
      await settle();
      expect(peer.frames.map(({ t }) => t)).toEqual(['challenge', 'error']);
      expect(errorOf(peer)).toBe('not_ready');
    }
  });

  test('counts the frames of who has not proved its device', async () => {
    const { connect } = await createWorld();
    const peer = connect();
    for (let i = 0; i < LIMITS.unprovenFrames; i++) peer.send({ t: 'ping' });
    expect(peer.link.closed).toBe(false);
    peer.send({ t: 'ping' });
    expect(errorOf(peer)).toBe('not_ready');
  });

  test('ends in time for who does not prove its device', async () => {
    const { connect, join, clock } = await createWorld();
    const [slow, quick] = [connect(), await join()];
    slow.send(hello);
    clock.advance(LIMITS.handshakeTime - 1);
    expect(slow.link.closed).toBe(false);
    clock.advance(1);
    expect(errorOf(slow)).toBe('handshake_timeout');
    expect(quick.link.closed).toBe(false);
  });

  test('takes frames in any pieces', async () => {
    const { connect } = await createWorld();
    const peer = connect();
    for (const byte of encodeFrame({ ...hello, versions: [0] })) peer.receive(Uint8Array.of(byte));
    expect(peer.last('challenge')).toBeDefined();
  });
});

describe('silence', () => {
  test('is met with pings, and then with the end', async () => {
    const { join, clock, events } = await createWorld();
    const peer = await join();
    clock.advance(LIMITS.pingAfter);
    expect(peer.all('ping')).toHaveLength(1);
    peer.send({ t: 'pong' });
    clock.advance(LIMITS.lostAfter - 1);
    expect(peer.link.closed).toBe(false);
    clock.advance(1);
    expect(peer.link.closed).toBe(true);
    expect(events.at(-1)).toMatchObject({ event: 'disconnected', code: 'lost' });
  });

  test('ends with any frame', async () => {
    const { join, clock } = await createWorld();
    const peer = await join();
    for (let i = 0; i < 20; i++) {
      clock.advance(LIMITS.lostAfter - 1);
      peer.send({ t: 'ping' });
    }
    expect(peer.link.closed).toBe(false);
    expect(peer.all('pong')).toHaveLength(20);
  });
});

describe('malformed frames', () => {
  test.each([
    ['no CBOR', Uint8Array.of(0, 0, 0, 1, 0xff), 'bad_frame'],
    ['no frame', encodeFrame({ t: 'nonsense' } as never), 'bad_frame'],
    ['a name of the prototype', encodeFrame({ t: '__proto__' } as never), 'bad_frame'],
    ['a field too many', encodeFrame({ t: 'ping', more: 1 } as never), 'bad_frame'],
    ['more than one value', Uint8Array.of(0, 0, 0, 2, 1, 1), 'bad_frame'],
    ['a length beyond the bound', Uint8Array.of(0x7f, 0xff, 0xff, 0xff), 'too_large'],
  ])('%s: ends that session with a code, and no other', async (_what, bytes, code) => {
    const { join } = await createWorld();
    const [bad, good] = [await join(), await join()];
    bad.receive(bytes);
    expect([errorOf(bad), bad.link.closed]).toEqual([code, true]);
    bad.receive(encodeFrame({ t: 'ping' }));
    expect(bad.last('pong')).toBeUndefined();
    good.send({ t: 'ping' });
    expect(good.last('pong')).toBeDefined();
  });

  test('answers what came before in the same run', async () => {
    const { join } = await createWorld();
    const peer = await join();
    peer.receive(Buffer.concat([encodeFrame({ t: 'ping' }), Uint8Array.of(0, 0, 0, 1, 0xff)]));
    expect(peer.frames.slice(-2).map(({ t }) => t)).toEqual(['pong', 'error']);
  });
});
