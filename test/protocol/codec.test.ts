import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ClientFrame,
  createFrameSplitter,
  decodeClientFrame,
  decodeEntry,
  decodeRelayFrame,
  encodeEntry,
  encodeFrame,
  encodeValue,
  type Entry,
  genesisHash,
  hashEntry,
  joinRun,
  LIMITS,
} from '../../src/protocol/index.ts';
import { memoryAfterCollection } from '../fuzz/memory.ts';

const fill = (size: number, value = 1) => new Uint8Array(size).fill(value);
const append = (body: Uint8Array): ClientFrame => ({ t: 'append', room: fill(16), id: fill(16, 2), kind: 'message', epoch: 3, body });

describe('frames', () => {
  test('read back as they were', () => {
    const frames: ClientFrame[] = [
      { t: 'hello', versions: [0], client: 'test' },
      { t: 'proof', device: fill(32), signature: fill(64) },
      { t: 'found', q: 1, token: fill(32), room: fill(16), door: null, info: fill(9) },
      { t: 'door', q: 2, room: fill(16), token: fill(32) },
      append(fill(300)),
      {
        t: 'append',
        room: fill(16),
        id: fill(16),
        kind: 'commit',
        epoch: 0,
        body: fill(1),
        change: { adds: [fill(32)], removes: [], door: null },
        info: null,
      },
      { t: 'follow', q: 3, room: fill(16), after: 0 },
      { t: 'ping' },
    ];
    for (const frame of frames) expect(decodeClientFrame(encodeFrame(frame).subarray(4))).toEqual(frame);
  });

  test.each([
    ['an unknown kind', { t: 'toString' }],
    ['no kind', {}],
    ['no map', [1]],
    ['a field too many', { t: 'ping', more: 1 }],
    ['a field too few', { t: 'door', q: 1, room: fill(16) }],
    ['bytes of another length', { t: 'door', q: 1, room: fill(15), token: fill(32) }],
    ['a negative number', { t: 'follow', q: 1, room: fill(16), after: -1 }],
    ['a fraction', { t: 'follow', q: 1, room: fill(16), after: 0.5 }],
    ['a body over the limit', append(fill(LIMITS.body + 1))],
    ['too many versions', { t: 'hello', versions: Array.from({ length: 17 }, () => 0), client: '' }],
    ['a frame of the other side', { t: 'founded', q: 1 }],
  ])('with %s are refused', (_, value) => {
    expect(() => decodeClientFrame(encodeValue(value))).toThrow('bad_frame');
  });

  test.each([
    ['nothing', []],
    ['bytes behind', [0xa1, 0x61, 0x74, 0x64, 0x70, 0x69, 0x6e, 0x67, 0x00]],
    ['a number longer than it need be', [0xa1, 0x61, 0x74, 0x78, 0x04, 0x70, 0x69, 0x6e, 0x67]],
    ['a key twice', [0xa2, 0x61, 0x74, 0x64, 0x70, 0x69, 0x6e, 0x67, 0x61, 0x74, 0x64, 0x70, 0x69, 0x6e, 0x67]],
    ['an indefinite length', [0xbf, 0x61, 0x74, 0x64, 0x70, 0x69, 0x6e, 0x67, 0xff]],
    ['a tag', [0xc1, 0xa1, 0x61, 0x74, 0x64, 0x70, 0x69, 0x6e, 0x67]],
    ['a depth that no frame has', Array.from({ length: 100_000 }, () => 0x81)],
  ])('in CBOR with %s are refused', (_, bytes) => {
    expect(() => decodeRelayFrame(Uint8Array.from(bytes))).toThrow('bad_frame');
  });
});

