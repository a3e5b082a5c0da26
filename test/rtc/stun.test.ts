import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkStunIntegrity,
  decodeStun,
  encodeBindingError,
  encodeBindingRequest,
  encodeBindingResponse,
  hasStunFingerprint,
  MAX_STUN,
  packetKindOf,
  type StunMessage,
} from '../../src/rtc/index.ts';
import { hex } from './support/bytes.ts';

const TRANSACTION = hex('b7e7a701bc34d686fa87dfae');
const PASSWORD = 'VOkJxbRl1RmTxUk/WvJxBt';

function decode(bytes: Uint8Array): StunMessage {
  const message = decodeStun(bytes);
  if (message === undefined) throw new Error('no STUN message');
  return message;
}

describe('the vectors of RFC 5769', () => {
  const request = hex(`
    00010058 2112a442 b7e7a701bc34d686fa87dfae 80220010 5354554e207465737420636c69656e74 00240004 6e0001ff
    80290008 932ff9b151263b36 00060009 6576746a3a68367659202020 00080014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2 80280004 e57a3bcf`);
  const response4 = hex(`
    0101003c 2112a442 b7e7a701bc34d686fa87dfae 8022000b 7465737420766563746f7220 00200008 0001a147e112a643
    00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7 80280004 c07d4c96`);
  const response6 = hex(`
    01010048 2112a442 b7e7a701bc34d686fa87dfae 8022000b 7465737420766563746f7220 00200014 0002a1470113a9faa5d3f179bc25f4b5bed2b9d9
    00080014 a382954e4be67bf11784c97c8292c275bfe3ed41 80280004 c8fb0b4c`);

  it('has a request (2.1)', () => {
    const message = decode(request);
    expect(message).toMatchObject({
      kind: 'request',
      transaction: TRANSACTION,
      username: 'evtj:h6vY',
      priority: 0x6e0001ff,
      controlled: 0x932ff9b151263b36n,
      useCandidate: false,
      unknown: [],
    });
    expect(checkStunIntegrity(message, PASSWORD)).toBe(true);
    expect(checkStunIntegrity(message, `${PASSWORD}x`)).toBe(false);
    expect(hasStunFingerprint(message)).toBe(true);
  });

  it.each([
    ['IPv4 (2.2)', response4, '192.0.2.1'],
    ['IPv6 (2.3)', response6, '2001:db8:1234:5678:11:2233:4455:6677'],
  ])('has a response for %s', (_name, bytes, address) => {
    const message = decode(bytes);
    expect(message).toMatchObject({ kind: 'response', transaction: TRANSACTION, mappedAddress: { address, port: 32853 } });
    expect(checkStunIntegrity(message, PASSWORD)).toBe(true);
    expect(hasStunFingerprint(message)).toBe(true);
  });

  it('notices each byte that was changed', () => {
    for (let at = 0; at < request.length; at++) {
      const changed = Buffer.from(request);
      changed[at] = request.readUInt8(at) ^ 1;
      const message = decodeStun(changed);
      // Behind the integrity, the fingerprint notices.
      expect(message !== undefined && checkStunIntegrity(message, PASSWORD) && hasStunFingerprint(message)).toBe(false);
    }
  });
});

