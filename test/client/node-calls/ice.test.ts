import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createIce, type Ice } from '../../../src/client/node/calls/network/ice.ts';
import type { Candidate, Network, Path, PathEvents } from '../../../src/client/node/calls/network/path.ts';
import type { CallAnswer } from '../../../src/protocol/index.ts';
import { checkStunIntegrity, decodeStun, encodeBindingResponse } from '../../../src/rtc/index.ts';

const PWD = 'apasswordthatislongenough';
const candidate = (protocol: 'udp' | 'tcp', address: string): Candidate => ({ protocol, address, port: 9_020 });
const answer: CallAnswer = {
  ufrag: 'them',
  pwd: PWD,
  fingerprint: new Uint8Array(32),
  candidates: [candidate('udp', '10.0.0.1'), candidate('udp', '10.0.0.2'), candidate('tcp', '10.0.0.1'), candidate('tcp', '10.0.0.2')],
};

/** A media port that answers on some of its addresses, after so many ms; and by which password. */
function createWorld(reach: Map<string, number>, pwd = PWD) {
  const sent: { readonly to: string; readonly choose: boolean; readonly at: number }[] = [];
  const open = new Set<Path>();
  const data: string[] = [];
  const gone = new Map<Path, () => void>();
  const nameOf = ({ protocol, address }: Candidate) => `${protocol} ${address}`;
  const makePath = (to: Candidate, events: PathEvents): Path => {
    const path: Path = {
      candidate: to,
      send(packet) {
        const message = decodeStun(packet);
        if (message === undefined) return void data.push(`${nameOf(to)} ${packet.toString()}`);
        expect(message).toMatchObject({ kind: 'request', username: 'them:us', controlling: expect.any(BigInt) });
        expect(checkStunIntegrity(message, PWD)).toBe(true);
        sent.push({ to: nameOf(to), choose: message.useCandidate, at: Date.now() });
        const delay = reach.get(nameOf(to));
        if (delay === undefined) return;
        setTimeout(() => {
          if (open.has(path)) events.onPacket(path, encodeBindingResponse(message.transaction, { address: '10.0.0.9', port: 1 }, pwd));
        }, delay);
      },
      close: () => void open.delete(path),
    };
    open.add(path);
    gone.set(path, () => events.onGone(path));
    return path;
  };
  const network: Network = {
    openUdp: async (candidates, events) => candidates.map((to) => makePath(to, events)),
    openTcp: async (to, events) => (reach.has(nameOf(to)) ? makePath(to, events) : undefined),
  };
  const states: string[] = [];
  const start = (): Ice =>
    createIce('us', answer, network, { onState: (state) => void states.push(`${state} ${Date.now()}`), onPacket() {} });
  return { reach, sent, open, data, gone, states, start, whereTo: () => [...open].map(({ candidate }) => nameOf(candidate)) };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'Date', 'performance'] });
  vi.setSystemTime(0);
});
afterEach(() => void vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const namesOf = (states: readonly string[]) => states.map((state) => state.split(' ')[0]);

describe('the way to the media port', () => {
  it('is the best that answers, and closes the others', async () => {
    const world = createWorld(
      new Map([
        ['udp 10.0.0.1', 40],
        ['udp 10.0.0.2', 5],
      ]),
    );
    const ice = world.start();
    await pass(1_000);
    expect(namesOf(world.states)).toEqual(['connected']);
    expect(world.whereTo()).toEqual(['udp 10.0.0.1']);
    expect(world.sent.filter(({ choose }) => choose).every(({ to }) => to === 'udp 10.0.0.1')).toBe(true);
    ice.send(Buffer.from('hello'));
    expect(world.data).toEqual(['udp 10.0.0.1 hello']);
    ice.close();
    expect(world.open.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is the one that answers, where a better one does not', async () => {
    const world = createWorld(new Map([['udp 10.0.0.2', 5]]));
    const ice = world.start();
    await pass(400);
    expect(namesOf(world.states)).toEqual(['connected']);
    expect(world.whereTo()).toEqual(['udp 10.0.0.2']);
    ice.close();
  });

  it('is TCP where UDP says nothing for a second', async () => {
    const world = createWorld(new Map([['tcp 10.0.0.2', 5]]));
    const ice = world.start();
    await pass(999);
    expect(world.sent.some(({ to }) => to.startsWith('tcp'))).toBe(false);
    await pass(400);
    expect(namesOf(world.states)).toEqual(['connected']);
    expect(world.whereTo()).toEqual(['tcp 10.0.0.2']);
    ice.close();
  });

  it('is none after ten seconds without an answer, or with answers of somebody else', async () => {
    const silent = createWorld(new Map());
    const other = createWorld(new Map([['udp 10.0.0.1', 5]]), 'anotherpasswordofsomebody');
    silent.start();
    other.start();
    await pass(9_900);
    expect([...silent.states, ...other.states]).toEqual([]);
    await pass(300);
    expect(namesOf(silent.states)).toEqual(['lost']);
    expect(namesOf(other.states)).toEqual(['lost']);
    expect(silent.open.size + other.open.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    // Asked less and less often.
    expect(silent.sent.length).toBeLessThan(40);
  });
});

describe('a way that was found', () => {
  it('is asked for every five seconds while packets come, and chosen each time', async () => {
    const world = createWorld(new Map([['udp 10.0.0.1', 5]]));
    const ice = world.start();
    await pass(500);
    world.sent.length = 0;
    for (let i = 0; i < 600; i++) {
      ice.heard();
      await pass(50);
    }
    expect(world.sent.length).toBeGreaterThanOrEqual(4);
    expect(world.sent.length).toBeLessThanOrEqual(8);
    expect(world.sent.every(({ choose }) => choose)).toBe(true);
    expect(namesOf(world.states)).toEqual(['connected']);
    ice.close();
  });

  it('is looked for anew where it says nothing any more, over all addresses, and lost ten seconds later', async () => {
    const world = createWorld(new Map([['udp 10.0.0.1', 5]]));
    world.start();
    await pass(500);
    world.reach.clear();
    await pass(3_900);
    expect(namesOf(world.states)).toEqual(['connected']);
    await pass(800);
    expect(namesOf(world.states)).toEqual(['connected', 'disconnected']);
    // The old socket, in case it comes back, and new ones.
    expect(world.whereTo().toSorted()).toEqual(['udp 10.0.0.1', 'udp 10.0.0.1', 'udp 10.0.0.2']);
    await pass(10_500);
    expect(namesOf(world.states)).toEqual(['connected', 'disconnected', 'lost']);
    expect(world.open.size).toBe(0);
  });

  it('is not given up because this machine was busy for a while', async () => {
    const world = createWorld(new Map([['udp 10.0.0.1', 30]]));
    const ice = world.start();
    await pass(500);
    const real = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => real() + 60_000);
    await pass(2_000);
    expect(namesOf(world.states)).toEqual(['connected']);
    ice.close();
    vi.restoreAllMocks();
  });

  it('comes back over another address', async () => {
    const world = createWorld(new Map([['udp 10.0.0.1', 5]]));
    const ice = world.start();
    await pass(500);
    world.reach.clear();
    world.reach.set('udp 10.0.0.2', 5);
    await pass(6_000);
    expect(namesOf(world.states)).toEqual(['connected', 'disconnected', 'connected']);
    expect(world.whereTo()).toEqual(['udp 10.0.0.2']);
    ice.send(Buffer.from('again'));
    expect(world.data).toEqual(['udp 10.0.0.2 again']);
    ice.close();
  });

  it('is looked for at once where its connection closes', async () => {
    const world = createWorld(new Map([['tcp 10.0.0.1', 5]]));
    const ice = world.start();
    await pass(2_000);
    expect(namesOf(world.states)).toEqual(['connected']);
    const [path] = world.open;
    world.reach.set('udp 10.0.0.1', 5);
    path?.close();
    world.gone.get(path as Path)?.();
    await pass(300);
    expect(namesOf(world.states)).toEqual(['connected', 'disconnected', 'connected']);
    expect(world.whereTo()).toEqual(['udp 10.0.0.1']);
    ice.close();
  });
});
