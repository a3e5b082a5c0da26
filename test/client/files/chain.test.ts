import { createHash, randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { chainSegment, startChain } from '../../../src/client/files/chain.ts';

const hash = (...parts: readonly (string | Uint8Array)[]) =>
  createHash('sha256')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest();

it('is what its formula says, and takes in no more of a segment than its tag', () => {
  const header = randomBytes(74);
  const segments = [randomBytes(262_144), randomBytes(32), randomBytes(100)];
  let expected = hash('corrillo file v0\0', header);
  let state = startChain(header);
  expect(Buffer.from(state)).toEqual(expected);
  for (const segment of segments) {
    expected = hash(expected, segment.subarray(segment.length - 16));
    const before = Buffer.from(state);
    const next = chainSegment(state, segment);
    expect(Buffer.from(next)).toEqual(expected);
    // What was kept with a part stays as it was.
    expect(Buffer.from(state)).toEqual(before);
    state = next;
  }
});

it('has a value of its own for another header, another order, and one segment less', () => {
  const [header, a, b] = [randomBytes(74), randomBytes(32), randomBytes(32)];
  const end = (from: Uint8Array, segments: readonly Uint8Array[]) =>
    Buffer.from(segments.reduce(chainSegment, startChain(from))).toString('hex');
  const all = [
    end(header, [a, b]),
    end(header, [b, a]),
    end(header, [a]),
    end(header, []),
    end(randomBytes(74), [a, b]),
    end(header, [a, b, b]),
  ];
  expect(new Set(all).size).toBe(all.length);
});

it('takes nothing that is no header or segment', () => {
  expect(() => startChain(randomBytes(73))).toThrow(RangeError);
  expect(() => chainSegment(startChain(randomBytes(74)), randomBytes(31))).toThrow(RangeError);
});
