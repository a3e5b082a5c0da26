import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findRtpExtension, readRtpHeader, readRtpPayload, type RtpExtension, unwrapRtx } from '../../../../src/rtc/index.ts';
import { type Guest, type Hall, makePicture, makeSound, openHall } from './support/hall.ts';

/** What goes from whom to whom, and how it looks when it gets there. */
let hall: Hall;
beforeEach(() => {
  vi.useFakeTimers();
  hall = openHall(2);
});
afterEach(async () => {
  await hall.close();
  vi.useRealTimers();
});

const ssrcOf = ({ peer }: Guest, at: number) => peer.offer.sends[at]?.ssrc ?? 0;
const slotOf = ({ peer }: Guest, at: number) => peer.offer.slots[at]?.ssrc ?? 0;
const textOf = (packet: Buffer) =>
  readRtpPayload(packet, readRtpHeader(packet) as NonNullable<ReturnType<typeof readRtpHeader>>).toString('latin1');
/** What came into one slot. */
const got = (guest: Guest, slot: number) => guest.peer.rtp.filter((packet) => packet.readUInt32BE(8) === slotOf(guest, slot));

describe('packets', () => {
  it('come with the numbers of the one who gets them, and with nothing of the one who sent them but the payload', async () => {
    const names = [
      { id: 1, data: Buffer.from('1') },
      { id: 9, data: Buffer.from('secret') },
    ];
    const speaker = await hall.enter('aa');
    const listener = await hall.enter('bb', {
      offer: { payloads: { opus: 60, vp8: 61, rtx: 62 }, extensions: { transportCc: 14 } },
    });
    hall.want(listener, [0, speaker, 'microphone', 0], [1, speaker, 'camera', 180]);
    for (let i = 0; i < 3; i++) {
      speaker.peer.sendRtp(makeSound('sound', { ssrc: ssrcOf(speaker, 0), sequence: i, extensions: names }));
      speaker.peer.sendRtp(makePicture(i === 0, 'picture', { ssrc: ssrcOf(speaker, 1), sequence: i, extensions: names }));
    }
    await hall.pass(50);
    expect([got(listener, 0).length, got(listener, 1).length]).toEqual([3, 3]);
    const numbers = listener.peer.rtp.map((packet) => {
      const header = readRtpHeader(packet) as NonNullable<ReturnType<typeof readRtpHeader>>;
      expect(header.payloadType).toBe(header.ssrc === slotOf(listener, 0) ? 60 : 61);
      expect(findRtpExtension(packet, header, 1) ?? findRtpExtension(packet, header, 9)).toBeUndefined();
      expect(packet.includes('secret')).toBe(false);
      return findRtpExtension(packet, header, 14)?.readUInt16BE(0) ?? -1;
    });
    // One count for all that goes to this member.
    const [first = 0] = numbers;
    expect(numbers).toEqual(numbers.map((_, i) => (first + i) & 0xffff));
    expect(got(listener, 0).map(textOf)).toEqual(['sound', 'sound', 'sound']);
  });

  it('go to all who want them, and to nobody else', async () => {
    const guests: Guest[] = [];
    for (const id of ['aa', 'bb', 'cc', 'dd']) guests.push(await hall.enter(id));
    const [speaker, one, two, none] = guests as [Guest, Guest, Guest, Guest];
    const elsewhere = await hall.enter('ee', { call: 'another' });
    hall.sfu.want('another', 'ee', [{ slot: 0, device: speaker.device, source: 'microphone', height: 0 }]);
    for (const taker of [one, two]) hall.want(taker, [0, speaker, 'microphone', 0]);
    speaker.peer.sendRtp(makeSound('hello', { ssrc: ssrcOf(speaker, 0), sequence: 1 }));
    await hall.pass(20);
    expect([one, two, none, elsewhere, speaker].map(({ peer }) => peer.rtp.length)).toEqual([1, 1, 0, 0, 0]);
    hall.want(one);
    speaker.peer.sendRtp(makeSound('hello', { ssrc: ssrcOf(speaker, 0), sequence: 2 }));
    await hall.pass(20);
    expect([one, two].map(({ peer }) => peer.rtp.length)).toEqual([1, 2]);
  });

  it('of what is not there yet come when it is', async () => {
    const listener = await hall.enter('bb');
    const absent = { device: Uint8Array.of(0xaa) } as Guest;
    hall.want(listener, [0, absent, 'microphone', 0]);
    const speaker = await hall.enter('aa');
    expect(hall.demands.get('aa')).toContainEqual({ source: 'microphone', height: 1 });
    speaker.peer.sendRtp(makeSound('hello', { ssrc: ssrcOf(speaker, 0), sequence: 1 }));
    await hall.pass(20);
    expect(got(listener, 0)).toHaveLength(1);
  });

  it('of a payload type that was not offered stay here', async () => {
    const [speaker, listener] = [await hall.enter('aa'), await hall.enter('bb')];
    hall.want(listener, [0, speaker, 'microphone', 0]);
    speaker.peer.sendRtp(makeSound('plain', { ssrc: ssrcOf(speaker, 0), sequence: 1, payloadType: 13 }));
    await hall.pass(20);
    expect(listener.peer.rtp).toEqual([]);
  });

  it.each([
    ['a picture into a slot for sound', 0, 'camera'],
    ['sound into a slot for a picture', 1, 'microphone'],
    ['into a slot that there is not', 99, 'camera'],
    ['of a source that was not offered', 1, 'screen'],
  ] as const)('nobody gets %s', async (_what, slot, source) => {
    const [speaker, listener] = [await hall.enter('aa'), await hall.enter('bb')];
    hall.want(listener, [slot, speaker, source, 180]);
    speaker.peer.sendRtp(makePicture(true, 'hello', { ssrc: ssrcOf(speaker, 1), sequence: 1 }));
    speaker.peer.sendRtp(makeSound('hello', { ssrc: ssrcOf(speaker, 0), sequence: 1 }));
    await hall.pass(20);
    expect([listener.peer.rtp, [...hall.demands]]).toEqual([[], []]);
  });
});

