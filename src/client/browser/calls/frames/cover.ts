import type { MediaKind } from './messages.ts';

/*
 * Packetizers and forwarders look into the first bytes of a VP8 frame (RFC 7741 section 4.3) and are to find some; all that they find out is
 * whether it is a key frame, which they are told anyway. Sound is looked into by nobody.
 */

/** A key frame of two by two pixels. */
const KEY = Uint8Array.of(0x10, 0, 0, 0x9d, 0x01, 0x2a, 2, 0, 2, 0);
const DELTA = Uint8Array.of(0x11);
/** Lowest bit of a VP8 frame: it is not a key frame. */
const INTER = 1;

export function coverFrame(sealed: Uint8Array, kind: MediaKind, isKey: boolean): ArrayBuffer {
  const head = kind === 'audio' ? new Uint8Array(0) : isKey ? KEY : DELTA;
  const covered = new Uint8Array(head.length + sealed.length);
  covered.set(head);
  covered.set(sealed, head.length);
  return covered.buffer;
}

/** @returns what was sealed; empty where there is none */
export function uncoverFrame(data: ArrayBuffer, kind: MediaKind): Uint8Array {
  const bytes = new Uint8Array(data);
  if (kind === 'audio') return bytes;
  return bytes.subarray(((bytes[0] ?? INTER) & INTER) === 0 ? KEY.length : DELTA.length);
}
