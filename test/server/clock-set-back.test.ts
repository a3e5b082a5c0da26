import { expect, test } from 'vitest';
import { encodeFrame, LIMITS } from '../../src/protocol/index.ts';
import { createHostCheck } from '../../src/server/listeners/web/host-check.ts';
import { createMachine, LAN_ADDRESS } from './running.ts';
import { createManualClock, createWorld, settle } from './world.ts';

/** What a laptop's clock does when it learns the time, or a person sets it. */
const HOUR = 3_600_000;
const pings = (count: number) => Buffer.concat(Array<Uint8Array>(count).fill(encodeFrame({ t: 'ping' })));

test('the rate of frames fills up again as before', async () => {
  const { join, clock } = await createWorld({ limits: { framesPerSecond: 100 } });
  const peer = await join();
  peer.receive(pings(50));
  clock.setBack(HOUR);
  peer.receive(pings(100));
  clock.advance(500);
  clock.advance(500);
  clock.advance(500);
  expect([peer.all('pong').length, peer.link.paused]).toEqual([150, false]);
});

test('silence is measured from then on', async () => {
  const { join, clock } = await createWorld();
  const peer = await join();
  clock.setBack(HOUR);
  clock.advance(LIMITS.pingAfter);
  clock.advance(LIMITS.pingAfter);
  expect(peer.all('ping').length).toBeGreaterThan(0);
  clock.advance(LIMITS.lostAfter);
  expect(peer.link.closed).toBe(true);
});

test('wrong tokens are forgiven as fast as before', async () => {
  const { openRoom, join, clock } = await createWorld({ limits: { guesses: 3, guessesPerAddress: 3 } });
  await openRoom();
  const guesser = await join(undefined, { address: '10.0.0.66' });
  for (let i = 0; i < 2; i++) await guesser.open(new Uint8Array(32));
  clock.setBack(HOUR);
  const neighbour = await join(undefined, { address: '10.0.0.66' });
  expect(await neighbour.open()).toMatchObject({ t: 'opened' });
});

test('what connections hold is counted anew', async () => {
  const { join, clock } = await createWorld({ limits: { sendQueue: 1000, fairQueue: 100, queuedInAll: 1500 } });
  const [first, second] = [await join(), await join()];
  for (const { link } of [first, second]) link.queued = 700;
  first.send({ t: 'ping' });
  await settle();
  clock.setBack(HOUR);
  for (const { link } of [first, second]) link.queued = 900;
  second.send({ t: 'ping' });
  expect(second.link.closed).toBe(true);
});

test('the machine’s addresses are looked up anew', () => {
  let own = [LAN_ADDRESS];
  const clock = createManualClock();
  const hosts = createHostCheck({ ...createMachine(), addresses: () => own }, [], clock);
  expect(hosts.allows('192.168.7.20')).toBe(true);
  own = [{ ...LAN_ADDRESS, address: '10.0.0.5' }];
  clock.setBack(HOUR);
  expect(hosts.allows('10.0.0.5')).toBe(true);
});
