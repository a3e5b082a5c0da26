import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildRtp, createSrtpSender, decodeStun, encodeBindingRequest, makeDtlsCertificate } from '../../../../src/rtc/index.ts';
import type { Remote } from '../../../../src/server/media/sfu/paths.ts';
import { CALM, certificates, type Guest, type Hall, makePicture, openHall } from './support/hall.ts';

/** Who may speak, and from where. */
let hall: Hall;
beforeEach(() => {
  vi.useFakeTimers();
  hall = openHall(1);
});
afterEach(async () => {
  await hall.close();
  vi.useRealTimers();
});

const STRANGER = { address: '198.51.100.7', port: 9 };
const requestOf = (guest: Guest, changes: Partial<Parameters<typeof encodeBindingRequest>[0]> = {}) =>
  encodeBindingRequest({
    username: `${guest.peer.answer?.ufrag}:${guest.peer.offer.ufrag}`,
    password: guest.peer.answer?.pwd ?? '',
    priority: 1,
    role: 'controlling',
    tieBreaker: 1n,
    useCandidate: true,
    ...changes,
  });

/** What comes back to somebody whom nobody knows. */
async function ask(datagram: Buffer): Promise<Buffer[]> {
  hall.stray.splice(0);
  hall.sfu.receive('udp', STRANGER, datagram);
  await hall.pass(10);
  return hall.stray.splice(0);
}

describe('checks', () => {
  it('are answered with where they came from, in less than three times their size', async () => {
    const guest = await hall.join('aa');
    const request = requestOf(guest);
    const [answer, ...others] = await ask(request);
    expect(others).toEqual([]);
    expect(decodeStun(answer as Buffer)).toMatchObject({ kind: 'response', mappedAddress: STRANGER });
    expect(answer?.length).toBeLessThan(3 * request.length);
  });

  it('are not answered where the password, a name or the checksum is wrong', async () => {
    const guest = await hall.join('aa');
    const { ufrag = '' } = guest.peer.answer ?? {};
    expect(await ask(requestOf(guest, { password: 'another password altogether' }))).toEqual([]);
    expect(await ask(requestOf(guest, { username: `nobody:${guest.peer.offer.ufrag}` }))).toEqual([]);
    expect(await ask(requestOf(guest, { username: `${ufrag}:another` }))).toEqual([]);
    expect(await ask(requestOf(guest, { username: ufrag }))).toEqual([]);
    const damaged = requestOf(guest);
    damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1);
    expect(await ask(damaged)).toEqual([]);
    // Without it the same bytes could be something else.
    const unfinished = requestOf(guest).subarray(0, -8);
    unfinished.writeUInt16BE(unfinished.length - 20, 2);
    expect(await ask(unfinished)).toEqual([]);
    expect(hall.sfu.knows('udp', STRANGER)).toBe(false);
  });

  it('of somebody who takes itself for the controlled one are told so, and prove nothing', async () => {
    const guest = await hall.join('aa');
    const [answer] = await ask(requestOf(guest, { role: 'controlled' }));
    expect(decodeStun(answer as Buffer)).toMatchObject({ kind: 'error', errorCode: 487 });
    expect(hall.sfu.knows('udp', STRANGER)).toBe(false);
  });

  it('of a member that has left are not answered', async () => {
    const guest = await hall.join('aa');
    hall.sfu.leave('call', 'aa');
    expect(await ask(requestOf(guest))).toEqual([]);
  });

  it('take no address away from somebody who speaks from there, until it is silent', async () => {
    const [victim, thief] = [await hall.enter('aa'), await hall.join('bb')];
    thief.remote = victim.remote;
    thief.peer.check();
    await hall.pass(10);
    expect(thief.peer.answers).toBe(0);
    await hall.pass(7_000);
    thief.peer.check();
    await hall.pass(10);
    expect(thief.peer.answers).toBe(1);
  });

  it('from more and more addresses hold no more than eight', async () => {
    const guest = await hall.enter('aa');
    const home = guest.remote;
    for (let port = 1; port <= 50; port++) {
      guest.remote = { address: '192.0.2.99', port };
      guest.peer.check({ useCandidate: false });
      await hall.pass(10);
    }
    const known = Array.from({ length: 50 }, (_, i) => hall.sfu.knows('udp', { address: '192.0.2.99', port: i + 1 }));
    expect(known.filter(Boolean)).toHaveLength(7);
    expect(known.slice(-7)).not.toContain(false);
    // Where it is stays.
    expect(hall.sfu.knows('udp', home)).toBe(true);
  });
});

