import * as v from 'valibot';
import { LIMITS, SIZES } from '../limits.ts';
import { callOffer, callWant } from './calls.ts';
import {
  bytesOf,
  bytesUpTo,
  change,
  device,
  entryKind,
  hash,
  id,
  keyPackage,
  knockKey,
  q,
  room,
  shortText,
  token,
  uint,
} from './fields.ts';

/** Frames that a client sends, by kind. PROTOCOL.md tells their order and meaning. */
export const clientFrames = {
  /** First frame. `versions` best first; `client` is for the relay's log. */
  hello: v.strictObject({ t: v.literal('hello'), versions: v.pipe(v.array(uint), v.minLength(1), v.maxLength(16)), client: shortText }),

  /** Second frame: the device signs the challenge (see device-proof.ts). */
  proof: v.strictObject({ t: v.literal('proof'), device, signature: bytesOf(SIZES.signature) }),

  /**
   * Makes the relay's first room, its front room. `door`: SHA-256 of the room's door token; `info`: sealed GroupInfo of epoch 0; `knock` and
   * `open` as in a change.
   */
  found: v.strictObject({
    t: v.literal('found'),
    q,
    token,
    room,
    door: v.nullable(hash),
    info: v.nullable(bytesUpTo(LIMITS.info)),
    knock: v.optional(v.nullable(knockKey)),
    open: v.optional(v.nullable(token)),
  }),

  /** Which room an address alone leads to. */
  front: v.strictObject({ t: v.literal('front'), q }),

  /** Waits at a room's door, for as long as this connection lives. `body`: sealed to the room's knock key. Again: replaces it. */
  knock: v.strictObject({ t: v.literal('knock'), q, room, body: bytesUpTo(LIMITS.knock) }),
  /** Waits no longer. */
  withdraw: v.strictObject({ t: v.literal('withdraw'), room }),
  /** A member sends away who knocks. */
  deny: v.strictObject({ t: v.literal('deny'), room, device }),

  /** Makes a room without a door, with this device alone in it, at epoch 0. */
  create: v.strictObject({ t: v.literal('create'), q, room }),

  /**
   * Adds to this device's key packages (RFC 9420 section 10), each to be handed out once; `last` replaces the one that is handed out when there is
   * no other. With neither it asks how many are left.
   */
  publish: v.strictObject({
    t: v.literal('publish'),
    q,
    packages: v.pipe(v.array(keyPackage), v.maxLength(LIMITS.keyPackages)),
    last: v.nullable(keyPackage),
  }),
  /** One key package of a device with which this one shares a room. */
  package: v.strictObject({ t: v.literal('package'), q, device }),

  /** A stranger shows a door token, and may then append one external commit that adds itself. */
  door: v.strictObject({ t: v.literal('door'), q, room, token }),

  /** One entry for the log. `change`, `info` and `welcome` go with `commit` alone; `info` replaces the room's sealed GroupInfo. */
  append: v.strictObject({
    t: v.literal('append'),
    room,
    id,
    kind: entryKind,
    epoch: uint,
    body: bytesUpTo(LIMITS.body),
    change: v.optional(change),
    info: v.optional(v.nullable(bytesUpTo(LIMITS.info))),
    /** For the device that the change adds, where it is not the author: kept for it until it follows the room. */
    welcome: v.optional(bytesUpTo(LIMITS.info)),
  }),

  /** "I have this room up to `after`": answered with a page; the page that reaches the end also makes the room live. */
  follow: v.strictObject({ t: v.literal('follow'), q, room, after: uint }),

  /** Asks for what shows the relay's file port that this device is in the room. */
  ticket: v.strictObject({ t: v.literal('ticket'), q, room }),

  /** Says something to those who follow the room now: passed on, never stored. `body`: sealed. */
  ephemeral: v.strictObject({ t: v.literal('ephemeral'), room, body: bytesUpTo(LIMITS.ephemeral) }),

  /** Comes to the room's call, or begins it. Again, also from another connection: in place of what was. */
  'call.join': v.strictObject({ t: v.literal('call.join'), q, room, offer: callOffer }),
  'call.leave': v.strictObject({ t: v.literal('call.leave'), room }),
  /** What is to come in which slot, from now on; a slot that is not named stays empty. */
  'call.want': v.strictObject({ t: v.literal('call.want'), room, wants: v.pipe(v.array(callWant), v.maxLength(LIMITS.callSlots)) }),

  ping: v.strictObject({ t: v.literal('ping') }),
  pong: v.strictObject({ t: v.literal('pong') }),
} as const;

export type ClientFrames = { [K in keyof typeof clientFrames]: v.InferOutput<(typeof clientFrames)[K]> };
export type ClientFrame = ClientFrames[keyof ClientFrames];
