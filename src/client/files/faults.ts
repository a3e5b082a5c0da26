import { CodedError } from '../../protocol/index.ts';

/** With these a transfer is over: asking again changes nothing, or not before a person did something. All others pass. */
const LASTING = new Set([
  'source_changed',
  'source_gone',
  'source_unreadable',
  'pipe_lost',
  'target_full',
  'target_gone',
  'target_missing',
  'target_not_writable',
  'file_gone',
  'file_damaged',
  'room_storage_full',
  'device_storage_full',
  'relay_storage_full',
  'no_such_room',
  'not_inside',
  'peer_left',
  'left',
  'removed',
  'outdated',
  'internal',
]);

/** `wait`: with everything else that wants this relay; `aside`: this room is not open to the device yet, and others go first. */
export type Verdict = 'fail' | 'wait' | 'aside';

export function judge({ code }: CodedError): Verdict {
  if (LASTING.has(code)) return 'fail';
  return code === 'unknown_room' ? 'aside' : 'wait';
}

/** Faults that nobody foresaw end a transfer, and never the program. */
export function asCoded(error: unknown): CodedError {
  return error instanceof CodedError ? error : new CodedError('internal', { message: String(error).slice(0, 200) });
}
