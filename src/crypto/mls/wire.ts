import type { MLSMessage } from 'ts-mls';
import { decodeMlsMessage, encodeMlsMessage } from 'ts-mls/message.js';
import { equalBytes } from '../bytes.ts';
import { GroupError } from '../contract.ts';
import { LIMITS } from '../limits.ts';

export type WireMessage = MLSMessage;

export function encodeWire(message: WireMessage): Uint8Array {
  return encodeMlsMessage(message);
}

/**
 * Decodes one MLSMessage (RFC 9420 section 6). ts-mls takes lengths that are longer than need be, odd presence bytes and
 * anything after the end; signatures do not cover those. One message has one encoding here. The bytes are copied first:
 * what is parsed points into them and ends up in the group, and the caller's buffer is the caller's.
 *
 * @throws GroupError `unreadable`
 */
export function decodeWire(bytes: Uint8Array): WireMessage {
  if (bytes.length > LIMITS.wireBytes) throw new GroupError('unreadable', 'too large');
  const own = Uint8Array.from(bytes);
  let message: WireMessage | undefined;
  let again: Uint8Array | undefined;
  try {
    message = decodeMlsMessage(own, 0)?.[0];
    again = message && encodeMlsMessage(message);
  } catch {
    message = undefined;
  }
  if (!message || !again) throw new GroupError('unreadable', 'no MLS message');
  if (!equalBytes(again, own)) throw new GroupError('unreadable', 'not in its one encoding');
  return message;
}