describe('the splitter', () => {
  test('finds the same frames however the stream is cut', () => {
    const bodies = [fill(0), fill(1, 1), fill(700, 2), fill(3, 3)];
    const frames = bodies.map((body) => encodeFrame(append(body)));
    const stream = joinRun(frames);
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 12 }), (cuts) => {
        const splitter = createFrameSplitter();
        const found: Uint8Array[] = [];
        const edges = [0, ...cuts.toSorted((a, b) => a - b), stream.length];
        for (let i = 1; i < edges.length; i++) splitter.push(stream.subarray(edges[i - 1], edges[i]), (body) => found.push(body.slice()));
        expect(found).toEqual(frames.map((frame) => frame.subarray(4)));
        expect(splitter.pending).toBe(0);
      }),
    );
  });

  test('refuses a length over the limit before the bytes come', () => {
    const splitter = createFrameSplitter({ maxFrame: () => 100 });
    expect(() => splitter.push(Uint8Array.of(0, 0, 0, 101), () => {})).toThrow('too_large');
    expect(() => createFrameSplitter().push(Uint8Array.of(0xff, 0xff, 0xff, 0xff), () => {})).toThrow('too_large');
  });
});

describe('the splitter', () => {
  test('keeps of a frame that comes byte by byte its bytes and little more', () => {
    const frame = encodeFrame(append(fill(150_000)));
    const splitters = Array.from({ length: 8 }, () => createFrameSplitter());
    const before = memoryAfterCollection();
    let found = 0;
    for (const splitter of splitters) for (const byte of frame.subarray(0, -1)) splitter.push(Uint8Array.of(byte), () => (found += 1));
    expect(splitters.map(({ pending }) => pending)).toEqual(splitters.map(() => frame.length - 1));
    expect(memoryAfterCollection() - before).toBeLessThan(8 * 2 * frame.length + 1_000_000);
    for (const splitter of splitters) splitter.push(frame.subarray(-1), () => (found += 1));
    expect(found).toBe(8);
  });

  test('stops where nothing more is wanted, in the middle of a run, and goes on where it was', () => {
    const ping = encodeFrame({ t: 'ping' });
    const found: number[] = [];
    let wanted = 2;
    const splitter = createFrameSplitter({ wants: () => found.length < wanted });
    const push = (chunk: Uint8Array) => splitter.push(chunk, (body) => found.push(body.length));
    push(joinRun([ping, ping, ping, ping, ping.subarray(0, 5)]));
    expect([found.length, splitter.pending]).toEqual([2, 2 * ping.length + 5]);
    push(ping.subarray(5));
    push(ping.subarray(0, 3));
    expect(found).toHaveLength(2);
    wanted = 4;
    push(new Uint8Array());
    expect([found.length, splitter.pending]).toEqual([4, ping.length + 3]);
    wanted = 10;
    push(ping.subarray(3));
    expect([found, splitter.pending]).toEqual([Array(6).fill(ping.length - 4), 0]);
  });
});

describe('entries', () => {
  const entry: Entry = {
    seq: 1,
    prev: genesisHash(fill(16)),
    at: 5,
    kind: 'message',
    device: fill(32),
    id: fill(16),
    epoch: 0,
    body: fill(20),
    change: null,
  };

  test('read back as they were', () => {
    expect(decodeEntry(encodeEntry(entry))).toEqual(entry);
    const commit: Entry = { ...entry, kind: 'commit', change: { adds: [fill(32)], removes: [fill(32, 2)], door: fill(32, 3) } };
    expect(decodeEntry(encodeEntry(commit))).toEqual(commit);
  });

  test('have another hash for each change', () => {
    const changes: Array<Partial<Entry>> = [
      {},
      { seq: 2 },
      { prev: fill(32, 9) },
      { at: 6 },
      { kind: 'leave' },
      { device: fill(32, 9) },
      { id: fill(16, 9) },
      { epoch: 1 },
      { body: fill(21) },
    ];
    const hashes = changes.map((change) => Buffer.from(hashEntry(encodeEntry({ ...entry, ...change }))).toString('hex'));
    expect(new Set(hashes).size).toBe(changes.length);
  });
});
