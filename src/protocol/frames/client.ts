import * as v from 'valibot';
import { LIMITS, SIZES } from '../limits.ts';
import { bytesOf, bytesUpTo, change, device, entryKind, hash, id, q, room, shortText, token, uint } from './fields.ts';

/** Frames that a client sends, by kind. PROTOCOL.md tells their order and meaning. */
export const clientFrames = {
  /** First frame. `versions` best first; `client` is for the relay's log. */
  hello: v.strictObject({ t: v.literal('hello'), versions: v.pipe(v.array(uint), v.minLength(1), v.maxLength(16)), client: shortText }),

  /** Second frame: the device signs the challenge (see device-proof.ts). */
  proof: v.strictObject({ t: v.literal('proof'), device, signature: bytesOf(SIZES.signature) }),

  /** Makes the relay's first room. `door`: SHA-256 of the room's door token; `info`: sealed GroupInfo of epoch 0. */
  found: v.strictObject({ t: v.literal('found'), q, token, room, door: v.nullable(hash), info: v.nullable(bytesUpTo(LIMITS.info)) }),

  /** A stranger shows a door token, and may then append one external commit that adds itself. */
  door: v.strictObject({ t: v.literal('door'), q, room, token }),

  /** One entry for the log. `change` and `info` go with `commit` alone; `info` replaces the room's sealed GroupInfo. */
  append: v.strictObject({
    t: v.literal('append'),
    room,
    id,
    kind: entryKind,
    epoch: uint,
    body: bytesUpTo(LIMITS.body),
    change: v.optional(change),
    info: v.optional(v.nullable(bytesUpTo(LIMITS.info))),
  }),

  /** "I have this room up to `after`": answered with a page; the page that reaches the end also makes the room live. */
  follow: v.strictObject({ t: v.literal('follow'), q, room, after: uint }),

  ping: v.strictObject({ t: v.literal('ping') }),
  pong: v.strictObject({ t: v.literal('pong') }),
} as const;

export type ClientFrames = { [K in keyof typeof clientFrames]: v.InferOutput<(typeof clientFrames)[K]> };
export type ClientFrame = ClientFrames[keyof ClientFrames];
