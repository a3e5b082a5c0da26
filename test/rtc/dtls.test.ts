import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDtls, formatFingerprint, makeDtlsCertificate, parseFingerprint } from '../../src/rtc/index.ts';
import { createSeededRandom } from '../sim/random.ts';
import { certificates, deliverAll, type End, joinDtls, otherOf, settle, type Side } from './support/dtls-pair.ts';

const SIDES: readonly Side[] = ['client', 'server'];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
});

function expectConnected({ client, server }: Record<Side, End>): void {
  expect([client.dtls.state, server.dtls.state]).toEqual(['connected', 'connected']);
  expect([client.keys.length, server.keys.length]).toEqual([1, 1]);
  expect(client.keys[0]?.ours).toEqual(server.keys[0]?.theirs);
  expect(client.keys[0]?.theirs).toEqual(server.keys[0]?.ours);
  expect(client.keys[0]?.ours.key).not.toEqual(client.keys[0]?.theirs.key);
}

describe('a handshake', () => {
  it('gives both sides the same keys, AES-GCM first, in four flights', async () => {
    const pair = joinDtls(deliverAll);
    await settle();
    expectConnected(pair);
    expect(pair.client.keys[0]?.profile).toBe('AEAD_AES_128_GCM');
    expect(pair.client.sent.length + pair.server.sent.length).toBe(4);
    expect(pair.client.sent.every(({ length }) => length <= 1_200)).toBe(true);
  });

  it('gives other keys each time', async () => {
    const [one, two] = [joinDtls(deliverAll), joinDtls(deliverAll)];
    await settle();
    expect(one.client.keys[0]?.ours.key).not.toEqual(two.client.keys[0]?.ours.key);
  });

  it.each(SIDES)('takes the profile that both have, where the %s has one', async (side) => {
    const pair = joinDtls(deliverAll, { [side]: { profiles: ['AES_CM_128_HMAC_SHA1_80'] } });
    await settle();
    expectConnected(pair);
    expect(pair[side].keys[0]).toMatchObject({ profile: 'AES_CM_128_HMAC_SHA1_80', ours: { salt: { length: 14 } } });
  });

  it('fails where they have none in common, and both know', async () => {
    const pair = joinDtls(deliverAll, {
      client: { profiles: ['AES_CM_128_HMAC_SHA1_80'] },
      server: { profiles: ['AEAD_AES_128_GCM'] },
    });
    await settle();
    expect([pair.server.ends, pair.client.ends]).toEqual([['unsupported'], ['refused']]);
  });

  it('ends for both when one closes it', async () => {
    const pair = joinDtls(deliverAll);
    await settle();
    pair.client.dtls.close();
    pair.client.dtls.close();
    await settle();
    expect([pair.client.ends, pair.server.ends]).toEqual([['closed'], ['closed_by_peer']]);
    expect([pair.client.dtls.state, pair.server.dtls.state]).toEqual(['ended', 'ended']);
  });
});

describe('who the peer is', () => {
  it.each(SIDES)('the %s gives no keys where the certificate is another one than was announced', async (side) => {
    const pair = joinDtls(deliverAll, { [side]: { peerFingerprint: certificates.stranger.fingerprint } });
    await settle();
    expect(pair[side].ends).toEqual(['wrong_certificate']);
    expect(pair[otherOf(side)].ends).toEqual(['refused']);
    expect([...pair.client.keys, ...pair.server.keys]).toEqual([]);
  });

  it.each(SIDES)('the %s gives no keys to who has copied the right certificate and has not its key', async (side) => {
    const { der, fingerprint } = certificates[otherOf(side)];
    const thief = { der, fingerprint, privateKey: certificates.stranger.privateKey };
    const pair = joinDtls(deliverAll, { [otherOf(side)]: { certificate: thief } });
    await settle();
    expect(pair[side].ends).toEqual(['not_authentic']);
    expect([...pair.client.keys, ...pair.server.keys]).toEqual([]);
  });

  it('no keys come of a handshake in which somebody changed a byte that both would accept', async () => {
    // The list of suites in the first hello: the server takes the only one that it knows anyhow.
    const pair = joinDtls((datagram, to, pair) => {
      const at = datagram.indexOf(Buffer.from('c02b00ff', 'hex'));
      if (at >= 0) datagram.writeUInt16BE(0x00fe, at + 2);
      deliverAll(datagram, to, pair);
    });
    await settle();
    expect(pair.server.ends).toEqual(['not_authentic']);
    expect([...pair.client.keys, ...pair.server.keys]).toEqual([]);
  });

  it('a wrong length of the announced fingerprint fits nobody', async () => {
    const pair = joinDtls(deliverAll, { server: { peerFingerprint: certificates.client.fingerprint.subarray(0, 31) } });
    await settle();
    expect(pair.server.ends).toEqual(['wrong_certificate']);
  });
});

