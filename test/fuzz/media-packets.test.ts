import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { lengthOf } from '../../scripts/proofs.mjs';
import { type Caller, enter, hear, startMedia } from '../media-process/callers.ts';
import { createSeededRandom, type SeededRandom } from '../sim/random.ts';
import { damage, type Known, utterPacket, utterRtcp, utterRtp } from './media-utterance.ts';
import { type Point, slope } from './memory.ts';
import { seedsOf } from './report.ts';

/** FUZZ_SEED=n repeats one run of a thousand. */
const PACKETS_IN_ALL = lengthOf('mediaPackets');
const PACKETS_IN_A_RUN = 1_000;
/** What the smallest of the system's buffers holds. */
const BURST = 50;
/** What a process may grow by before it is warm (its nursery, three times), and for each packet, bytes. */
const WARM = 64_000_000;
const LEFT_BEHIND = 100;
/** A machine that has other things to do stands still for longer than people are waited for. */
const SILENCE = 120_000;

test(`${PACKETS_IN_ALL} damaged packets at the media port: nothing crashes, nothing grows, nobody gets more than he sent`, async () => {
  const media = await startMedia({ limits: { tcpProof: 1_000, tcpSweep: 200, silence: SILENCE } });
  const [pid] = media.process.pids;
  const [speaker, listener] = [await enter(media, 'aa', 'udp4'), await enter(media, 'bb', 'tcp4')];
  // Whoever it knows is told of by it, and of nobody by strangers.
  const stranger = await openStranger(media.process.port);
  const memory: Point[] = [];
  let done = 0;
  for (const seed of seedsOf(PACKETS_IN_ALL / PACKETS_IN_A_RUN)) {
    const random = createSeededRandom(seed);
    // Each time anew: what one has sealed cannot be sealed twice.
    const member = await enter(media, 'cc', random.pick(['udp4', 'udp6', 'tcp4']));
    const known = knownOf(member, speaker, listener);
    while (done % PACKETS_IN_A_RUN < PACKETS_IN_A_RUN - BURST) {
      for (let i = 0; i < BURST; i++) utter(random, known, member, stranger);
      done += BURST;
      await speaker.settle();
    }
    await listener.settle().catch((error: unknown) => {
      throw new Error(`seed ${seed}: ${String(error)}; ${[...media.ended, ...media.log].slice(-5).join(', ')}`);
    });
    done += await speakTcp(media.process.port, random, known);
    expect(await hear(media, speaker, listener), `seed ${seed}`).toBe('hello');
    expect(media.process.pids, `seed ${seed}: ${media.log.join()}`).toEqual([pid]);
    memory.push([done, residentOf(pid as number)]);
  }
  // It was proved that the one who came last was still there, and nobody else was put out.
  expect(media.ended.filter((line) => !line.startsWith('call cc'))).toEqual([]);
  expect(media.log).toEqual([]);
  expect(stranger.heard).toBeLessThanOrEqual(3 * stranger.said);
  const grown = (memory.at(-1) as Point)[1] - (memory[0] as Point)[1];
  expect(grown < WARM || slope(memory) < LEFT_BEHIND, `grew by ${grown}, ${slope(memory)} a packet`).toBe(true);
  stranger.socket.close();
});

/** All that a member knows; a stranger may know as much but the keys. */
function knownOf(member: Caller, ...others: readonly Caller[]): Known {
  const { answer, offer } = member.peer;
  const ssrcs = [member, ...others].flatMap(({ peer }) =>
    [...peer.offer.sends, ...peer.offer.slots].flatMap(({ ssrc, rtx }) => [ssrc, rtx]),
  );
  return {
    username: `${answer?.ufrag}:${offer.ufrag}`,
    password: answer?.pwd ?? '',
    ssrcs: [...ssrcs.filter((ssrc) => ssrc !== undefined), 0, 1, 2 ** 32 - 1],
    handshake: member.handshake,
  };
}

function utter(random: SeededRandom, known: Known, member: Caller, stranger: Stranger): void {
  const packet = utterPacket(random, known);
  const damaged = random.chance(0.8) ? damage(packet, utterPacket(random, known), random) : packet;
  switch (random.below(4)) {
    case 0:
      // Who is in has keys, and may seal what it likes.
      return member.peer.sendSealed('rtp', damage(utterRtp(random, known.ssrcs), packet, random));
    case 1:
      return member.peer.sendSealed(
        'rtcp',
        random.chance(0.5) ? utterRtcp(random, known.ssrcs) : damage(utterRtcp(random, known.ssrcs), packet, random),
      );
    case 2:
      return member.peer.sendRaw(damaged);
    default:
      stranger.say(damaged);
  }
}

interface Stranger {
  readonly socket: Socket;
  readonly said: number;
  readonly heard: number;
  say(packet: Buffer): void;
}

async function openStranger(port: number): Promise<Stranger> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  let [said, heard] = [0, 0];
  socket.on('message', (packet) => (heard += packet.length));
  return {
    socket,
    get said() {
      return said;
    },
    get heard() {
      return heard;
    },
    say(packet) {
      said += packet.length;
      socket.send(packet, port, '127.0.0.1');
    },
  };
}

/** A connection that says as many packets, in pieces of any size, with lengths that are lies. @returns how many */
async function speakTcp(port: number, random: SeededRandom, known: Known): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'connect');
  const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  for (let i = 0; i < BURST; i++) {
    const packet = damage(utterPacket(random, known), utterPacket(random, known), random);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(random.chance(0.98) ? packet.length : random.below(65_536));
    const frame = Buffer.concat([length, packet]);
    const cut = random.below(frame.length);
    socket.write(frame.subarray(0, cut));
    socket.write(frame.subarray(cut));
  }
  socket.end();
  await closed;
  return BURST;
}

const residentOf = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
