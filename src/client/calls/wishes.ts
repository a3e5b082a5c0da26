import type { CallSource } from '../../protocol/index.ts';
import type { CallMember } from '../api.ts';
import { CALL_LIMITS } from './limits.ts';
import type { Wish } from './slots.ts';

/** What a screen shows, the most important first. */
export type Pictures = ReadonlyArray<{ readonly device: string; readonly source: CallSource; readonly height: number }>;

type Other = Pick<CallMember, 'device' | 'sources'>;

/** What is to be received of the others, the most important first. `shown`: null where nobody said anything about it. */
export function wishesOf(others: readonly Other[], shown: Pictures | null): Wish[] {
  return [...soundOf(others), ...(shown ? picturesAsShown(others, shown) : allPictures(others))];
}

/** Of all, also of those who are silent now: when they speak, nothing has to be asked for. */
function soundOf(others: readonly Other[]): Wish[] {
  const sending = (source: CallSource, on: boolean) =>
    others.filter(({ sources }) => sources.includes(source) === on).map(({ device }) => ({ device, source, height: 0 }));
  return [...sending('microphone', true), ...sending('screen-audio', true), ...sending('microphone', false)];
}

function allPictures(others: readonly Other[]): Wish[] {
  return (['screen', 'camera'] as const).flatMap((source) =>
    others.filter(({ sources }) => sources.includes(source)).map(({ device }) => ({ device, source, height: CALL_LIMITS.height })),
  );
}

function picturesAsShown(others: readonly Other[], shown: Pictures): Wish[] {
  const wishes = new Map<string, Wish>();
  for (const { device, source, height } of shown) {
    const name = `${device} ${source}`;
    const sends = others.some((other) => other.device === device && other.sources.includes(source));
    if (!sends || wishes.has(name) || (source !== 'camera' && source !== 'screen')) continue;
    wishes.set(name, { device, source, height: Math.min(TALLEST, Math.max(1, Math.round(height) || 1)) });
  }
  return [...wishes.values()];
}

/** As much as the wire can say. */
const TALLEST = 16_384;
