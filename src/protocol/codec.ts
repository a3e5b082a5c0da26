import { decode as cborDecode, encode as cborEncode } from 'cborg';
import * as v from 'valibot';
import { CodedError } from './errors.ts';
import { type ClientFrame, clientFrames, type RelayFrame, relayFrames } from './frames/index.ts';
import { LIMITS } from './limits.ts';

/** A frame on a link: 4 bytes big-endian length, then that many bytes of CBOR. A *run* is any number of them end to end. */
const HEADER = 4;

// Deterministic key order costs a sort per map and buys nothing here: nobody hashes a frame. Entries are arrays.
const encodeOptions = { mapSorter: () => 0 } as const;
const decodeOptions = {
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  strict: true,
  rejectDuplicateMapKeys: true,
  tags: {},
} as const;

/** Encodes one value as strict CBOR. */
export function encodeValue(value: unknown): Uint8Array {
  return cborEncode(value, encodeOptions);
}

/** Decodes exactly one strict CBOR value. @throws CodedError `bad_frame` */
export function decodeValue(bytes: Uint8Array): unknown {
  try {
    return cborDecode(bytes, decodeOptions);
  } catch {
    throw new CodedError('bad_frame');
  }
}

/** Encodes one frame with its length in front, ready to be written to a link. */
export function encodeFrame(frame: ClientFrame | RelayFrame): Uint8Array {
  const body = encodeValue(frame);
  const framed = new Uint8Array(HEADER + body.length);
  new DataView(framed.buffer).setUint32(0, body.length);
  framed.set(body, HEADER);
  return framed;
}

/** Joins encoded frames into one run. */
export function joinRun(frames: readonly Uint8Array[]): Uint8Array {
  if (frames.length === 1) return frames[0] as Uint8Array;
  let length = 0;
  for (const frame of frames) length += frame.length;
  const run = new Uint8Array(length);
  let at = 0;
  for (const frame of frames) {
    run.set(frame, at);
    at += frame.length;
  }
  return run;
}

/** Decodes what a client sent. @throws CodedError `bad_frame` */
export function decodeClientFrame(body: Uint8Array): ClientFrame {
  return decodeFrame(body, clientFrames) as ClientFrame;
}

/** Decodes what the relay sent. @throws CodedError `bad_frame` */
export function decodeRelayFrame(body: Uint8Array): RelayFrame {
  return decodeFrame(body, relayFrames) as RelayFrame;
}

function decodeFrame(body: Uint8Array, schemas: Readonly<Record<string, v.GenericSchema>>): unknown {
  const value = decodeValue(body);
  const kind = (value as { t?: unknown } | null)?.t;
  const schema = typeof kind === 'string' && Object.hasOwn(schemas, kind) ? schemas[kind] : undefined;
  if (!schema) throw new CodedError('bad_frame');
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (!parsed.success) throw new CodedError('bad_frame');
  return parsed.output;
}

/** Cuts a byte stream into frame bodies. `push` throws CodedError `too_large` as soon as a length says so, before buffering it. */
export interface FrameSplitter {
  push(chunk: Uint8Array, onBody: (body: Uint8Array) => void): void;
  /** Bytes kept: of a frame that is not whole yet, and of all that is not wanted yet. */
  readonly pending: number;
}

export interface FrameSplitterOptions {
  /** Largest frame, asked when its length has come. */
  readonly maxFrame?: () => number;
  /** Asked before each frame; where it says no, the rest is kept, and a push of nothing goes on with it. */
  readonly wants?: () => boolean;
}

export function createFrameSplitter({ maxFrame = () => LIMITS.frame, wants = () => true }: FrameSplitterOptions = {}): FrameSplitter {
  // One buffer that doubles, and not a list of chunks: who sends byte by byte would make each cost an object.
  let kept = new Uint8Array();
  let pending = 0;
  let wanted = HEADER;

  function lengthAt(bytes: Uint8Array, at: number): number {
    const length = new DataView(bytes.buffer, bytes.byteOffset + at, HEADER).getUint32(0);
    if (length > maxFrame()) throw new CodedError('too_large', { length });
    return length;
  }

  function keep(chunk: Uint8Array): void {
    const length = pending + chunk.length;
    if (length > kept.length) {
      const larger = new Uint8Array(Math.max(length, 2 * kept.length));
      larger.set(kept.subarray(0, pending));
      kept = larger;
    }
    kept.set(chunk, pending);
    pending = length;
  }

  return {
    get pending() {
      return pending;
    },
    push(chunk, onBody) {
      if (pending + chunk.length < wanted || !wants()) return keep(chunk);
      const bytes = pending > 0 ? joinRun([kept.subarray(0, pending), chunk]) : chunk;
      let at = 0;
      wanted = HEADER;
      while (bytes.length - at >= HEADER && wants()) {
        const length = lengthAt(bytes, at);
        if (bytes.length - at < HEADER + length) {
          wanted = HEADER + length;
          break;
        }
        onBody(bytes.subarray(at + HEADER, at + HEADER + length));
        at += HEADER + length;
      }
      // Copy the rest: it must not keep a whole run alive.
      kept = bytes.slice(at);
      pending = kept.length;
    },
  };
}
