import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { buildRtp, makeDtlsCertificate } from '../../src/rtc/index.ts';
import { systemClock } from '../../src/server/clock.ts';
import { startMediaProcess } from '../../src/server/media/process/supervisor.ts';
import { type CallPeer, createCallPeer, makeOffer } from '../support/call-peer.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

it('forwards over UDP what is wanted', async () => {
  const events: string[] = [];
  const media = await startMediaProcess({ port: { requested: 0, preferred: 9020 } }, systemClock, {
    onEnded: (_call, member, code) => events.push(`${member} ${code}`),
    onDemand: (_call, member, demand) => events.push(`${member} ${JSON.stringify(demand)}`),
    onDeath: () => events.push('death'),
    onBack: () => events.push('back'),
    onLog: (line) => events.push(line),
  });
  cleanups.push(media.stop);
  const join = async (member: string, base: number): Promise<CallPeer> => {
    const certificate = await makeDtlsCertificate();
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    cleanups.push(() => socket.close());
    const opened = new Promise<void>((resolve) => {
      const peer = createCallPeer(makeOffer(certificate.fingerprint, base, 4), {
        certificate,
        send: (packet) => socket.send(packet, media.port, '127.0.0.1'),
        onOpen: resolve,
        onRtp: () => socket.emit('rtp'),
      });
      peers.push(peer);
      socket.on('message', (packet) => peer.receive(packet));
    });
    const peer = peers.at(-1) as CallPeer;
    peer.answer = await media.join('aa', member, peer.offer);
    peer.check();
    peer.connect();
    await opened;
    return Object.assign(peer, { socket });
  };
  const peers: CallPeer[] = [];
  const a = await join('aa01', 1000);
  const b = await join('aa02', 5000);
  media.want('aa', 'aa02', [{ slot: 1, device: Uint8Array.of(0xaa, 1), source: 'camera', height: 180 }]);
  const got = once((b as unknown as { socket: NodeJS.EventEmitter }).socket, 'rtp', { signal: AbortSignal.timeout(5_000) });
  for (let i = 0; i < 50 && b.rtp.length === 0; i++) {
    a.sendRtp(
      buildRtp({ payloadType: 96, sequence: i, timestamp: i * 3000, ssrc: 1001 }, Buffer.from('1010009d012a0200020068656c6c6f', 'hex')),
    );
    await Promise.race([got, new Promise((resolve) => setTimeout(resolve, 20))]);
  }
  expect(b.rtp[0]?.readUInt32BE(8)).toBe(5102);
  expect(b.rtp[0]?.subarray(-5).toString()).toBe('hello');
  await expect.poll(() => events).toEqual(['aa01 [{"source":"microphone","height":0},{"source":"camera","height":180}]']);
});
