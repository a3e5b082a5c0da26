import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { addMadeUpHeader, isKeyFrame } from '../../src/client/node/calls/frames/made-up-header.ts';
import { cutPicture } from '../../src/client/node/calls/frames/picture-packets.ts';
import { createSealing } from '../../src/client/node/calls/frames/sealing.ts';
import { buildRtp } from '../../src/rtc/index.ts';
import { shareOf } from '../node-calls/tone.ts';
import { type Caller, createCaller } from '../support/caller.ts';
import {
  countAlike,
  decodePictures,
  decodeSound,
  encodePictures,
  encodeTone,
  PICTURE,
  SOUND_FRAME,
  TONE,
} from '../support/encoded-media.ts';
import { findFreePort } from '../support/free-port.ts';
import { gather, ROOM } from '../support/gathering.ts';
import { startRelay, temporaryFolder } from '../support/programs.ts';
import { framesOf, guesses, openFrames, packetsOf } from '../support/recorded-call.ts';

/**
 * Who is a member as far as the relay knows and has no keys of the group, and who records each datagram that comes to the media port and leaves
 * it, gets to see and to hear nothing. A real relay, a real media process, a real encoder and a real decoder; and each means of finding out
 * is shown to find what is there to be found: with the key in the very same recording, and without one where nobody seals.
 */
const SECONDS = 3;
const KEYS = { epoch: 5n, baseKey: randomBytes(16), leaf: 0 };
/** Of what was sent, so much gets through a machine that is busy with other things. */
const MOST = 0.8;

let [pictures, sounds]: [Buffer[], Buffer[]] = [[], []];
let originals: Buffer[] = [];

beforeAll(async () => {
  [pictures, sounds] = await Promise.all([encodePictures(SECONDS), encodeTone(SECONDS)]);
  originals = await decodePictures(pictures);
});

test('what is sent can be seen and heard as it is', async () => {
  expect(originals).toHaveLength(SECONDS * PICTURE.rate);
  expect(shareOf(TONE, await decodeSound(sounds))).toBeGreaterThan(0.9);
});

/** One call: anna sends all there is, nora wants it. */
async function record(isSealed: boolean): Promise<{ anna: Caller; nora: Caller; all: Buffer[] }> {
  const media = await findFreePort();
  const { listening } = await startRelay(join(temporaryFolder(), 'relay'), { web: 0, chat: 0, files: 0, media });
  const guests = await gather(listening, 2);
  // Without numbers for bandwidth: nobody says how it is, and nothing is held back.
  const [anna, nora] = (await Promise.all(guests.map((guest) => createCaller(guest, ROOM, { extensions: { mid: 1 } })))) as [
    Caller,
    Caller,
  ];
  await Promise.all([anna.join(), nora.join()]);
  const { device } = anna.guest.keys;
  nora.want([
    { slot: 0, device, source: 'microphone', height: 0 },
    { slot: 1, device, source: 'camera', height: PICTURE.height },
  ]);
  await anna.guest.next('call.demand');
  await publish(anna, isSealed);
  // A last word of each, as nothing else says that all is there.
  const ends = new Set(nora.peer.offer.slots.slice(0, 2).map(({ ssrc }) => ssrc));
  await nora.untilRtp((packet) => {
    if (packet.subarray(-4).equals(END)) ends.delete(packet.readUInt32BE(8));
    return ends.size === 0;
  });
  return { anna, nora, all: [anna, nora].flatMap(({ wire }) => wire.map(({ packet }) => packet)) };
}

const END = Buffer.from('ende');

async function publish({ peer }: Caller, isSealed: boolean): Promise<void> {
  const sealing = createSealing();
  sealing.rekey(KEYS);
  const [sound, picture] = peer.offer.sends as [(typeof peer.offer.sends)[number], (typeof peer.offer.sends)[number]];
  let [soundNumber, pictureNumber] = [0, 0];

  async function sendSound(i: number): Promise<void> {
    const frame = i < sounds.length ? (sounds[i] as Buffer) : END;
    const payload = isSealed && frame !== END ? ((await sealing.seal('microphone', frame)) as Uint8Array) : frame;
    peer.sendRtp(
      buildRtp({ payloadType: 111, sequence: soundNumber++, timestamp: i * 960, ssrc: sound.ssrc as number }, Buffer.from(payload)),
    );
  }

  async function sendPicture(i: number): Promise<void> {
    const frame = i < pictures.length ? (pictures[i] as Buffer) : Buffer.concat([Buffer.from([0x11]), END]);
    const whole =
      isSealed && i < pictures.length ? addMadeUpHeader((await sealing.seal('camera', frame)) as Uint8Array, isKeyFrame(frame)) : frame;
    const payloads = cutPicture(whole, i);
    for (const [at, payload] of payloads.entries()) {
      const numbers = { sequence: pictureNumber++, timestamp: i * (90_000 / PICTURE.rate), ssrc: picture.ssrc as number };
      peer.sendRtp(buildRtp({ payloadType: 96, marker: at === payloads.length - 1, ...numbers }, payload));
    }
  }

  let pictureAt = 0;
  for (let i = 0; i <= sounds.length || pictureAt <= pictures.length; i++) {
    if (i <= sounds.length) await sendSound(i);
    for (; pictureAt <= pictures.length && pictureAt * (1_000 / PICTURE.rate) <= i * SOUND_FRAME; pictureAt++) await sendPicture(pictureAt);
    // About as fast as it is: what comes all at once is lost at the first socket.
    await new Promise((resolve) => setTimeout(resolve, SOUND_FRAME / 2));
  }
}

