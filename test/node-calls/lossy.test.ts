import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { CallTransportEvents, SlotAssignment } from '../../src/client/calls/ports.ts';
import type { CallMachine } from '../../src/client/node/calls/media-ports.ts';
import type { Network, Path } from '../../src/client/node/calls/network/path.ts';
import { createTransport } from '../../src/client/node/calls/transport.ts';
import { makeDtlsCertificate } from '../../src/rtc/index.ts';
import { createSfu } from '../../src/server/media/sfu/sfu.ts';
import { createRandom } from '../support/random.ts';

/**
 * Two terminals and the SFU on a bad network, in time that the test owns: what comes through does not depend on how busy this machine is. Frames are
 * not encoded; which came is known by their numbers, and one that comes is one that can be decoded: none before it is missing up to a key frame.
 */
const SECONDS = 30;
const STEP = 5;
const KEY_SIZE = 9_000;
const PICTURE_SIZE = 1_900;
const PORT = { address: '10.0.0.1', port: 9_020 };

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'Date', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** Sealing is done by other threads, in real time: each step waits until all that was begun is done. */
async function pass(ms: number): Promise<void> {
  for (let i = 0; i < ms / STEP; i++) {
    await vi.advanceTimersByTimeAsync(STEP);
    for (let round = 0; round < 3; round++) await crypto.subtle.digest('SHA-256', new Uint8Array(1));
  }
}

interface Badness {
  readonly loss: number;
  readonly jitter: number;
  readonly seed: number;
  /** ms that everything on this machine is late. */
  readonly starved?: (now: number) => number;
}

/** What a router lets wait before it drops, ms; and what an IP packet has beside what is in it, bytes. */
const MOST_QUEUED = 150;
const HEADERS = 28;

