import { describe, expect, test } from 'vitest';
import { CALL_LIMITS } from '../../../src/client/calls/limits.ts';
import { afterFault, flowing, joining, type OwnStage } from '../../../src/client/calls/own-steps.ts';
import { hear, ringer, silence } from '../../../src/client/calls/ringing.ts';
import {
  comingBack,
  emptyRoster,
  nextEnd,
  present,
  type Roster,
  withList,
  withoutList,
  withWord,
} from '../../../src/client/calls/roster.ts';
import { bitsOf, sourcesOf } from '../../../src/client/calls/source-bits.ts';
import { CodedError } from '../../../src/protocol/index.ts';

const word = (change = {}) => ({ in: true, sources: 1, hand: false, ring: false, since: 5, ...change });
const everybody = () => true;
const names = (list: ReturnType<typeof present>) => list.map(([device]) => device);

describe('who is in a call', () => {
  test('is who the relay lists and who says so: neither alone is enough', () => {
    const listed = withList(emptyRoster, ['b', 'a'], 0);
    expect(names(present(listed, everybody, 0))).toEqual([]);
    const said = withWord(emptyRoster, 'a', word(), 0);
    expect(names(present(said, everybody, 0))).toEqual([]);
    const both = withWord(withWord(listed, 'a', word(), 0), 'b', word(), 0);
    expect(names(present(both, everybody, 0))).toEqual(['b', 'a']);
    expect(names(present(both, (device) => device === 'a', 0))).toEqual(['a']);
  });

  test('ends with either word, and with silence', () => {
    const both = withWord(withList(emptyRoster, ['a'], 0), 'a', word(), 1_000);
    expect(names(present(withWord(both, 'a', word({ in: false }), 2_000), everybody, 2_000))).toEqual([]);
    expect(names(present(withList(both, [], 2_000), everybody, 2_000))).toEqual([]);
    expect(nextEnd(both, 1_000)).toBe(1_000 + CALL_LIMITS.wordHolds);
    expect(names(present(both, everybody, 999 + CALL_LIMITS.wordHolds))).toEqual(['a']);
    expect(names(present(both, everybody, 1_000 + CALL_LIMITS.wordHolds))).toEqual([]);
  });

  test('has to say it again after being away; not where it was the relay that was', () => {
    const both = withWord(withList(emptyRoster, ['a'], 0), 'a', word(), 0);
    expect(names(present(withList(withList(both, [], 1), ['a'], 1), everybody, 1))).toEqual([]);
    expect(names(present(withList(withoutList(both, 1), ['a'], 1), everybody, 1))).toEqual(['a']);
  });
});

describe('who was lost', () => {
  const both = withWord(withWord(withList(emptyRoster, ['a', 'b'], 0), 'a', word(), 0), 'b', word(), 0);
  const awaited = (roster: Roster, now: number) => names(comingBack(roster, everybody, now));

  test('is awaited for a moment, and no longer', () => {
    const lost = withList(withList(both, ['b'], 1_000), [], 1_500);
    expect(awaited(lost, 1_500)).toEqual(['a', 'b']);
    expect(nextEnd(lost, 1_500)).toBe(1_000 + CALL_LIMITS.comesBack);
    expect(awaited(lost, 1_000 + CALL_LIMITS.comesBack)).toEqual(['b']);
    expect(nextEnd(lost, 1_000 + CALL_LIMITS.comesBack)).toBe(1_500 + CALL_LIMITS.comesBack);
    expect(awaited(lost, 1_500 + CALL_LIMITS.comesBack)).toEqual([]);
    expect(awaited(withoutList(both, 2_000), 2_000)).toEqual(['a', 'b']);
    expect(names(comingBack(lost, (device) => device === 'b', 1_500))).toEqual(['b']);
  });

  test('is not one who says goodbye, before or after, nor who is back', () => {
    expect(awaited(withList(withWord(both, 'a', word({ in: false }), 1), ['b'], 2), 2)).toEqual([]);
    const lost = withList(both, ['b'], 1_000);
    expect(awaited(withWord(lost, 'a', word({ in: false }), 1_001), 1_001)).toEqual([]);
    const listed = withList(lost, ['b', 'a'], 1_001);
    expect(awaited(listed, 1_001)).toEqual(['a']);
    const back = withWord(listed, 'a', word(), 1_002);
    expect([awaited(back, 1_002), names(present(back, everybody, 1_002))]).toEqual([[], ['b', 'a']]);
  });

  test('is not kept up by a relay that takes it out and in again', () => {
    let roster = withList(both, ['b'], 1_000);
    for (let at = 1_100; at < 1_000 + CALL_LIMITS.comesBack; at += 100)
      roster = withList(roster, roster.listed.length === 1 ? ['a', 'b'] : ['b'], at);
    expect(awaited(roster, 1_000 + CALL_LIMITS.comesBack)).toEqual([]);
  });
});

