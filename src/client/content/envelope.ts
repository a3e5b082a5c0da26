import * as v from 'valibot';
import { CodedError, decodeValue, encodeValue } from '../../protocol/index.ts';
import { type ContentBody, type ContentKind, kinds } from './kinds.ts';

/** What is sealed: one kind of content with what lets the others notice that something was withheld. */
export interface Content {
  /** Counts this sender's messages in this room, from 1: a gap means the relay kept something back. */
  readonly n: number;
  /** The sender's clock, ms since 1970. */
  readonly at: number;
  /** The newest entry the sender had seen: its number and hash. Members of a forked log find each other out by it. */
  readonly seen: readonly [seq: number, hash: Uint8Array];
  readonly body: ContentBody;
}

const VERSION = 0;
const uint = v.custom<number>((value) => Number.isSafeInteger(value) && (value as number) >= 0);
const hash = v.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === 32);
const envelope = v.strictObject({
  v: uint,
  n: uint,
  at: uint,
  seen: v.strictTuple([uint, hash]),
  k: v.string(),
  b: v.record(v.string(), v.unknown()),
});

export function encodeContent(content: Content): Uint8Array {
  const { kind, ...body } = content.body;
  return encodeValue({ v: VERSION, n: content.n, at: content.at, seen: content.seen, k: kind, b: body });
}

/** @throws CodedError `newer_version` for a kind this program does not know, `bad_content` for one that is malformed */
export function decodeContent(bytes: Uint8Array): Content {
  const outer = v.safeParse(envelope, decodeOrRefuse(bytes));
  if (!outer.success) throw new CodedError('bad_content');
  const { v: version, n, at, seen, k, b } = outer.output;
  if (version > VERSION || !Object.hasOwn(kinds, k)) throw new CodedError('newer_version', { kind: k.slice(0, 40) });
  const body = v.safeParse(kinds[k as ContentKind], b);
  if (!body.success) throw new CodedError('bad_content', { kind: k });
  return { n, at, seen, body: { kind: k, ...body.output } as ContentBody };
}

function decodeOrRefuse(bytes: Uint8Array): unknown {
  try {
    return decodeValue(bytes);
  } catch {
    throw new CodedError('bad_content');
  }
}