/** Of all ways to look at these frames, the one that shows most. */
async function see(frames: readonly Buffer[]): Promise<number> {
  const seen = await Promise.all(guesses(frames).map(async (guess) => countAlike(await decodePictures(guess), originals)));
  return Math.max(...seen);
}

async function hear(frames: readonly Buffer[]): Promise<number> {
  const heard = await Promise.all(guesses(frames).map(async (guess) => shareOf(TONE, await decodeSound(guess))));
  return Math.max(...heard);
}

/** Frames of which some bytes stand as they are in what was recorded. */
function countClear(frames: readonly Buffer[], recorded: readonly Buffer[]): number {
  const haystack = Buffer.concat(recorded);
  const bits = frames.filter((frame) => frame.length >= 40).map((frame) => frame.subarray(16, 32));
  return bits.filter((bit) => haystack.includes(bit)).length;
}

const framesIn = (packets: readonly Buffer[]) => ({ camera: framesOf(packets, 96, 'video'), microphone: framesOf(packets, 111, 'audio') });

describe('a call that is sealed', () => {
  let call: Awaited<ReturnType<typeof record>>;
  const incoming = () => call.nora.wire.filter(({ at }) => at === 'in').map(({ packet }) => packet);
  const outgoing = () => call.anna.wire.filter(({ at }) => at === 'out').map(({ packet }) => packet);
  const opened = () => packetsOf(incoming(), call.nora.peer.keys?.theirs);

  test('shows nothing to who records every datagram on the port', async () => {
    call = await record(true);
    const packets = packetsOf(call.all);
    // There is something to be seen.
    expect(packets.length).toBeGreaterThan((sounds.length + pictures.length) * 2 * MOST);
    const { camera, microphone } = framesIn(packets);
    expect([await see(camera), countClear([...pictures, ...sounds], call.all)]).toEqual([0, 0]);
    expect(await hear(microphone)).toBeLessThan(0.1);
  });

  test('shows nothing to a member of the relay’s room without keys, nor to the media process: they get past the transport, and no further', async () => {
    const { camera, microphone } = framesIn(opened());
    expect([camera.length > pictures.length * MOST, microphone.length > sounds.length * MOST]).toEqual([true, true]);
    expect([await see(camera), countClear([...pictures, ...sounds], opened())]).toEqual([0, 0]);
    expect(await hear(microphone)).toBeLessThan(0.1);
    const wrong = { ...KEYS, baseKey: randomBytes(16) };
    expect([await openFrames(camera, wrong, 'camera'), await openFrames(microphone, wrong, 'microphone')]).toEqual([[], []]);
  });

  test('is seen and heard by who has the key, in the very same recording, on both ways', async () => {
    for (const packets of [opened(), packetsOf(outgoing(), call.anna.peer.keys?.ours)]) {
      const { camera, microphone } = framesIn(packets);
      const seen = await openFrames(camera, KEYS, 'camera');
      expect(countAlike(await decodePictures(seen), originals)).toBeGreaterThan(pictures.length * MOST);
      expect(shareOf(TONE, await decodeSound(await openFrames(microphone, KEYS, 'microphone')))).toBeGreaterThan(0.9);
    }
  });
});

test('the same eyes and ears see and hear a call that is not sealed', async () => {
  const { nora, all } = await record(false);
  const packets = packetsOf(
    nora.wire.filter(({ at }) => at === 'in').map(({ packet }) => packet),
    nora.peer.keys?.theirs,
  );
  const { camera, microphone } = framesIn(packets);
  expect(await see(camera)).toBeGreaterThan(pictures.length * MOST);
  expect(await hear(microphone)).toBeGreaterThan(0.9);
  expect(countClear(pictures, packets)).toBeGreaterThan(pictures.length * 0.5);
  // The transport alone keeps it from who is on the network; not from the relay.
  expect(countClear(pictures, all)).toBe(0);
});
