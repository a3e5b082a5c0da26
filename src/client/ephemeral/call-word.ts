import * as v from 'valibot';

const uint = v.custom<number>((value) => Number.isSafeInteger(value) && (value as number) >= 0);

/** How a member is in the room's call: all of it each time, so that one that was missed is made good by the next. */
export const callWord = v.strictObject({
  /** False: it went. The rest means nothing then. */
  in: v.boolean(),
  /** A bit each, in the order of CALL_SOURCES: what it sends. As a number, so that every choice takes as many bytes. */
  sources: v.pipe(uint, v.maxValue(15)),
  hand: v.boolean(),
  /** It began this call, and calls the others to it. */
  ring: v.boolean(),
  /** When it came, by its own clock, ms since 1970. Stays what it is while it comes anew by itself. */
  since: uint,
});

export type CallWord = v.InferOutput<typeof callWord>;
