import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CALL_SOURCES, type CallOffer } from '../../../src/protocol/index.ts';
import { type FilledSlot, fillSlots, type Wish } from '../../../src/client/calls/slots.ts';
import { wishesOf } from '../../../src/client/calls/wishes.ts';

const slots = (...kinds: Array<'audio' | 'video'>): CallOffer['slots'] => kinds.map((kind, ssrc) => ({ kind, ssrc }));
const camera = (device: string, height = 360): Wish => ({ device, source: 'camera', height });
const sound = (device: string): Wish => ({ device, source: 'microphone', height: 0 });
const shown = (filled: readonly FilledSlot[]) =>
  filled.toSorted((a, b) => a.slot - b.slot).map(({ slot, device, source }) => `${slot} ${device} ${source}`);

describe('slots', () => {
  test('are filled by kind, the most important first', () => {
    const four = slots('audio', 'video', 'video', 'audio');
    expect(shown(fillSlots(four, [sound('a'), camera('a'), sound('b'), camera('b'), camera('c')], []))).toEqual([
      '0 a microphone',
      '1 a camera',
      '2 b camera',
      '3 b microphone',
    ]);
  });

  test('keep what is in them while others come, go and change places', () => {
    const three = slots('video', 'video', 'video');
    const one = fillSlots(three, [camera('a'), camera('b'), camera('c')], []);
    const two = fillSlots(three, [camera('c', 720), camera('b')], one);
    expect(shown(two)).toEqual(['1 b camera', '2 c camera']);
    expect(two.find(({ device }) => device === 'c')?.height).toBe(720);
    const last = fillSlots(three, [camera('d'), camera('c'), camera('b')], two);
    expect(shown(last)).toEqual(['0 d camera', '1 b camera', '2 c camera']);
  });

  test('that were left a moment ago are filled last', () => {
    const three = slots('video', 'video', 'video');
    const one = fillSlots(three, [camera('a'), camera('b')], []);
    expect(shown(fillSlots(three, [camera('b'), camera('c')], one))).toEqual(['1 b camera', '2 c camera']);
  });

  test('are never taken twice, and whoever was in one and still counts is in it still', () => {
    const device = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const wish = fc.record({ device, source: fc.constantFrom(...CALL_SOURCES), height: fc.nat(1000) });
    const wishes = fc.uniqueArray(wish, { selector: ({ device: by, source }) => `${by} ${source}`, maxLength: 20 });
    const kinds = fc.array(fc.constantFrom('audio' as const, 'video' as const), { maxLength: 12 });
    fc.assert(
      fc.property(kinds, fc.array(wishes, { maxLength: 6 }), (all, rounds) => {
        const offer = slots(...all);
        let filled: FilledSlot[] = [];
        for (const round of rounds) {
          const next = fillSlots(offer, round, filled);
          expect(new Set(next.map(({ slot }) => slot)).size).toBe(next.length);
          for (const { slot, source } of next)
            expect(offer[slot]?.kind).toBe(source.startsWith('screen-') || source === 'microphone' ? 'audio' : 'video');
          for (const kind of ['audio', 'video'] as const) {
            const ofKind = (list: readonly Wish[]) =>
              list.filter(({ source }) => (source === 'microphone' || source === 'screen-audio') === (kind === 'audio'));
            const places = offer.filter((slot) => slot.kind === kind).length;
            const names = (list: readonly Wish[]) => list.map(({ device: by, source }) => `${by} ${source}`).toSorted();
            expect(names(ofKind(next))).toEqual(names(ofKind(round).slice(0, places)));
          }
          for (const before of filled) {
            const now = next.find((one) => one.device === before.device && one.source === before.source);
            if (now) expect(now.slot).toBe(before.slot);
          }
          filled = next;
        }
      }),
    );
  });
});

describe('what is wished for', () => {
  const others = [
    { device: 'a', sources: ['microphone', 'camera'] as const },
    { device: 'b', sources: ['screen', 'screen-audio', 'camera'] as const },
    { device: 'c', sources: [] },
  ];

  test('is the sound of all, of who is heard first, and all pictures there are, screens first', () => {
    expect(wishesOf(others, null).map(({ device, source, height }) => `${device} ${source} ${height}`)).toEqual([
      'a microphone 0',
      'b screen-audio 0',
      'b microphone 0',
      'c microphone 0',
      'b screen 360',
      'a camera 360',
      'b camera 360',
    ]);
  });

  test('is what a screen shows, once each, of those who are there and send it, as high as it is shown', () => {
    const pictures = [
      { device: 'b', source: 'camera' as const, height: 719.6 },
      { device: 'b', source: 'camera' as const, height: 100 },
      { device: 'c', source: 'camera' as const, height: 100 },
      { device: 'x', source: 'camera' as const, height: 100 },
      { device: 'a', source: 'microphone' as const, height: 100 },
      { device: 'a', source: 'camera' as const, height: Number.NaN },
      { device: 'b', source: 'screen' as const, height: 99_999 },
    ];
    expect(
      wishesOf(others, pictures)
        .filter(({ height }) => height > 0)
        .map(({ device, source, height }) => `${device} ${source} ${height}`),
    ).toEqual(['b camera 720', 'a camera 1', 'b screen 16384']);
    expect(wishesOf(others, [])).toHaveLength(4);
  });
});