describe('handshakes', () => {
  it('begin only where a check was made', async () => {
    const guest = await hall.join('aa');
    guest.peer.connect();
    await hall.pass(3_000);
    expect([guest.peer.isOpen, guest.arrived.size]).toEqual([false, 0]);
    guest.peer.check();
    await hall.pass(5_000);
    expect(guest.peer.isOpen).toBe(true);
  });

  it('by somebody else than was announced end the stay', async () => {
    const guest = await hall.join('aa', { certificate: certificates[0] as never, offer: { fingerprint: new Uint8Array(32) } });
    guest.peer.check();
    guest.peer.connect();
    await hall.pass(1_000);
    expect([guest.peer.isOpen, hall.ended]).toEqual([false, ['call aa call_refused']]);
  });

  it('with somebody else than the SFU fail at the device', async () => {
    const guest = await hall.join('aa');
    guest.peer.answer = {
      ...(guest.peer.answer as NonNullable<typeof guest.peer.answer>),
      fingerprint: (await makeDtlsCertificate()).fingerprint,
    };
    guest.peer.check();
    guest.peer.connect();
    await hall.pass(1_000);
    expect([guest.peer.ends, hall.ended]).toEqual([['wrong_certificate'], ['call aa call_refused']]);
  });

  it.each(['AEAD_AES_128_GCM', 'AES_CM_128_HMAC_SHA1_80'] as const)(
    'come to their end on a network that loses a third: %s',
    async (profile) => {
      for (let seed = 0; seed < 10; seed++) {
        const hall = openHall(seed);
        hall.weather = { loss: 0.33, delay: 5, jitter: 40 };
        const guest = await hall.enter('aa', { profile });
        expect(guest.peer.isOpen).toBe(true);
        await hall.sfu.close();
      }
    },
  );
});

