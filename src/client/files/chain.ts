import { SEALED_FILE } from '../../crypto/index.ts';
import { concatBytes, utf8 } from '../../protocol/index.ts';
import { sha256 } from '../room/hash.ts';

/*
 * What the author of a file sealed, segment by segment, in 32 bytes: h(0) = SHA-256("corrillo file v0\0" | header), h(i + 1) = SHA-256(h(i) | tag(i)).
 * FLOE alone holds off a relay; whoever has the key as well could seal something else in the file's place, and this tells them apart. It is
 * kept with each part, so that a transfer that goes on reads nothing again.
 */

/** @param header 74 bytes @returns h(0) */
export function startChain(header: Uint8Array): Uint8Array {
  if (header.length !== SEALED_FILE.header) throw new RangeError('a header has 74 bytes');
  return sha256(concatBytes(utf8('corrillo file v0\0'), header));
}

/** @param state h(i) @param segment sealed, its tag at its end @returns h(i + 1) */
export function chainSegment(state: Uint8Array, segment: Uint8Array): Uint8Array {
  if (segment.length < SEALED_FILE.overhead) throw new RangeError('a sealed segment has at least 32 bytes');
  return sha256(concatBytes(state, segment.subarray(-SEALED_FILE.tag)));
}
