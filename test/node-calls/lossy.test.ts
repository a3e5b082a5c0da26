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

async function startWorld({ loss, jitter, seed, starved = () => 0 }: Badness) {
  const random = createRandom(seed);
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
        const path: Path = {
          candidate,
          send: (packet) => carry(() => sfu.receive('udp', { address: '10.0.0.9', port }, Buffer.from(packet))),
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
    const captures = { camera: 0, microphone: 0, keys: 0 };
    const machine: CallMachine = {
      async capture(source, events) {
        let [wanted, wantsKey] = [true, true];
        const timer = setInterval(
          () => {
            if (source === 'microphone') events.onFrame(Buffer.alloc(80, 1), false);
            if (source === 'microphone') captures.microphone += 1;
            if (source !== 'camera' || !wanted) return;
            const frame = Buffer.alloc(wantsKey ? KEY_SIZE : PICTURE_SIZE);
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
    }
    await world.stop();
    // What is under way arrives nowhere.
    await pass(100);
    expect(vi.getTimerCount()).toBe(0);
  },
);

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
