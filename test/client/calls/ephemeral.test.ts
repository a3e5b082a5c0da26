import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createIdentity } from '../../../src/crypto/index.ts';
import type { CallWord } from '../../../src/client/ephemeral/index.ts';
import { decodeWord, encodeWord, type Saying } from '../../../src/client/ephemeral/envelope.ts';
import { createRunNumbers } from '../../../src/client/ephemeral/run-numbers.ts';
import { encodeValue } from '../../../src/protocol/index.ts';

const room = new Uint8Array(randomBytes(16));
const run = new Uint8Array(randomBytes(16));
const saying: Saying = { room, epoch: 7, run, n: 3 };
const body: CallWord = { in: true, sources: 3, hand: false, ring: true, since: 1_700_000_000_000 };

describe('a word', () => {
  test('says what was said, by whom, for this room and epoch alone', async () => {
    const [ana, juan] = await Promise.all([createIdentity(), createIdentity()]);
    const plain = await encodeWord(ana, saying, { kind: 'call', body });
    const at = { device: ana.device, room, epoch: 7 };
    expect(await decodeWord(plain, at)).toEqual({ kind: 'call', body, run, n: 3 });
    expect(await decodeWord(plain, { ...at, device: juan.device })).toBeUndefined();
    expect(await decodeWord(plain, { ...at, epoch: 8 })).toBeUndefined();
    expect(await decodeWord(plain, { ...at, room: new Uint8Array(16) })).toBeUndefined();
  });

  test('is as long whatever it says', async () => {
    const ana = await createIdentity();
    const words: CallWord[] = [
      body,
      { ...body, in: false, sources: 0 },
      { ...body, sources: 15, hand: true },
      { ...body, ring: false, since: 0 },
    ];
    const sizes = await Promise.all(
      words.flatMap((one) => [1, 2 ** 40].map(async (n) => (await encodeWord(ana, { ...saying, n }, { kind: 'call', body: one })).length)),
    );
    expect(new Set(sizes)).toEqual(new Set([256]));
  });

  test('that was changed anywhere is none', async () => {
    const ana = await createIdentity();
    const plain = await encodeWord(ana, saying, { kind: 'call', body });
    const at = { device: ana.device, room, epoch: 7 };
    const length = new DataView(plain.buffer).getUint16(0);
    for (let i = 0; i < 2 + length; i++) {
      const damaged = plain.slice();
      damaged[i] = (damaged[i] as number) ^ 1;
      expect(await decodeWord(damaged, at), `byte ${i}`).toBeUndefined();
    }
    for (const wrong of [plain.subarray(1), plain.subarray(0, 255), new Uint8Array(), new Uint8Array(256).fill(0xff)])
      expect(await decodeWord(wrong, at)).toBeUndefined();
  });

  test('of a kind, version or shape that is not known is passed over, though its signature is good', async () => {
    const ana = await createIdentity();
    const at = { device: ana.device, room, epoch: 7 };
    for (const said of [
      { kind: 'typing', body: {} },
      { kind: 'constructor', body: {} },
      { kind: 'call', body: { ...body, sources: 16 } },
      { kind: 'call', body: { ...body, more: 1 } },
      { kind: 'call', body: {} },
    ])
      expect(await decodeWord(await encodeWord(ana, saying, said as never), at), JSON.stringify(said)).toBeUndefined();
    expect(await decodeWord(padded(encodeValue([run, 3, encodeValue({}), new Uint8Array(64)])), at)).toBeUndefined();
  });
});

function padded(bytes: Uint8Array): Uint8Array {
  const all = new Uint8Array(256);
  all.set([bytes.length >> 8, bytes.length % 256]);
  all.set(bytes, 2);
  return all;
}

describe('numbers of words', () => {
  test('rise, within one run of one device', () => {
    const numbers = createRunNumbers();
    expect([1, 3, 3, 2, 4].map((n) => numbers.take('ana', 'a', n))).toEqual([true, true, false, false, true]);
    expect(numbers.take('juan', 'a', 1)).toBe(true);
  });

  test('begin anew with a new run, and what is left of a former one is old', () => {
    const numbers = createRunNumbers();
    expect(numbers.take('ana', 'a', 5)).toBe(true);
    expect(numbers.take('ana', 'b', 1)).toBe(true);
    expect(numbers.take('ana', 'a', 6)).toBe(false);
    expect(numbers.take('ana', 'b', 2)).toBe(true);
  });

  test('of more runs than a device has are not remembered without end, and let nothing old in', () => {
    const numbers = createRunNumbers();
    for (let i = 0; i < 100; i++) numbers.take('ana', `run ${i}`, 1);
    expect(numbers.take('ana', 'run 0', 2)).toBe(false);
    expect(numbers.take('ana', 'run 99', 2)).toBe(false);
  });
});
