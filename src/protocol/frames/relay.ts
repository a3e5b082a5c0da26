import * as v from 'valibot';
import { LIMITS, SIZES } from '../limits.ts';
import { CALL_SOURCES, callAnswer, callDemand } from './calls.ts';
import { bytesOf, bytesUpTo, device, hash, id, keyPackage, knockKey, q, room, shortText, token, uint } from './fields.ts';

const entries = v.pipe(v.array(bytesUpTo(LIMITS.frame)), v.maxLength(4096));

/** Frames that the relay sends, by kind. */
export const relayFrames = {
  /** Answer to `hello`. `relay`: SHA-256 of the relay's SubjectPublicKeyInfo. */
  challenge: v.strictObject({ t: v.literal('challenge'), version: uint, relay: hash, nonce: bytesOf(SIZES.nonce) }),

  /**
   * The device is proved. `build`: hash of the page the relay serves, so that an older page can reload; `now`: the relay's clock, ms;
   * `place`: where others reach it, for invitations: the address it prints, and its ports.
   */
  welcome: v.strictObject({
    t: v.literal('welcome'),
    server: shortText,
    build: shortText,
    now: uint,
    place: v.optional(v.strictObject({ address: shortText, web: uint, chat: uint })),
  }),

  founded: v.strictObject({ t: v.literal('founded'), q }),

  /** Answer to `door`. `info`: the room's sealed GroupInfo as of `epoch`; the newcomer follows from `seq`, whose entry has hash `head`. */
  opened: v.strictObject({ t: v.literal('opened'), q, info: bytesUpTo(LIMITS.info), epoch: uint, seq: uint, head: hash }),

  /** Answer to `front`. `open`: the link's secret, in an open room; `knock`: what knocks are sealed to, null while nobody can knock. */
  front: v.strictObject({ t: v.literal('front'), q, room, open: v.nullable(token), knock: v.nullable(knockKey) }),

  /** The knock waits. */
  knocked: v.strictObject({ t: v.literal('knocked'), q }),
  /** To those who knock: the room's knock key is another one now (null: none for the moment). Knock again, sealed to it. */
  rekey: v.strictObject({ t: v.literal('rekey'), room, knock: v.nullable(knockKey) }),
  /** To who knocked: a member said no. */
  denied: v.strictObject({ t: v.literal('denied'), room }),
  /**
   * To a device that another one added: its Welcome, and the number and hash of the entry that added it, from which it follows. Sent when that is
   * stored, and on each connection until the device follows the room from there.
   */
  admitted: v.strictObject({ t: v.literal('admitted'), room, welcome: bytesUpTo(LIMITS.info), seq: uint, head: hash }),

  /** To those who follow the room: somebody knocks, or knocks no longer. */
  knocking: v.strictObject({ t: v.literal('knocking'), room, device, body: bytesUpTo(LIMITS.knock) }),
  gone: v.strictObject({ t: v.literal('gone'), room, device }),

  created: v.strictObject({ t: v.literal('created'), q }),
  /** Answer to `publish`: so many key packages wait, beside the last one. */
  published: v.strictObject({ t: v.literal('published'), q, left: uint, last: v.boolean() }),
  package: v.strictObject({ t: v.literal('package'), q, body: keyPackage }),

  /** These entries are on disk under these numbers. One frame for all of a turn. */
  stored: v.strictObject({ t: v.literal('stored'), room, acks: v.pipe(v.array(v.strictTuple([id, uint])), v.maxLength(4096)) }),

  /** This entry was not taken. `epoch`: the room's epoch now. */
  refused: v.strictObject({ t: v.literal('refused'), room, id, code: shortText, epoch: uint }),

  /** Answer to `follow`: entries after the number asked for, in order. `live`: the room is followed from here on. `here`: devices connected now. */
  page: v.strictObject({
    t: v.literal('page'),
    q,
    room,
    entries,
    seq: uint,
    head: hash,
    live: v.boolean(),
    here: v.pipe(v.array(device), v.maxLength(LIMITS.members)),
  }),

  /** New entries of a followed room, in order and without a gap. */
  entries: v.strictObject({ t: v.literal('entries'), room, entries }),

  /** A device of a followed room connected or went. */
  presence: v.strictObject({ t: v.literal('presence'), room, device, here: v.boolean() }),

  /**
   * Answer to `ticket`: opaque, to be shown with each HTTP request about files of this room. `until`: the relay's clock, ms, as of which it is no
   * good any more; `port`: of the file port, 0 where the relay has none but its web port.
   */
  ticket: v.strictObject({ t: v.literal('ticket'), q, ticket: bytesUpTo(LIMITS.ticket), until: uint, port: uint }),

  /** What a member said with `ephemeral`; not to itself. */
  ephemeral: v.strictObject({ t: v.literal('ephemeral'), room, device, body: bytesUpTo(LIMITS.ephemeral) }),

  /** Answer to `call.join`. */
  'call.joined': v.strictObject({ t: v.literal('call.joined'), q, answer: callAnswer }),
  /** Who is in the room's call, to all who follow the room: when it changes, and after the page that makes it live where there is one. */
  'call.members': v.strictObject({ t: v.literal('call.members'), room, members: v.pipe(v.array(device), v.maxLength(LIMITS.callMembers)) }),
  /** To one who sends: what of it is looked at, from now on. A source that is not named is looked at by nobody. */
  'call.demand': v.strictObject({
    t: v.literal('call.demand'),
    room,
    demand: v.pipe(v.array(callDemand), v.maxLength(CALL_SOURCES.length)),
  }),
  /** To one who was in the call: it is so no longer. `code`: `call_replaced`, `call_lost` … */
  'call.ended': v.strictObject({ t: v.literal('call.ended'), room, code: shortText }),

  /** `q` where it answers a request. A fatal code is the last frame of its session. */
  error: v.strictObject({ t: v.literal('error'), q: v.optional(q), code: shortText }),

  ping: v.strictObject({ t: v.literal('ping') }),
  pong: v.strictObject({ t: v.literal('pong') }),
} as const;

export type RelayFrames = { [K in keyof typeof relayFrames]: v.InferOutput<(typeof relayFrames)[K]> };
export type RelayFrame = RelayFrames[keyof RelayFrames];
