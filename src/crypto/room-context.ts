import { decode, encode } from 'cborg';
import * as v from 'valibot';
import { compareBytes, equalBytes, utf8 } from './bytes.ts';
import { type Access, GroupError, type RoomContext } from './contract.ts';
import { LIMITS } from './limits.ts';

/** Private-use extension type (RFC 9420 section 17.3) of the GroupContext extension that holds a room's context. */
export const ROOM_CONTEXT_TYPE = 0xf0c0;

/** The context as it stands in the group: what the contract shows, and the id of the link before, which must not come back. */
export interface StoredContext extends RoomContext {
  readonly formerLink: Uint8Array | null;
}

/** Version 1 is what rooms were before there were kinds of them; those by invitation still are, byte for byte. */
const VERSION = 1;
const VERSION_WITH_ACCESS = 2;

const bytes32 = v.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === 32);
const removerList = v.pipe(v.array(bytes32), v.maxLength(LIMITS.removers));
const boundedTitle = v.pipe(
  v.string(),
  v.check((title) => utf8(title).length <= LIMITS.titleBytes),
);
const invited = v.strictTuple([v.literal(VERSION), v.nullable(bytes32), v.nullable(bytes32), bytes32, removerList, boundedTitle]);
const open = v.strictTuple([
  v.literal(VERSION_WITH_ACCESS),
  v.nullable(bytes32),
  v.nullable(bytes32),
  bytes32,
  removerList,
  boundedTitle,
  v.literal('open'),
]);
/** Two people need no title, no roles, and never a link: there is nothing in it that could change. */
const direct = v.strictTuple([
  v.literal(VERSION_WITH_ACCESS),
  v.null(),
  v.null(),
  bytes32,
  v.pipe(v.array(bytes32), v.maxLength(0)),
  v.literal(''),
  v.literal('direct'),
]);
const schema = v.union([invited, open, direct]);

/** @throws GroupError `forbidden` when a field is out of bounds */
export function encodeContext(context: StoredContext): Uint8Array {
  const removers = context.removers.toSorted(compareBytes);
  const { link, formerLink, founder, title, access } = context;
  const fields = [link, formerLink, founder, removers, title];
  const parsed = v.safeParse(schema, access === 'invited' ? [VERSION, ...fields] : [VERSION_WITH_ACCESS, ...fields, access]);
  if (!parsed.success || !areDistinct(removers)) throw new GroupError('forbidden', 'room context out of bounds');
  return encode(parsed.output);
}

/**
 * Takes only what `encodeContext` gives, byte for byte: two readings of one context would be two rooms.
 *
 * @throws GroupError `unreadable`
 */
export function decodeContext(bytes: Uint8Array): StoredContext {
  const value = decodeValue(bytes);
  if (Array.isArray(value) && typeof value[0] === 'number' && value[0] > VERSION_WITH_ACCESS) {
    throw new GroupError('unreadable', 'room context of a newer version');
  }
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) throw new GroupError('unreadable', 'malformed room context');
  const [, link, formerLink, founder, removers, title, access = 'invited' satisfies Access] = parsed.output;
  const context: StoredContext = { link, formerLink, founder, removers, title, access };
  if (!areDistinct(removers) || !equalBytes(encodeContext(context), bytes))
    throw new GroupError('unreadable', 'room context has another encoding');
  return context;
}

function decodeValue(bytes: Uint8Array): unknown {
  try {
    return decode(bytes, { strict: true, allowIndefinite: false, allowUndefined: false });
  } catch {
    throw new GroupError('unreadable', 'malformed room context');
  }
}

const areDistinct = (sorted: readonly Uint8Array[]) => sorted.every((item, i) => i === 0 || !equalBytes(item, sorted[i - 1] as Uint8Array));