describe('a check', () => {
  const request = encodeBindingRequest({
    username: 'them:us',
    password: PASSWORD,
    priority: 1_845_501_695,
    role: 'controlling',
    tieBreaker: 0xfedcba9876543210n,
    useCandidate: true,
  });

  it('says what was put in', () => {
    const message = decode(request);
    expect(message).toMatchObject({
      kind: 'request',
      username: 'them:us',
      priority: 1_845_501_695,
      controlling: 0xfedcba9876543210n,
      useCandidate: true,
    });
    expect(message.controlled).toBeUndefined();
    expect(checkStunIntegrity(message, PASSWORD) && hasStunFingerprint(message)).toBe(true);
    expect(
      decode(encodeBindingRequest({ username: 'a:b', password: PASSWORD, priority: 1, role: 'controlled', tieBreaker: 1n })),
    ).toMatchObject({
      controlled: 1n,
      useCandidate: false,
    });
  });

  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '0:0:0:0:0:0:0:1'],
    ['fe80::1:2%eth0', 'fe80:0:0:0:0:0:1:2'],
    ['::ffff:192.168.1.7', '192.168.1.7'],
    ['2001:db8::', '2001:db8:0:0:0:0:0:0'],
  ])('is answered with the address %s', (address, seen) => {
    const message = decode(encodeBindingResponse(TRANSACTION, { address, port: 9020 }, PASSWORD));
    expect(message).toMatchObject({ kind: 'response', transaction: TRANSACTION, mappedAddress: { address: seen, port: 9020 } });
    expect(checkStunIntegrity(message, PASSWORD) && hasStunFingerprint(message)).toBe(true);
  });

  it('is not answered with what is no address', () => {
    for (const address of ['', 'host', '1.2.3', '1.2.3.400', '1:2', '::1.2.3.4']) {
      expect(() => encodeBindingResponse(TRANSACTION, { address, port: 1 }, PASSWORD)).toThrow(RangeError);
    }
  });

  it('is refused by code, with what was not understood, and no more of it than fits the request', () => {
    const types = Array.from({ length: 100 }, (_, i) => i + 1);
    const message = decode(encodeBindingError(TRANSACTION, 420, PASSWORD, types));
    expect(message).toMatchObject({ kind: 'error', errorCode: 420 });
    expect(checkStunIntegrity(message, PASSWORD)).toBe(true);
    expect(message.raw.length).toBeLessThan(2 * request.length);
    expect(decode(encodeBindingError(TRANSACTION, 487, PASSWORD)).errorCode).toBe(487);
  });

  it('is never answered by more than three times as much', () => {
    const answer = encodeBindingResponse(TRANSACTION, { address: '2001:db8::1', port: 1 }, PASSWORD);
    expect(answer.length).toBeLessThan(3 * 68);
  });

  it('names what it does not know where it has to be known', () => {
    const strange = Buffer.concat([request.subarray(0, 20), hex('7fff0001 aa000000 80990000'), request.subarray(20)]);
    strange.writeUInt16BE(strange.length - 20, 2);
    expect(decode(strange).unknown).toEqual([0x7fff]);
  });

  it('is not believed behind its integrity, or without one', () => {
    // USE-CANDIDATE, put in between integrity and fingerprint by somebody who knows no password.
    const plain = encodeBindingRequest({ username: 'a:b', password: PASSWORD, priority: 1, role: 'controlled', tieBreaker: 1n });
    const end = plain.length - 8;
    const added = Buffer.concat([plain.subarray(0, end), hex('00250000')]);
    added.writeUInt16BE(added.length - 20, 2);
    const message = decode(added);
    expect(checkStunIntegrity(message, PASSWORD)).toBe(true);
    expect(message.useCandidate).toBe(false);
    const bare = Buffer.from(plain.subarray(0, end - 24));
    bare.writeUInt16BE(bare.length - 20, 2);
    expect(checkStunIntegrity(decode(bare), PASSWORD)).toBe(false);
    expect(hasStunFingerprint(decode(bare))).toBe(false);
  });
});

describe('what comes from the network', () => {
  it('is read or not, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (body, isWhole) => {
        const bytes = Buffer.concat([hex('00010000 2112a442'), TRANSACTION, body]);
        if (isWhole) bytes.writeUInt16BE(bytes.length - 20, 2);
        const message = decodeStun(bytes);
        if (message === undefined) return true;
        hasStunFingerprint(message);
        return !checkStunIntegrity(message, PASSWORD);
      }),
      { seed: 5769, numRuns: 3_000 },
    );
  });

  it('is read the same with a few bytes damaged, or not at all', () => {
    const request = encodeBindingRequest({
      username: 'them:us',
      password: PASSWORD,
      priority: 1,
      role: 'controlled',
      tieBreaker: 1n,
      transaction: TRANSACTION,
    });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(request.length - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
        (damage) => {
          const bytes = Buffer.from(request);
          for (const [at, mask] of damage) bytes[at] = bytes.readUInt8(at) ^ mask;
          const message = decodeStun(bytes);
          return message === undefined || bytes.equals(request) || !(checkStunIntegrity(message, PASSWORD) && hasStunFingerprint(message));
        },
      ),
      { seed: 8489, numRuns: 3_000 },
    );
  });

  it('is bounded', () => {
    const bytes = Buffer.alloc(MAX_STUN + 4);
    hex('00010000 2112a442').copy(bytes);
    bytes.writeUInt16BE(bytes.length - 20, 2);
    expect(decodeStun(bytes)).toBeUndefined();
    const fitting = bytes.subarray(0, MAX_STUN);
    fitting.writeUInt16BE(fitting.length - 20, 2);
    expect(decodeStun(fitting)).toBeDefined();
  });

  it.each([
    ['stun', [0x00, 0x01]],
    ['stun', [0x01, 0x01]],
    ['dtls', [22, 254]],
    ['dtls', [20, 0]],
    ['dtls', [63, 0]],
    ['rtp', [0x80, 96]],
    ['rtp', [0x90, 0x80 | 96]],
    ['rtp', [0xbf, 224]],
    ['rtcp', [0x80, 200]],
    ['rtcp', [0x8f, 205]],
    ['rtcp', [0x81, 192]],
    [undefined, [4, 0]],
    [undefined, [64, 0]],
    [undefined, [192, 0]],
    [undefined, [0x80]],
    [undefined, []],
  ])('is told apart: %s', (kind, bytes) => {
    expect(packetKindOf(Uint8Array.from(bytes))).toBe(kind);
  });
});
