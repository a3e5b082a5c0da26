import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CallMedia } from '../../src/client/calls/ports.ts';
import type { Network } from '../../src/client/node/calls/network/path.ts';
import { systemNetwork } from '../../src/client/node/calls/network/system-network.ts';
import { createTransport } from '../../src/client/node/calls/transport.ts';
import { makeDtlsCertificate } from '../../src/rtc/index.ts';
import { startCall, type TestCall, type TestMember } from './call.ts';
import { createMadeUpMachine, type MadeUpMachine } from './made-up-machine.ts';

/** The transport alone, against the media port: what goes in comes out, and nothing else ever does. */
let call: TestCall;
beforeEach(async () => {
  call = await startCall();
});
afterEach(() => call.stop());

const mediaOf = (machine: MadeUpMachine, network: Network = systemNetwork): CallMedia => ({
  open: async (events) => createTransport({ certificate: await makeDtlsCertificate(), network, machine }, events),
});
const keysOf = (leaf: number, epoch = 1n) => ({ epoch, baseKey: Buffer.alloc(16, Number(epoch)), leaf });

async function meet(network?: Network) {
  const machines = [createMadeUpMachine(), createMadeUpMachine()] as const;
  const a = await call.join(mediaOf(machines[0], network), 1);
  const b = await call.join(mediaOf(machines[1]), 2);
  return { machines, a, b };
}

/** Gives frames until enough of them came. */
async function giveUntil(machine: MadeUpMachine, source: 'camera' | 'microphone', came: () => boolean, from = 0): Promise<number> {
  let [next, asked] = [from, machine.keysAsked.length];
  await expect
    .poll(
      () => {
        const isKey = source === 'camera' && (next === from || machine.keysAsked.length > asked);
        asked = machine.keysAsked.length;
        machine.give(source, next++, isKey);
        return came();
      },
      { interval: 20, timeout: 30_000 },
    )
    .toBe(true);
  return next;
}
const gotOf = (machine: MadeUpMachine, from: TestMember, source: string) => machine.got.get(`${from.device} ${source}`) ?? [];

it('carries sound and pictures in order, and nothing before there are keys', async () => {
  const { machines, a, b } = await meet();
  await a.transport.turn('camera', true);
  await a.transport.turn('microphone', true);
  b.transport.rekey(keysOf(2));
  b.take([a, 'camera'], [a, 'microphone']);
  for (let i = 900; i < 950; i++) {
    machines[0].give('camera', i, true);
    machines[0].give('microphone', i);
  }
  // What waits to be sealed is gone once it was tried.
  await new Promise(setImmediate);
  a.transport.rekey(keysOf(1));
  await giveUntil(machines[0], 'camera', () => gotOf(machines[1], a, 'camera').length > 20);
  await giveUntil(machines[0], 'microphone', () => gotOf(machines[1], a, 'microphone').length > 20);
  for (const source of ['camera', 'microphone']) {
    const numbers = gotOf(machines[1], a, source).map(Number);
    expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] as number) + i));
    expect(Math.max(...numbers)).toBeLessThan(900);
  }
  await expect.poll(() => b.counts.get(`${a.device} camera`)).toMatchObject({ failed: 0 });
});

it('shows nobody else than who was assigned', async () => {
  const { machines, a, b } = await meet();
  a.transport.rekey(keysOf(1));
  b.transport.rekey(keysOf(2));
  await a.transport.turn('camera', true);
  // The relay says that this is device 1; the group says that another leaf is.
  b.take([{ ...a, leaf: 7 }, 'camera']);
  await giveUntil(machines[0], 'camera', () => (b.counts.get(`${a.device} camera`)?.frames ?? 0) > 5);
  expect(gotOf(machines[1], a, 'camera')).toEqual([]);
});

it('comes back over TCP when UDP dies under it', async () => {
  let isDead = false;
  const dying: Network = {
    async openUdp(candidates, events) {
      const paths = await systemNetwork.openUdp(candidates, {
        ...events,
        onPacket: (path, packet) => !isDead && events.onPacket(ours.get(path) ?? path, packet),
      });
      const ours = new Map(paths.map((path) => [path, { ...path, send: (packet: Buffer) => void (isDead || path.send(packet)) }]));
      return [...ours.values()];
    },
    openTcp: systemNetwork.openTcp,
  };
  const { machines, a, b } = await meet(dying);
  a.transport.rekey(keysOf(1));
  b.transport.rekey(keysOf(2));
  await a.transport.turn('microphone', true);
  b.take([a, 'microphone']);
  await giveUntil(machines[0], 'microphone', () => gotOf(machines[1], a, 'microphone').length > 5);
  isDead = true;
  await expect.poll(() => a.states, { timeout: 30_000 }).toEqual(['connected', 'disconnected', 'connected']);
  const before = gotOf(machines[1], a, 'microphone').length;
  await giveUntil(machines[0], 'microphone', () => gotOf(machines[1], a, 'microphone').length > before + 20, 500);
});

it('refuses a media port that is another one than the relay named, and one that is nowhere', async () => {
  const other = await startCall();
  try {
    const transport = await mediaOf(createMadeUpMachine()).open({ onState() {}, onStopped() {}, onUnsealed() {}, onMedia() {} });
    const answer = await other.answer(transport.offer);
    const wrong = { ...answer, fingerprint: new Uint8Array(32).fill(1) };
    await expect(transport.connect(wrong)).rejects.toMatchObject({ code: 'call_refused' });
    transport.close();
  } finally {
    await other.stop();
  }
  const nobody = createSocket('udp4').bind(0, '127.0.0.1');
  await once(nobody, 'listening');
  const silent = await mediaOf(createMadeUpMachine()).open({ onState() {}, onStopped() {}, onUnsealed() {}, onMedia() {} });
  const candidates = [{ protocol: 'udp' as const, address: '127.0.0.1', port: nobody.address().port }];
  const answer = { ufrag: 'abcd', pwd: 'a'.repeat(24), fingerprint: new Uint8Array(32), candidates };
  await expect(silent.connect(answer)).rejects.toMatchObject({ code: 'call_unreachable' });
  silent.close();
  nobody.close();
});

it('is closed where it stands, and says no more', async () => {
  const { machines, a } = await meet();
  a.transport.rekey(keysOf(1));
  await a.transport.turn('camera', true);
  a.transport.close();
  expect(machines[0].running.size).toBe(0);
  await expect(a.transport.turn('camera', true)).rejects.toMatchObject({ code: 'call_unreachable' });
  const { length } = a.states;
  await call.stop();
  expect(a.states).toHaveLength(length);
});
