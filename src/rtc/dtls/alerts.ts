import type { DtlsEnd } from './handshake.ts';

/** Alerts that we say (RFC 5246 section 7.2.2). */
const CLOSE_NOTIFY = 0;
const DESCRIPTIONS: Partial<Record<DtlsEnd, number>> = {
  unsupported: 40,
  wrong_certificate: 42,
  not_authentic: 51,
};

/** @returns undefined where there is nothing that the peer does not know */
export function writeAlert(end: DtlsEnd): Buffer | undefined {
  if (end === 'closed') return Buffer.from([1, CLOSE_NOTIFY]);
  const description = DESCRIPTIONS[end];
  return description === undefined ? undefined : Buffer.from([2, description]);
}

/** @returns why it is over, if this ends it: a warning does not, except the one that says goodbye */
export function readAlert(payload: Buffer): DtlsEnd | undefined {
  const [level, description] = payload;
  if (payload.length !== 2) return undefined;
  if (description === CLOSE_NOTIFY) return 'closed_by_peer';
  return level === 2 ? 'refused' : undefined;
}
