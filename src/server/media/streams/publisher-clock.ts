import { CLOCK_RATES, type MediaKind } from './media-packet.ts';
import { fromNtp, timestampDistance } from './numbers.ts';

/**
 * What a publisher's clock shows, on ours. One for all streams of a publisher: what is wrong with it is then wrong with sound and picture
 * alike, and lips stay with words. Receivers are told our own time only, so that they see one clock whoever they look at.
 */
export interface PublisherClock {
  /** A sender report came. @returns our time at which what it says was so; it travelled as fast as the fastest lately */
  add(ntp: bigint, now: number): number;
}

/** A clock that differs by more than this was set, in ms. */
const SET = 1_000;
/** Clocks run apart: what the shortest way was is forgotten by this part with each report. */
const FORGETTING = 0.02;

export function createPublisherClock(): PublisherClock {
  let offset: number | undefined;
  return {
    add(ntp, now) {
      const theirs = fromNtp(ntp);
      const seen = now - theirs;
      if (offset === undefined || Math.abs(seen - offset) > SET || seen < offset) offset = seen;
      else offset += FORGETTING * (seen - offset);
      return theirs + offset;
    },
  };
}

/** What the timestamps of one stream mean. */
export interface StreamTime {
  set(at: { readonly time: number; readonly timestamp: number } | undefined): void;
  /** Our time at which this was taken; when it came, while nothing better is known. */
  timeOf(timestamp: number, arrival: number): number;
  /** Undefined before the publisher has said anything. */
  timestampAt(time: number): number | undefined;
}

/** What was taken longer ago, or later, than this is not believed. */
const BELIEVED = 5_000;

export function createStreamTime(kind: MediaKind): StreamTime {
  const perMs = CLOCK_RATES[kind] / 1000;
  let known: { readonly time: number; readonly timestamp: number } | undefined;
  return {
    set(at) {
      known = at;
    },
    timeOf(timestamp, arrival) {
      if (known === undefined) return arrival;
      const time = known.time + timestampDistance(timestamp, known.timestamp) / perMs;
      return Math.abs(arrival - time) > BELIEVED ? arrival : time;
    },
    timestampAt(time) {
      return known === undefined ? undefined : (known.timestamp + Math.round((time - known.time) * perMs)) >>> 0;
    },
  };
}
