import { asSource, concatBytes, equalBytes, randomBytes } from './bytes.ts';
import { type FileOpener, type FileSealer, GroupError, type SegmentAead } from './contract.ts';
import { deriveFloeKeys, encodeParams, encodePosition, FLOE, type FloeKeys, type FloeParams, MAX_SEGMENTS } from './floe-keys.ts';

/*
 * C2SP FLOE (c2sp.org/FLOE), the random-access form: a header, then segments `length | iv | ciphertext | tag`. What keeps them in place is the
 * associated data of each: its position, and whether it is the last.
 */

/** The length of every segment but the last. */
const INTERNAL = 0xff_ff_ff_ff;

/**
 * startEncryption; with `header`, the same again for a file whose sealing goes on.
 *
 * @throws GroupError `unreadable` where header and key do not belong together
 */
export function createFloeSealer(
  params: FloeParams,
  key: Uint8Array,
  aad: Uint8Array,
  aead: SegmentAead,
  earlier?: Uint8Array,
): FileSealer {
  const { header, keys } = earlier ? readHeader(params, key, aad, earlier) : makeHeader(params, key, aad);
  return {
    header,
    seal: (position, plain, last, target = new Uint8Array(plain.length + FLOE.overhead)) => {
      requirePlace(params, position, plain.length + FLOE.overhead, last);
      const segment = target.subarray(0, plain.length + FLOE.overhead);
      new DataView(segment.buffer, segment.byteOffset).setUint32(0, last ? segment.length : INTERNAL);
      const iv = crypto.getRandomValues(asSource(segment.subarray(FLOE.length, FLOE.length + FLOE.aeadIv)));
      const sealed = segment.subarray(FLOE.length + FLOE.aeadIv);
      const done = aead.seal(keys.keyAt(position), iv, segmentData(position, last), plain, sealed);
      // An engine that works at once costs no turn of the event loop.
      return done instanceof Promise ? done.then(() => segment) : segment;
    },
  };
}

/**
 * startDecryption.
 *
 * @throws GroupError `unreadable` where header and key do not belong together, or its parameters are not `params`
 */
export function createFloeOpener(params: FloeParams, key: Uint8Array, aad: Uint8Array, header: Uint8Array, aead: SegmentAead): FileOpener {
  const { keys } = readHeader(params, key, aad, header);
  return {
    open: (position, segment, last, target = new Uint8Array(Math.max(0, segment.length - FLOE.overhead))) => {
      checkSegment(params, position, segment, last);
      const plain = target.subarray(0, segment.length - FLOE.overhead);
      const iv = segment.subarray(FLOE.length, FLOE.length + FLOE.aeadIv);
      const sealed = segment.subarray(FLOE.length + FLOE.aeadIv);
      try {
        const done = aead.open(keys.keyAt(position), iv, segmentData(position, last), sealed, plain);
        return done instanceof Promise ? done.then(() => plain, refuse) : plain;
      } catch {
        return refuse();
      }
    },
  };
}

function refuse(): never {
  throw new GroupError('unreadable', 'a segment was damaged, or is not of this place');
}

interface Started {
  readonly header: Uint8Array;
  readonly keys: FloeKeys;
}

function makeHeader(params: FloeParams, key: Uint8Array, aad: Uint8Array): Started {
  const iv = randomBytes(FLOE.iv);
  const keys = deriveFloeKeys(params, key, iv, aad);
  return { header: concatBytes(encodeParams(params), iv, keys.headerTag), keys };
}

function readHeader(params: FloeParams, key: Uint8Array, aad: Uint8Array, header: Uint8Array): Started {
  if (header.length !== FLOE.header) throw new GroupError('unreadable', 'a header has another length');
  if (!equalBytes(header.subarray(0, FLOE.params), encodeParams(params)))
    throw new GroupError('unreadable', 'sealed with other parameters');
  const keys = deriveFloeKeys(params, key, header.slice(FLOE.params, FLOE.params + FLOE.iv), aad);
  if (!equalBytes(header.subarray(FLOE.params + FLOE.iv), keys.headerTag)) {
    throw new GroupError('unreadable', 'a damaged header, or one of another key');
  }
  return { header: Uint8Array.from(header), keys };
}

/** aead_aad: the position, and whether it is the last. */
const segmentData = (position: number, last: boolean) => asSource(concatBytes(encodePosition(position), Uint8Array.of(last ? 1 : 0)));

/** What would be a defect of the caller: nobody else decides what is sealed where. */
function requirePlace({ segment }: FloeParams, position: number, length: number, last: boolean): void {
  const fits = last ? length <= segment : length === segment;
  if (!fits || !isPosition(position, last)) throw new RangeError('no such segment');
}

/** What a sealed segment says of itself must fit what is asked for. */
function checkSegment({ segment }: FloeParams, position: number, bytes: Uint8Array, last: boolean): void {
  const fits = last ? bytes.length >= FLOE.overhead && bytes.length <= segment : bytes.length === segment;
  if (!fits) throw new GroupError('unreadable', 'a segment has another length');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (length !== (last ? bytes.length : INTERNAL)) {
    throw new GroupError(
      'unreadable',
      last ? 'cut: what should be the last segment is not' : 'a segment says that it is the last, and is not',
    );
  }
  if (!isPosition(position, last)) throw new GroupError('unreadable', 'no such segment');
}

const isPosition = (position: number, last: boolean) =>
  Number.isSafeInteger(position) && position >= 0 && position < (last ? MAX_SEGMENTS : MAX_SEGMENTS - 1);
