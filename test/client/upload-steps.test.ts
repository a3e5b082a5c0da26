import { describe, expect, test } from 'vitest';
import { sealedSize } from '../../src/client/files/sealed-size.ts';
import {
  aboutToSend,
  acknowledged,
  beginSealing,
  located,
  nextSegments,
  notTaken,
  type SealedPoint,
  type UploadRecord,
  uploadStep,
} from '../../src/client/files/upload-steps.ts';
import { SEALED_FILE } from '../../src/crypto/index.ts';

const PART = 1000;
let sealings = 0;
/** The same place, sealed once more: another chain. */
const pointAt = (part: number, last = false): SealedPoint => ({
  offset: part * PART,
  plain: part * 900,
  chain: new Uint8Array(32).fill(++sealings),
  last,
});
const begun = (): UploadRecord => {
  const about = { direction: 'up', id: 'aa', room: 'bb', order: 1, name: 'n', type: '', size: 2700, folder: null, preview: null } as const;
  const record = beginSealing({ ...about, place: 'p', stamp: 's', paused: false, ended: null }, new Uint8Array(32), new Uint8Array(74));
  return { ...record, blob: 'cc' };
};

describe('what is next', () => {
  test('is a blob, its bytes, its message, the log', () => {
    const record = begun();
    expect(uploadStep({ ...record, blob: null })).toBe('create');
    expect(uploadStep(record)).toBe('send');
    expect(uploadStep(acknowledged(record, pointAt(3, true)))).toBe('announce');
    expect(uploadStep({ ...acknowledged(record, pointAt(3, true)), message: 'dd' })).toBe('await');
  });
});

describe('where the relay stands', () => {
  const one = pointAt(1);
  const two = pointAt(2);
  const sent = aboutToSend(begun(), one, true);
  const prepared = aboutToSend(sent, two, false);

  test('before a part, behind it, or behind the one that was ready, is known', () => {
    expect(located(prepared, 0)?.safe.offset).toBe(0);
    expect(located(prepared, PART)?.safe).toBe(one);
    // The answer to the first was lost with the program, and the second went at once.
    expect(located(prepared, 2 * PART)?.safe).toBe(two);
  });

  test('anywhere else is no place to go on from', () => {
    for (const offset of [1, PART - 1, PART + 1, 3 * PART]) expect(located(prepared, offset)).toBeUndefined();
    expect(located(sent, 2 * PART)).toBeUndefined();
  });

  test('behind a part that was sealed twice is not certain: the two differ', () => {
    const again = pointAt(1);
    const twice = aboutToSend(located(prepared, 0) as UploadRecord, again, true);
    expect(located(twice, 0)?.safe.offset).toBe(0);
    expect(located(twice, PART)).toBeUndefined();
    // The relay refused the second one, so that it has the first.
    expect(located(notTaken(twice, again), PART)?.safe).toBe(one);
    // It took the second one, and said so.
    expect(located(acknowledged(twice, again), PART)?.safe).toBe(again);
    expect(acknowledged(twice, again).sent).toEqual([]);
  });

  test('what was sealed ahead follows the newest sealing alone', () => {
    const again = pointAt(1);
    const twice = aboutToSend(aboutToSend(located(prepared, 0) as UploadRecord, again, true), pointAt(2), false);
    const first = located(notTaken(twice, again), PART) as UploadRecord;
    expect(first.safe).toBe(one);
    expect(first.sent).toEqual([]);
    expect(located(first, 2 * PART)).toBeUndefined();
  });

  test('is told by where a part ends: each sealing of it ends elsewhere', () => {
    const { header, segment, plain } = SEALED_FILE;
    const record = { ...begun(), size: 5 * plain + 1 };
    const end = (count: number) => ({ ...pointAt(1), offset: header + count * segment });
    expect(nextSegments(record, 64)).toBe(6);
    expect(nextSegments(record, 4)).toBe(4);
    const whole = { ...pointAt(1, true), offset: sealedSize(record.size) };
    expect(nextSegments({ ...record, sent: [whole] }, 64)).toBe(5);
    expect(nextSegments({ ...record, sent: [end(4), end(3)] }, 4)).toBe(2);
    // What is left is one segment, and that was sealed before.
    const rest = { ...record, safe: { ...end(5), plain: 5 * plain }, sent: [whole] };
    expect(nextSegments(rest, 64)).toBe(64);
    expect(nextSegments({ ...record, size: null, sent: [end(64)] }, 64)).toBe(63);
  });

  test('is remembered for so many sealings of a part, and no more', () => {
    let record = begun();
    for (let i = 0; i < 40; i++) record = aboutToSend(record, pointAt(1), true);
    expect(record.sent.length).toBeLessThanOrEqual(16);
  });
});

test('another beginning has another key, and nothing of the one before', () => {
  const before = aboutToSend(acknowledged(begun(), pointAt(1)), pointAt(2), true);
  const anew = beginSealing(before, new Uint8Array(32).fill(7), new Uint8Array(74).fill(7));
  expect(anew).toMatchObject({ blob: null, sent: [], ahead: null, message: null, safe: { offset: 0, plain: 0, last: false } });
  expect(anew.key).not.toEqual(before.key);
  expect(anew.safe.chain).not.toEqual(begun().safe.chain);
});