/** `wayUp` of its result: what each way to the media port carries, bits a second. */
async function startWorld({ loss, jitter, seed, starved = () => 0 }: Badness) {
  const random = createRandom(seed);
  const narrow = { wayUp: Number.POSITIVE_INFINITY };
  const carry = (go: () => void) => {
    if (random() >= loss) setTimeout(go, 1 + random() * jitter + starved(performance.now()));
  };
  const receivers = new Map<number, (packet: Buffer) => void>();
  const sfu = createSfu({
    clock: {
      now: () => performance.now(),
      after(ms, run) {
        const timer = setTimeout(run, ms + starved(performance.now()));
        return () => clearTimeout(timer);
      },
    },
    random: randomBytes,
    certificate: await makeDtlsCertificate(),
    candidates: () => [{ protocol: 'udp', ...PORT }],
    send: (_, to, packet) => {
      const copy = Buffer.from(packet);
      carry(() => receivers.get(to.port)?.(copy));
    },
    onFault: () => expect.unreachable(),
    events: {
      onEnded: () => expect.unreachable(),
      onDemand: (_, member, demand) => members[Number(member.slice(-1)) - 1]?.transport.demand(demand),
    },
  });
  let nextPort = 40_000;
  const network: Network = {
    async openUdp(candidates, events) {
      return candidates.map((candidate) => {
        const port = nextPort++;
        let freeAt = 0;
        const path: Path = {
          candidate,
          send(packet) {
            freeAt = Math.max(freeAt, performance.now());
            const waits = freeAt - performance.now();
            if (waits > MOST_QUEUED) return;
            freeAt += (8_000 * (packet.length + HEADERS)) / narrow.wayUp;
            setTimeout(() => carry(() => sfu.receive('udp', { address: '10.0.0.9', port }, Buffer.from(packet))), waits);
          },
          close: () => void receivers.delete(port),
        };
        receivers.set(port, (packet) => events.onPacket(path, packet));
        return path;
      });
    },
    openTcp: async () => undefined,
  };

  async function join(leaf: number) {
    const device = `${leaf}`.padStart(64, '0');
    const pictures: { readonly number: number; readonly at: number }[] = [];
    const sound = { heard: 0, lost: 0 };
    const states: string[] = [];
    const captures = { camera: 0, microphone: 0, keys: 0, shares: [] as (readonly [at: number, share: number])[] };
    const machine: CallMachine = {
      async capture(source, events) {
        let [wanted, wantsKey, share] = [true, true, 1];
        const timer = setInterval(
          () => {
            if (source === 'microphone') events.onFrame(Buffer.alloc(80, 1), false);
            if (source === 'microphone') captures.microphone += 1;
            if (source !== 'camera' || !wanted) return;
            const frame = Buffer.alloc(Math.round(share * (wantsKey ? KEY_SIZE : PICTURE_SIZE)));
            frame[0] = wantsKey ? 0 : 1;
            frame.writeUInt32BE(captures.camera++, 1);
            captures.keys += wantsKey ? 1 : 0;
            events.onFrame(frame, wantsKey);
            wantsKey = false;
          },
          source === 'camera' ? 1_000 / 15 : 20,
        );
        return {
          requestKey: () => void (wantsKey = true),
          want(now) {
            wantsKey ||= now && !wanted;
            wanted = now;
          },
          lessen(next) {
            if (source !== 'camera' || next === share) return;
            wantsKey = true;
            share = next;
            captures.shares.push([performance.now(), share]);
          },
          close: async () => clearInterval(timer),
        };
      },
      decode: (_, source) => ({
        take(frame, isKey) {
          if (source === 'microphone') {
            if (frame === undefined) sound.lost += 1;
            else sound.heard += 1;
          } else if (frame !== undefined) {
            const number = Buffer.from(frame).readUInt32BE(1);
            // Made from the one before, which has to be there.
            if (!isKey) expect(number).toBe((pictures.at(-1)?.number ?? -2) + 1);
            pictures.push({ number, at: performance.now() });
          }
        },
        close() {},
      }),
    };
    const events: CallTransportEvents = {
      onState: (state) => void states.push(state),
      onStopped: () => expect.unreachable(),
      onUnsealed: () => expect.unreachable(),
      onMedia() {},
    };
    const transport = createTransport({ certificate: await makeDtlsCertificate(), network, machine }, events);
    const answer = await sfu.join('aa', device, transport.offer);
    transport.rekey({ epoch: 1n, baseKey: Buffer.alloc(16, 5), leaf });
    const connected = transport.connect(answer);
    return { device, leaf, transport, pictures, sound, states, captures, connected };
  }

  const members: Awaited<ReturnType<typeof join>>[] = [];
  for (const leaf of [1, 2]) members.push(await join(leaf));
  await pass(3_000);
  const [a, b] = members as [(typeof members)[0], (typeof members)[0]];
  await Promise.all([a.connected, b.connected]);
  for (const [me, other] of [
    [a, b],
    [b, a],
  ] as const) {
    void me.transport.turn('camera', true);
    void me.transport.turn('microphone', true);
    const slotOf = (kind: 'audio' | 'video') => me.transport.offer.slots.findIndex((slot) => slot.kind === kind);
    const slots: SlotAssignment[] = [
      { slot: slotOf('video'), device: other.device, leaf: other.leaf, source: 'camera' },
      { slot: slotOf('audio'), device: other.device, leaf: other.leaf, source: 'microphone' },
    ];
    me.transport.assign(slots);
    const wants = slots.map(({ slot, device, source }) => ({
      slot,
      device: Buffer.from(device, 'hex'),
      source,
      height: source === 'camera' ? 180 : 0,
    }));
    sfu.want('aa', me.device, wants);
  }
  return {
    a,
    b,
    narrow,
    async stop() {
      for (const { transport } of members) transport.close();
      await sfu.close();
    },
  };
}

