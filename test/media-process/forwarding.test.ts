import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { encodeBindingRequest } from '../../src/rtc/index.ts';
import { systemClock } from '../../src/server/clock.ts';
import { startMediaProcess } from '../../src/server/media/process/supervisor.ts';
import { enter, hear, startMedia, type Way } from './callers.ts';

describe('by whatever way they come', () => {
  it('people hear each other', async () => {
    const media = await startMedia();
    const ways: Way[] = ['udp4', 'udp6', 'tcp4', 'tcp6'];
    const callers = await Promise.all(ways.map((way, i) => enter(media, `a${i}`, way)));
    for (const [i, from] of callers.entries()) expect(await hear(media, from, callers[(i + 1) % 4] as never)).toBe('hello');
    expect([media.ended, media.log]).toEqual([[], []]);
  });

  it('candidates name this machine, UDP before TCP, and loopback last', async () => {
    const media = await startMedia();
    const caller = await enter(media, 'aa', 'udp4');
    const { candidates = [] } = caller.peer.answer ?? {};
    const { port } = media.process;
    expect(candidates.every((candidate) => candidate.port === port)).toBe(true);
    expect(candidates.slice(-4)).toEqual([
      { protocol: 'udp', address: '127.0.0.1', port },
      { protocol: 'udp', address: '::1', port },
      { protocol: 'tcp', address: '127.0.0.1', port },
      { protocol: 'tcp', address: '::1', port },
    ]);
    const protocols = candidates.slice(0, -4).map(({ protocol }) => protocol);
    expect(protocols).toEqual(protocols.toSorted().toReversed());
  });
});

describe('a connection of TCP', () => {
  const limits = { tcpProof: 300, tcpSweep: 100, tcpPerAddress: 4 };
  const open = async (port: number) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    await once(socket, 'connect');
    return { socket, closed: once(socket, 'close', { signal: AbortSignal.timeout(60_000) }) };
  };

  it('that proves nothing is closed in time, and one that has is not', async () => {
    const media = await startMedia({ limits });
    const [silent, chatty] = [await open(media.process.port), await open(media.process.port)];
    const caller = await enter(media, 'aa', 'tcp4');
    const talk = setInterval(() => chatty.socket.write(Buffer.from([0, 4, 1, 2, 3, 4])), 20);
    await Promise.all([silent.closed, chatty.closed]);
    clearInterval(talk);
    const other = await enter(media, 'bb', 'udp4');
    expect(await hear(media, caller, other)).toBe('hello');
  });

  it('that says that a packet is longer than packets are is closed at once', async () => {
    const media = await startMedia();
    const { socket, closed } = await open(media.process.port);
    socket.write(Buffer.from([0xff, 0xff, 0]));
    await closed;
  });

  it('is closed when its member leaves', async () => {
    const media = await startMedia({ limits });
    const caller = await enter(media, 'aa', 'tcp4');
    media.process.leave('call', 'aa');
    await caller.closed;
  });

  it('that is one too many from its address is closed', async () => {
    const media = await startMedia({ limits: { ...limits, tcpProof: 60_000 } });
    const { port } = media.process;
    const fitting = [];
    for (let i = 0; i < 4; i++) fitting.push(await open(port));
    await (
      await open(port)
    ).closed;
    // When there is room again, the next one stays.
    fitting[0]?.socket.destroy();
    await expect.poll(async () => enter(media, 'aa', 'tcp4').then(Boolean, () => false), { timeout: 30_000 }).toBe(true);
  });
});

describe('whoever is no member', () => {
  it('hears nothing, whatever it sends', async () => {
    const media = await startMedia();
    const { port } = media.process;
    const caller = await enter(media, 'aa', 'udp4');
    const stranger = createSocket('udp4').bind(0, '127.0.0.1');
    await once(stranger, 'listening');
    const heard: Buffer[] = [];
    stranger.on('message', (packet) => heard.push(packet));
    const { ufrag = '' } = caller.peer.answer ?? {};
    const check = { priority: 1, role: 'controlling', tieBreaker: 1n, useCandidate: true } as const;
    for (const packet of [
      encodeBindingRequest({ ...check, username: 'nobody:nobody', password: 'x'.repeat(24) }),
      encodeBindingRequest({ ...check, username: `${ufrag}:${caller.peer.offer.ufrag}`, password: 'x'.repeat(24) }),
      // A hello of DTLS, RTP, RTCP, and nothing at all.
      Buffer.from('16fefd0000000000000000000401000000', 'hex'),
      Buffer.concat([Buffer.from('8060000100000001', 'hex'), Buffer.alloc(100)]),
      Buffer.from('80c9000100000001', 'hex'),
      Buffer.alloc(0),
    ])
      await new Promise<void>((sent) => void stranger.send(packet, port, '127.0.0.1', () => sent()));
    // By now all of that was looked at.
    expect(await hear(media, caller, await enter(media, 'bb', 'udp4'))).toBe('hello');
    expect(heard).toEqual([]);
    stranger.close();
  });
});

describe('the port', () => {
  const events = { onEnded() {}, onDemand() {}, onDeath() {}, onBack() {}, onLog() {} };

  it('that is taken is an error where it was asked for, and the next one where it was not', async () => {
    const media = await startMedia();
    const { port } = media.process;
    await expect(startMediaProcess({ port: { requested: port, preferred: 0 } }, systemClock, events)).rejects.toMatchObject({
      code: 'port_busy',
      detail: { port },
    });
    const second = await startMedia({ port: { requested: undefined, preferred: port } });
    expect(second.process.moved).toBe(true);
    expect(second.process.port).toBeGreaterThan(port);
    expect(await hear(second, await enter(second, 'aa', 'udp4'), await enter(second, 'bb', 'tcp4'))).toBe('hello');
  });

  it('that something else has for TCP alone is taken', async () => {
    const server = createServer().listen(0, '0.0.0.0');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    await expect(startMediaProcess({ port: { requested: port, preferred: 0 } }, systemClock, events)).rejects.toMatchObject({
      code: 'port_busy',
    });
    server.close();
  });
});
