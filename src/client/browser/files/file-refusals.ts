import { CodedError } from '../../../protocol/index.ts';

/** Answers to HEAD have no body to say more in. */
const BY_STATUS: Readonly<Record<number, string>> = {
  401: 'ticket_refused',
  404: 'unknown_file',
  429: 'too_many_connections',
  500: 'storage_failed',
  503: 'shutting_down',
};

/** What an answer that is no success says: the relay's code, or that something else answers there. */
export async function readRefusal(response: Response, method: string): Promise<CodedError> {
  const { status, headers } = response;
  // A relay that went, and something else in its place: that file is not gone because a stranger says so.
  if (!/^application\/json\b/.test(headers.get('Content-Type') ?? '')) return new CodedError('not_corrillo', { status });
  if (method === 'HEAD') return new CodedError(BY_STATUS[status] ?? 'not_corrillo', { status });
  try {
    const { code, free } = (await response.json()) as { code?: unknown; free?: unknown };
    if (typeof code === 'string' && /^[a-z][a-z_]{2,39}$/.test(code)) return new CodedError(code, typeof free === 'number' ? { free } : {});
  } catch {
    // Not what this relay says.
  }
  return new CodedError('not_corrillo', { status });
}

/** A number from a header, where it is one. @returns null where the header is not there */
export function readCount(response: Response, header: string): number | null {
  const text = response.headers.get(header);
  if (text === null) return null;
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count)) throw new CodedError('not_corrillo', { header });
  return count;
}

/** Bytes of the whole, as `Content-Range: bytes 0-9/100` says. */
export function readWhole(response: Response): number {
  const range = /^bytes \d+-\d+\/(\d+)$/.exec(response.headers.get('Content-Range') ?? '');
  const whole = Number(range?.[1]);
  if (response.status !== 206 || !Number.isSafeInteger(whole)) throw new CodedError('not_corrillo', { header: 'Content-Range' });
  return whole;
}