describe('a picture in three sizes', () => {
  const LAYERS = [
    { rid: 'q', height: 180 },
    { rid: 'h', height: 360 },
    { rid: 'f', height: 720 },
  ];
  const MID = { id: 1, data: Buffer.from('7') };
  const names = (rid: string): RtpExtension[] => [MID, { id: 2, data: Buffer.from(rid) }];
  let speaker: Guest;
  let listener: Guest;
  let sequence = 0;

  beforeEach(async () => {
    speaker = await hall.enter('aa', { offer: { sends: [{ source: 'camera', mid: '7', layers: LAYERS }] } });
    listener = await hall.enter('bb');
    sequence = 0;
  });

  /** One picture of each size; those named have a key frame. Numbers are told only by names, and those only at first. */
  async function sendAll(keys: string, named = true): Promise<void> {
    sequence += 1;
    for (const [i, { rid }] of LAYERS.entries())
      speaker.peer.sendRtp(
        makePicture(keys.includes(rid), rid, { ssrc: 500 + i, sequence, timestamp: sequence * 3_000, extensions: named ? names(rid) : [] }),
      );
    await hall.pass(40);
  }
  const seen = () => got(listener, 1).map((packet) => textOf(packet).at(-1));

  it('is told apart by names, once, and forwarded in the size that is shown', async () => {
    hall.want(listener, [1, speaker, 'camera', 360]);
    await sendAll('qhf');
    await sendAll('', false);
    await sendAll('', false);
    expect(seen().join('')).toMatch(/^q*h+$/);
    expect(seen().at(-1)).toBe('h');
    const packets = got(listener, 1).map((packet) => packet.readUInt16BE(2));
    expect(packets).toEqual(packets.map((_, i) => ((packets[0] ?? 0) + i) & 0xffff));
  });

  it('changes its size at a key frame, for which its sender is asked', async () => {
    hall.want(listener, [1, speaker, 'camera', 180]);
    await sendAll('qhf');
    await sendAll('');
    speaker.peer.rtcp.splice(0);
    hall.want(listener, [1, speaker, 'camera', 720]);
    await sendAll('');
    await hall.pass(600);
    expect(speaker.peer.rtcp.filter(({ kind }) => kind === 'pli')).toContainEqual(expect.objectContaining({ media: 502 }));
    await sendAll('');
    expect(seen().at(-1)).toBe('q');
    await sendAll('f');
    await sendAll('');
    expect(seen().join('')).toMatch(/^q+ff$/);
  });

  it('is not known by a name that was not offered, nor by one that comes too late to count', async () => {
    hall.want(listener, [1, speaker, 'camera', 180]);
    const send = (ssrc: number, extensions: RtpExtension[], text = 'x') =>
      speaker.peer.sendRtp(makePicture(true, text, { ssrc, sequence: 1, extensions }));
    send(900, [MID, { id: 2, data: Buffer.from('zz') }]);
    send(901, [
      { id: 1, data: Buffer.from('9') },
      { id: 2, data: Buffer.from('q') },
    ]);
    send(902, []);
    await hall.pass(50);
    expect(listener.peer.rtp).toEqual([]);
    // As many as nobody has who means well: then no more are learnt.
    for (let ssrc = 1_000; ssrc < 1_100; ssrc++) send(ssrc, names('f'));
    await hall.pass(50);
    send(2_000, names('q'), 'q');
    await hall.pass(50);
    expect(seen()).not.toContain('q');
  });
});