describe('a ring', () => {
  const calling = [['a', word({ ring: true })] as const];
  test('rings for its time, once', () => {
    const rings = hear(new Map(), calling, 0);
    expect(ringer(rings, calling, 0)).toEqual({ device: 'a', until: CALL_LIMITS.ring });
    expect(ringer(hear(rings, calling, 30_000), calling, 30_000)).toEqual({ device: 'a', until: CALL_LIMITS.ring });
    expect(ringer(hear(rings, calling, CALL_LIMITS.ring), calling, CALL_LIMITS.ring)).toBeUndefined();
    expect(ringer(rings, [['a', word()]], 0)).toBeUndefined();
  });

  test('that was silenced stays so; a later one is another', () => {
    const silent = silence(hear(new Map(), calling, 0));
    expect(ringer(hear(silent, calling, 1), calling, 1)).toBeUndefined();
    const later = [['a', word({ ring: true, since: 6 })] as const];
    expect(ringer(hear(silent, later, 1), later, 1)).toMatchObject({ device: 'a' });
  });

  test('is not remembered without end', () => {
    let rings = hear(new Map(), [], 0);
    for (let since = 0; since < 1_000; since++) rings = hear(rings, [['a', word({ ring: true, since })]], 0);
    expect(rings.size).toBe(CALL_LIMITS.rings);
  });
});

describe('a call of this device', () => {
  const lost = new CodedError('call_lost');
  const again = (stage: OwnStage, now: number, chance = 1) => {
    const next = afterFault(stage, lost, now, chance);
    if (next.kind === 'out') throw new Error('it was given up');
    return next;
  };

  test('that it was not in yet is not tried again', () => {
    expect(afterFault(joining, lost, 0, 0)).toEqual({ kind: 'out' });
  });

  test('is tried again at once, then after longer and longer, and in the end no more', () => {
    let next = again(flowing(joining, 0), 60_000);
    const delays = [next.delay];
    let now = 60_000;
    for (let i = 0; i < 7; i++) {
      now += next.delay;
      next = again(next.stage, now);
      delays.push(next.delay);
    }
    expect(delays).toEqual([0, 300, 600, 1_200, 2_500, 5_000, 5_000, 5_000]);
    expect(again(next.stage, now, 0).delay).toBe(2_500);
    expect(afterFault(next.stage, lost, 60_000 + CALL_LIMITS.giveUp, 0)).toEqual({ kind: 'out' });
  });

  test('that breaks as soon as it stands is not tried without a pause', () => {
    const first = again(flowing(joining, 0), 60_000);
    const second = again(flowing(first.stage, 60_001), 60_500);
    expect([first.delay, second.delay]).toEqual([0, 300]);
    expect(again(flowing(second.stage, 61_000), 61_000 + CALL_LIMITS.steady).delay).toBe(0);
  });

  test('is over where asking again changes nothing', () => {
    for (const code of ['call_replaced', 'call_refused', 'unknown_room', 'calls_unsupported', 'bad_offer'])
      expect(afterFault(flowing(joining, 0), new CodedError(code), 1, 0), code).toEqual({ kind: 'out' });
    for (const code of ['no_calls', 'call_full', 'call_silent', 'call_unreachable', 'offline', 'timeout', 'too_many_calls'])
      expect(afterFault(flowing(joining, 0), new CodedError(code), 1, 0), code).toMatchObject({ kind: 'again' });
  });
});

test('sources are said as bits, each by its own', () => {
  for (let bits = 0; bits < 16; bits++) expect(bitsOf(new Set(sourcesOf(bits)))).toBe(bits);
  expect(sourcesOf(5)).toEqual(['microphone', 'screen']);
});