describe('a network that is not good', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'loses, repeats and shuffles datagrams: keys come all the same (seed %i)',
    async (seed) => {
      const random = createSeededRandom(seed);
      const chance = (part: number) => random.next() < part;
      const held: { datagram: Buffer; to: Side }[] = [];
      const pair = joinDtls((datagram, to, pair) => {
        if (chance(0.3)) return;
        if (chance(0.3)) held.push({ datagram, to });
        else deliverAll(datagram, to, pair);
        if (chance(0.2)) deliverAll(datagram, to, pair);
        if (chance(0.5)) for (const late of held.splice(0)) deliverAll(late.datagram, late.to, pair);
      });
      for (let i = 0; i < 140 && (pair.client.keys.length === 0 || pair.server.keys.length === 0); i++) {
        await vi.advanceTimersByTimeAsync(100);
      }
      expectConnected(pair);
    },
  );

  it('sends again until the deadline, less and less often, and then says so', async () => {
    const pair = joinDtls(() => {}, { client: { deadline: 10_000 }, server: { deadline: 80_000 } });
    await vi.advanceTimersByTimeAsync(9_999);
    expect(pair.client.ends).toEqual([]);
    expect(pair.client.sent.length).toBeGreaterThan(6);
    expect(pair.client.sent.length).toBeLessThan(12);
    await vi.advanceTimersByTimeAsync(1);
    expect(pair.client.ends).toEqual(['timed_out']);
    const { length } = pair.client.sent;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(pair.client.sent.length).toBe(length);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(pair.server.ends).toEqual(['timed_out']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no timer behind', async () => {
    const pair = joinDtls(deliverAll);
    await settle();
    expectConnected(pair);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('loses the last words: they are said again, and not for ever', async () => {
    let isDeaf = true;
    const pair = joinDtls((datagram, to, pair) => {
      if (to === 'client' && pair.server.keys.length > 0 && isDeaf) return;
      deliverAll(datagram, to, pair);
    });
    await settle();
    expect([pair.server.dtls.state, pair.client.dtls.state]).toEqual(['connected', 'handshaking']);
    isDeaf = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expectConnected(pair);
    const { length } = pair.server.sent;
    // Somebody replays what the client said: it was taken once.
    for (let i = 0; i < 100; i++) for (const datagram of pair.client.sent) pair.server.dtls.receive(datagram);
    expect(pair.server.sent.length).toBe(length);
    expect(pair.server.keys.length).toBe(1);
  });

  it('loses all last words: they are not said for ever', async () => {
    const pair = joinDtls(
      (datagram, to, pair) => {
        if (to === 'server' || pair.server.keys.length === 0) deliverAll(datagram, to, pair);
      },
      { client: { deadline: 120_000 } },
    );
    await vi.advanceTimersByTimeAsync(119_000);
    expect(pair.client.sent.length).toBeGreaterThan(60);
    // A flight, the last words, and sixteen times more.
    expect(pair.server.sent.length).toBe(2 + 16);
    pair.client.dtls.close();
  });

  it('cuts what is too long for one datagram, and puts it together', async () => {
    const certificate = { ...certificates.server, der: Buffer.concat([certificates.server.der, Buffer.alloc(3_000)]) };
    const pair = joinDtls(deliverAll, { server: { certificate } });
    await settle();
    // All of it arrived, and was another certificate than was announced.
    expect(pair.client.ends).toEqual(['wrong_certificate']);
    expect(pair.server.sent.length).toBeGreaterThan(3);
    expect(pair.server.sent.every(({ length }) => length <= 1_200)).toBe(true);
  });
});

describe('somebody else on the network', () => {
  const record = (type: number, epoch: number, sequence: number, payload: Buffer) => {
    const head = Buffer.alloc(13);
    head.writeUInt8(type, 0);
    head.writeUInt16BE(0xfefd, 1);
    head.writeUInt16BE(epoch, 3);
    head.writeUIntBE(sequence, 5, 6);
    head.writeUInt16BE(payload.length, 11);
    return Buffer.concat([head, payload]);
  };

  it('ends nothing that has keys: not by an alert, a hello, a record of no kind, or noise', async () => {
    const pair = joinDtls(deliverAll);
    await settle();
    const sent = pair.server.sent.length;
    for (const end of [pair.server, pair.client]) {
      end.dtls.receive(record(21, 0, 9, Buffer.from([2, 40])));
      end.dtls.receive(record(21, 0, 10, Buffer.from([1, 0])));
      end.dtls.receive(record(21, 1, 11, Buffer.from([1, 0])));
      end.dtls.receive(record(99, 0, 12, Buffer.from([1, 0])));
      end.dtls.receive(pair.client.sent[0] as Buffer);
      end.dtls.receive(Buffer.alloc(1_000, 22));
    }
    await settle();
    expectConnected(pair);
    expect(pair.server.sent.length).toBe(sent);
  });

  it('cannot end it in the clear by the last message, which is sealed', async () => {
    const pair = joinDtls((datagram, to, pair) => {
      pair[to].dtls.receive(
        record(
          22,
          0,
          7,
          Buffer.from(`140000 0c 000${to === 'server' ? 4 : 5} 000000 00000c ${'00'.repeat(12)}`.replaceAll(' ', ''), 'hex'),
        ),
      );
      deliverAll(datagram, to, pair);
    });
    await settle();
    expectConnected(pair);
  });

  it('cannot take the place of a message with one that is none: the true one still counts', async () => {
    const pair = joinDtls((datagram, to, pair) => {
      for (const [type, sequence] of to === 'server'
        ? [
            [1, 0],
            [11, 1],
            [16, 2],
            [15, 3],
          ]
        : [
            [2, 0],
            [11, 1],
            [12, 2],
            [13, 3],
          ]) {
        pair[to].dtls.receive(record(22, 0, 7, Buffer.from([type as number, 0, 0, 1, 0, sequence as number, 0, 0, 0, 0, 0, 1, 255])));
        // A key of the right length that is none.
        if (to === 'server')
          pair[to].dtls.receive(
            record(22, 0, 9, Buffer.concat([Buffer.from([16, 0, 0, 33, 0, 2, 0, 0, 0, 0, 0, 33]), Buffer.alloc(33, 255)])),
          );
        // The beginning of a long one, which never goes on.
        pair[to].dtls.receive(record(22, 0, 8, Buffer.from([type as number, 0, 30, 0, 0, sequence as number, 0, 0, 0, 0, 0, 1, 255])));
      }
      deliverAll(datagram, to, pair);
    });
    await vi.advanceTimersByTimeAsync(10_000);
    expectConnected(pair);
  });

  it('cannot make us hold more than eight messages of 8 KiB', () => {
    const held = createDtls({
      role: 'server',
      certificate: certificates.server,
      peerFingerprint: certificates.client.fingerprint,
      send: () => {},
      onKeys: () => {},
      onEnd: () => {},
    });
    const before = process.memoryUsage().arrayBuffers;
    for (let sequence = 0; sequence < 65_536; sequence++) {
      const fragment = Buffer.alloc(13);
      fragment.writeUInt8(1, 0);
      fragment.writeUIntBE(sequence % 3 === 0 ? 0xffffff : 8_000, 1, 3);
      fragment.writeUInt16BE(sequence, 4);
      fragment.writeUIntBE(7, 6, 3);
      fragment.writeUIntBE(1, 9, 3);
      held.receive(record(22, 0, sequence, fragment));
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40_000_000);
    expect(held.state).toBe('handshaking');
    held.close();
  });

  it('is never answered but to a hello: noise has no echo', async () => {
    const pair = joinDtls(() => {});
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom(20, 21, 22, 23),
        fc.nat(1),
        fc.boolean(),
        (bytes, type, epoch, isRecord) => {
          const datagram = isRecord ? record(type, epoch, 1, Buffer.from(bytes)) : Buffer.from(bytes);
          // An alert is taken at its word as long as there are no keys.
          if (type === 21 && bytes.length === 2) return;
          pair.server.dtls.receive(datagram);
          expect(pair.server.sent).toEqual([]);
        },
      ),
      { seed: 6347, numRuns: 3_000 },
    );
    expect(pair.server.dtls.state).toBe('handshaking');
  });

  it('damages what was said: it never throws, gives no keys that differ, and answers within bounds', async () => {
    const good = joinDtls(deliverAll);
    await settle();
    const corpus = { client: good.client.sent, server: good.server.sent };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...SIDES),
        fc.array(fc.tuple(fc.nat(), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }), fc.nat()), { maxLength: 12 }),
        async (side, plan) => {
          const pair = joinDtls(() => {});
          for (const [which, damage, cut] of plan) {
            const said = corpus[which % 2 === 0 ? 'client' : 'server'];
            const datagram = Buffer.from(said[which % said.length] as Buffer);
            for (const [at, byte] of damage) datagram.writeUInt8(byte, at % datagram.length);
            pair[side].dtls.receive(cut % 4 === 0 ? datagram.subarray(0, cut % datagram.length) : datagram);
          }
          await settle();
          expect(pair[side].keys).toEqual([]);
          expect(pair[side].sent.length).toBeLessThan(8);
          for (const end of SIDES) pair[end].dtls.close();
        },
      ),
      { seed: 5764, numRuns: 400 },
    );
  });
});

describe('a certificate', () => {
  it('has a fingerprint that can be written and read', async () => {
    const { fingerprint } = await makeDtlsCertificate();
    const text = formatFingerprint(fingerprint);
    expect(text).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(parseFingerprint(text)).toEqual(fingerprint);
    expect(parseFingerprint(text.toLowerCase())).toEqual(fingerprint);
    expect([parseFingerprint(text.slice(3)), parseFingerprint(`${text}:00`), parseFingerprint('')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