describe('a network that loses and shuffles', () => {
  it.each([1, 2, 3, 4, 5])('takes nothing away that is asked for again in time: seed %i', async (seed) => {
    hall = openHall(seed);
    const [speaker, listener] = [await hall.enter('aa'), await hall.enter('bb')];
    hall.want(listener, [1, speaker, 'camera', 180]);
    const sealed = new Map<number, Buffer>();
    const PICTURES = 200;
    const base = slotOf(listener, 1);
    const rtx = listener.peer.offer.slots[1]?.rtx ?? 0;

    /** By their number, whichever way they came; counted from the first. */
    const have = () => {
      const packets = new Map<number, string>();
      for (const packet of listener.peer.rtp) {
        const ssrc = packet.readUInt32BE(8);
        const whole = ssrc === rtx ? unwrapRtx(packet, { ssrc: base, payloadType: 96 }) : packet;
        if (whole?.readUInt32BE(8) === base) packets.set(whole.readUInt16BE(2), textOf(whole));
      }
      return packets;
    };
    for (let i = 0; i < PICTURES + 40; i++) {
      if (i < PICTURES) {
        speaker.peer.sendRtp(
          makePicture(i % 50 === 0, `picture ${i};`, {
            ssrc: ssrcOf(speaker, 1),
            sequence: i + 60_000 > 65_535 ? i - 5_536 : i + 60_000,
            timestamp: i * 6_000,
          }),
        );
        sealed.set(i, speaker.sent.at(-1) as Buffer);
      }
      // The first one gets through: nobody asks for what came before all that he has seen.
      if (i === 1) hall.weather = { loss: 0.05, delay: 5, jitter: 25 };
      // Both ends do what every player does: say what is missing, and say again what is asked for.
      for (const said of speaker.peer.rtcp.splice(0)) {
        if (said.kind !== 'nack') continue;
        for (const sequence of said.sequences) speaker.peer.sendRaw(sealed.get((sequence - 60_000) & 0xffff));
      }
      const numbers = [...have().keys()];
      const first = numbers[0] ?? 0;
      const there = new Set(numbers.map((number) => ((number - first) << 16) >> 16));
      const missing: number[] = [];
      for (let at = Math.min(...there); at < Math.max(...there); at++) if (!there.has(at)) missing.push((at + first) & 0xffff);
      if (missing.length > 0)
        listener.peer.sendRtcp(
          { kind: 'receiver_report', ssrc: 1, blocks: [] },
          { kind: 'nack', sender: 1, media: base, sequences: missing },
        );
      await hall.pass(66);
    }
    const texts = new Set([...have().values()].map((text) => /picture (\d+);/.exec(text)?.[1]));
    expect(texts.size).toBe(PICTURES);
  });
});