it.each([
  { loss: 0, jitter: 0, seed: 1, least: 14.5, concealed: 0.005, freeze: 200 },
  { loss: 0.05, jitter: 50, seed: 2, least: 10, concealed: 0.1, freeze: 2_000 },
  { loss: 0.05, jitter: 50, seed: 3, least: 10, concealed: 0.1, freeze: 2_000 },
])(
  'of 15 pictures a second come $least with a loss of $loss and $jitter ms of jitter (seed $seed)',
  async ({ least, concealed, freeze, ...badness }) => {
    const world = await startWorld(badness);
    await pass(SECONDS * 1_000);
    for (const [from, to] of [
      [world.a, world.b],
      [world.b, world.a],
    ] as const) {
      const rate = to.pictures.length / SECONDS;
      const waits = to.pictures.slice(1).map(({ at }, i) => at - (to.pictures[i]?.at ?? at));
      const share = to.sound.lost / (to.sound.heard + to.sound.lost);
      const longest = Math.round(Math.max(...waits));
      process.stdout.write(
        `loss ${badness.loss}, jitter ${badness.jitter} ms: ${rate.toFixed(1)} pictures a second, at most ${longest} ms apart, ${from.captures.keys} key frames, ${(100 * share).toFixed(1)} % of sound concealed\n`,
      );
      expect(rate).toBeGreaterThan(least);
      expect(longest).toBeLessThan(freeze);
      expect(to.sound.heard + to.sound.lost).toBeGreaterThan(SECONDS * 49);
      expect(share).toBeLessThanOrEqual(concealed);
      expect(to.states).toEqual(['connected']);
      // What is sent again where it was lost is no reason to send less.
      expect(from.captures.shares).toEqual([]);
    }
    await world.stop();
    // What is under way arrives nowhere.
    await pass(100);
    expect(vi.getTimerCount()).toBe(0);
  },
);

it('where the way does not carry all of it a terminal sends less, tries more now and then, and sends all when it can', async () => {
  const world = await startWorld({ loss: 0, jitter: 0, seed: 4 });
  const { a, b, narrow } = world;
  await pass(3_000);
  // Beside sound 170 kbit/s are left for pictures that take 250.
  narrow.wayUp = 240_000;
  const narrowed = performance.now();
  await pass(12_000);
  const before = [a, b].map(({ pictures, sound }) => ({ pictures: pictures.length, lost: sound.lost }));
  await pass(15_000);
  for (const [i, { pictures, sound, captures }] of [a, b].entries()) {
    const shares = captures.shares.map(([at, share]) => [share, at - narrowed < 10_000]);
    expect(shares).toEqual([[0.5, true]]);
    const { pictures: seen, lost } = before[i] as (typeof before)[0];
    process.stdout.write(
      `narrow: ${((pictures.length - seen) / 15).toFixed(1)} pictures a second, ${sound.lost - lost} of 750 of sound lost\n`,
    );
    // Sent as before, less than half of the pictures come.
    expect(pictures.length - seen).toBeGreaterThan(150);
    expect(sound.lost - lost).toBeLessThan(50);
  }
  await pass(60_000);
  for (const { captures } of [a, b]) {
    expect(captures.shares.map(([, share]) => share)).toEqual(expect.arrayContaining([0.5, 1]));
    const pauses = captures.shares.slice(1).map(([at], i) => at - (captures.shares[i]?.[0] ?? at));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(5_000);
  }
  narrow.wayUp = Number.POSITIVE_INFINITY;
  await pass(150_000);
  expect([a, b].map(({ captures }) => captures.shares.at(-1)?.[1])).toEqual([1, 1]);
  await world.stop();
  await pass(500);
});

it('a machine that has no time is not taken for a way that is full', async () => {
  // Three seconds of ten, after the first ones.
  const starved = (now: number) => ((now - start) % 10_000 > 7_000 ? 80 : 0);
  const start = performance.now();
  const world = await startWorld({ loss: 0, jitter: 5, seed: 4, starved });
  await pass(SECONDS * 1_000);
  for (const { pictures } of [world.a, world.b]) {
    const waits = pictures.slice(1).map(({ at }, i) => at - (pictures[i]?.at ?? at));
    expect(pictures.length / SECONDS).toBeGreaterThan(14.5);
    expect(Math.max(...waits)).toBeLessThan(300);
  }
  await world.stop();
  await pass(200);
});