describe('a member', () => {
  async function talk(): Promise<{ speaker: Guest; listener: Guest; say: () => Promise<number> }> {
    const [speaker, listener] = [await hall.enter('aa'), await hall.enter('bb')];
    hall.want(listener, [1, speaker, 'camera', 180]);
    let sequence = 0;
    const say = async () => {
      const before = listener.peer.rtp.length;
      speaker.peer.sendRtp(makePicture(true, 'hello', { ssrc: speaker.peer.offer.sends[1]?.ssrc ?? 0, sequence: sequence++ }));
      await hall.pass(20);
      return listener.peer.rtp.length - before;
    };
    return { speaker, listener, say };
  }

  it('is followed to where it says that it is, in either direction, without a new handshake', async () => {
    const { speaker, listener, say } = await talk();
    expect(await say()).toBe(1);
    const [before, after] = [listener.remote, { address: '2001:db8:0:0:0:0:0:9', port: 1_234 }];
    const bytesAt = ({ address, port }: Remote) => listener.arrived.get(`${address}:${port}`) ?? 0;
    /** What one packet more brings to each of the two. */
    const sayTo = async () => {
      const [here, there] = [bytesAt(before), bytesAt(after)];
      expect(await say()).toBe(1);
      return [bytesAt(before) > here, bytesAt(after) > there];
    };
    listener.remote = after;
    listener.peer.check({ useCandidate: false });
    await hall.pass(10);
    // Trying a way is not moving.
    expect(await sayTo()).toEqual([true, false]);
    listener.peer.check();
    await hall.pass(10);
    expect(await sayTo()).toEqual([false, true]);
    listener.remote = before;
    listener.peer.check({ useCandidate: false });
    await hall.pass(10);
    expect(await sayTo()).toEqual([false, true]);
    listener.peer.check();
    await hall.pass(10);
    expect(await sayTo()).toEqual([true, false]);
    speaker.remote = { address: '192.0.2.200', port: 5 };
    speaker.peer.check();
    await hall.pass(10);
    expect(await say()).toBe(1);
    expect(hall.ended).toEqual([]);
  });

  it('is not heard from an address that it has not proved, and is from all that it has', async () => {
    const { speaker, say } = await talk();
    expect(await say()).toBe(1);
    const home = speaker.remote;
    speaker.remote = STRANGER;
    expect(await say()).toBe(0);
    speaker.peer.check({ useCandidate: false });
    await hall.pass(10);
    expect(await say()).toBe(1);
    speaker.remote = home;
    expect(await say()).toBe(1);
  });

  it('is not spoken for by others: a packet once more, damaged, or sealed by somebody else is none', async () => {
    const { speaker, listener, say } = await talk();
    await say();
    const held = [speaker.sent.at(-1) as Buffer];
    const damaged = Buffer.from(held[0] as Buffer);
    damaged.writeUInt16BE(7, 2);
    held.push(damaged);
    const forged = createSrtpSender({ profile: 'AEAD_AES_128_GCM', key: new Uint8Array(16), salt: new Uint8Array(12) });
    const ssrc = speaker.peer.offer.sends[1]?.ssrc ?? 0;
    held.push(forged.protectRtp(buildRtp({ payloadType: 96, sequence: 50, timestamp: 1, ssrc }, Buffer.alloc(100))) as Buffer);
    held.push(buildRtp({ payloadType: 96, sequence: 51, timestamp: 1, ssrc }, Buffer.alloc(100)));
    const before = listener.peer.rtp.length;
    for (const packet of held) hall.sfu.receive('udp', speaker.remote, packet);
    await hall.pass(20);
    expect(listener.peer.rtp.length).toBe(before);
  });

  it('of whom nothing comes for 15 s is put out, and not before', async () => {
    const { say } = await talk();
    await hall.pass(14_000);
    expect(hall.ended).toEqual([]);
    expect(await say()).toBe(1);
    await hall.pass(2_000);
    expect(hall.ended).toEqual(['call bb call_silent']);
    await hall.pass(14_000);
    expect(hall.ended).toEqual(['call bb call_silent', 'call aa call_silent']);
  });

  it('that only checks stays', async () => {
    const guest = await hall.enter('aa');
    for (let i = 0; i < 10; i++) {
      await hall.pass(5_000);
      guest.peer.check();
    }
    expect(hall.ended).toEqual([]);
  });

  it('that never comes is put out', async () => {
    await hall.join('aa');
    await hall.pass(16_000);
    expect(hall.ended).toEqual(['call aa call_silent']);
  });

  it('that closes its transport is put out at once', async () => {
    const guest = await hall.enter('aa');
    guest.peer.close();
    await hall.pass(20);
    expect(hall.ended).toEqual(['call aa call_silent']);
  });

  it('in whose name something goes wrong here is out, and nobody else', async () => {
    const { speaker, say } = await talk();
    // Nobody knows how: that is what a defect is.
    hall.fail = () => {
      hall.fail = undefined;
      throw new Error('a defect');
    };
    await say();
    expect(hall.faults.splice(0)).toEqual([new Error('a defect')]);
    expect(hall.ended).toEqual(['call aa call_lost']);
    expect(hall.sfu.knows('udp', speaker.remote)).toBe(false);
  });

  it('that leaves gets nothing and is heard no more, in that instant', async () => {
    const { speaker, listener, say } = await talk();
    await say();
    hall.weather = { ...CALM, delay: 0 };
    hall.sfu.leave('call', listener.id);
    expect(await say()).toBe(0);
    expect(hall.sfu.knows('udp', listener.remote)).toBe(false);
    hall.sfu.leave('call', speaker.id);
    expect(await say()).toBe(0);
    expect(hall.ended).toEqual([]);
  });

  it('that comes again takes the place of what it was', async () => {
    const { speaker, listener, say } = await talk();
    await say();
    const again = await hall.enter('aa');
    expect(again.peer.answer?.ufrag).not.toBe(speaker.peer.answer?.ufrag);
    expect(await say()).toBe(0);
    const ssrc = again.peer.offer.sends[1]?.ssrc ?? 0;
    const before = listener.peer.rtp.length;
    again.peer.sendRtp(makePicture(true, 'again', { ssrc, sequence: 1 }));
    await hall.pass(20);
    // What the listener wanted of this device it gets from it.
    expect(listener.peer.rtp.length - before).toBe(1);
    expect(hall.ended).toEqual([]);
  });
});
