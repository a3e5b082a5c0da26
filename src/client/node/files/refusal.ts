import { CodedError } from '../../../protocol/index.ts';

/** What a relay may say no with; anything else it says is judged by the number alone. */
const CODES = new Set([
  'unknown_file',
  'wrong_offset',
  'upload_busy',
  'room_storage_full',
  'device_storage_full',
  'relay_storage_full',
  'ticket_refused',
  'storage_failed',
  'too_slow',
  'too_large',
  'too_many_connections',
  'shutting_down',
  'not_yours',
]);

const BY_STATUS: Readonly<Record<number, string>> = {
  401: 'ticket_refused',
  403: 'not_yours',
  404: 'unknown_file',
  408: 'too_slow',
  409: 'wrong_offset',
  413: 'relay_storage_full',
  423: 'upload_busy',
  429: 'too_many_connections',
  500: 'storage_failed',
  503: 'shutting_down',
  507: 'relay_storage_full',
};

/** Why the relay said no. Its sentence is for programs that have none of their own. */
export function refusalOf(status: number, text: string): CodedError {
  const byStatus = BY_STATUS[status] ?? 'not_corrillo';
  const { code, free } = readRefusal(text);
  const known = typeof code === 'string' && CODES.has(code) ? code : byStatus;
  return new CodedError(known, typeof free === 'number' && Number.isSafeInteger(free) ? { free } : {});
}

function readRefusal(text: string): { code?: unknown; free?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as { code?: unknown; free?: unknown };
  } catch {
    return {};
  }
}