describe('what is said beside', () => {
  it('a publisher is asked for a key frame when somebody begins to look, and not without end', async () => {
    const [speaker, listener] = [await hall.enter('aa'), await hall.enter('bb')];
    speaker.peer.sendRtp(makePicture(false, 'x', { ssrc: ssrcOf(speaker, 1), sequence: 1 }));
    hall.want(listener, [1, speaker, 'camera', 180]);
    await hall.pass(50);
    const asked = () => speaker.peer.rtcp.filter(({ kind }) => kind === 'pli').length;
    expect(asked()).toBe(1);
    for (let i = 0; i < 100; i++) {
      listener.peer.sendRtcp({ kind: 'receiver_report', ssrc: 1, blocks: [] }, { kind: 'pli', sender: 1, media: slotOf(listener, 1) });
      await hall.pass(10);
    }
    expect(asked()).toBeGreaterThanOrEqual(2);
    expect(asked()).toBeLessThanOrEqual(4);
  });

  it('a publisher hears how its packets come, and a listener what time it is', async () => {
    const [speaker, listener] = [await hall.enter('aa'), await hall.enter('bb')];
    hall.want(listener, [0, speaker, 'microphone', 0]);
    for (let i = 0; i < 150; i++) {
      const count = Buffer.alloc(2);
      count.writeUInt16BE(i);
      speaker.peer.sendRtp(makeSound('x', { ssrc: ssrcOf(speaker, 0), sequence: i, extensions: [{ id: 4, data: count }] }));
      if (i % 50 === 0)
        speaker.peer.sendRtcp({
          kind: 'sender_report',
          ssrc: ssrcOf(speaker, 0),
          ntp: BigInt(i) << 32n,
          timestamp: i * 960,
          packets: i,
          bytes: i,
          blocks: [],
        });
      await hall.pass(20);
    }
    const said = speaker.peer.rtcp;
    const block = said.flatMap((packet) => (packet.kind === 'receiver_report' ? packet.blocks : [])).at(-1);
    expect(block).toMatchObject({ ssrc: ssrcOf(speaker, 0), lost: 0 });
    const told = said.flatMap((packet) =>
      packet.kind === 'transport' ? packet.arrivals.map((time, i) => [packet.base + i, time] as const) : [],
    );
    expect(told.filter(([, time]) => time !== undefined).length).toBeGreaterThan(130);
    const reports = listener.peer.rtcp.filter((packet) => packet.kind === 'sender_report');
    expect(reports.length).toBeGreaterThanOrEqual(2);
    expect(reports.at(-1)).toMatchObject({ ssrc: slotOf(listener, 0) });
  });

  it('a listener with more streams than one packet has room for hears of all of them', async () => {
    const [speaker, listener] = [await hall.enter('aa'), await hall.enter('bb', { slots: 64 })];
    const sounds = listener.peer.offer.slots.flatMap(({ kind }, slot) => (kind === 'audio' ? [slot] : []));
    const pictures = listener.peer.offer.slots.flatMap(({ kind }, slot) => (kind === 'video' ? [slot] : []));
    hall.want(
      listener,
      ...sounds.map((slot) => [slot, speaker, 'microphone', 0] as const),
      ...pictures.map((slot) => [slot, speaker, 'camera', 180] as const),
    );
    for (let i = 0; i < 60; i++) {
      speaker.peer.sendRtp(makeSound('x', { ssrc: ssrcOf(speaker, 0), sequence: i }));
      speaker.peer.sendRtp(makePicture(i === 0, 'x', { ssrc: ssrcOf(speaker, 1), sequence: i, timestamp: i * 1_800 }));
      const about = { ntp: BigInt(i) << 32n, packets: i, bytes: i, blocks: [] };
      if (i === 10)
        speaker.peer.sendRtcp(
          { kind: 'sender_report', ssrc: ssrcOf(speaker, 0), timestamp: i * 960, ...about },
          { kind: 'sender_report', ssrc: ssrcOf(speaker, 1), timestamp: i * 1_800, ...about },
        );
      await hall.pass(20);
      listener.peer.check();
    }
    const reported = new Set(listener.peer.rtcp.flatMap((packet) => (packet.kind === 'sender_report' ? [packet.ssrc] : [])));
    expect(reported.size).toBe(64);
    expect(listener.longest).toBeLessThan(1_300);
  });

  it('nothing in what a member reports reaches others, whatever numbers it names', async () => {
    const [speaker, listener, third] = [await hall.enter('aa'), await hall.enter('bb'), await hall.enter('cc')];
    hall.want(listener, [1, speaker, 'camera', 180]);
    speaker.peer.sendRtp(makePicture(true, 'x', { ssrc: ssrcOf(speaker, 1), sequence: 1 }));
    await hall.pass(1_000);
    const before = [listener.peer.rtp.length, speaker.peer.rtcp.filter(({ kind }) => kind === 'pli').length];
    for (const media of [ssrcOf(speaker, 1), slotOf(listener, 1)])
      third.peer.sendRtcp(
        { kind: 'receiver_report', ssrc: 1, blocks: [] },
        { kind: 'pli', sender: 1, media },
        { kind: 'nack', sender: 1, media, sequences: [...got(listener, 1)].map((packet) => packet.readUInt16BE(2)) },
      );
    await hall.pass(700);
    expect([listener.peer.rtp.length, speaker.peer.rtcp.filter(({ kind }) => kind === 'pli').length]).toEqual(before);
  });
});
