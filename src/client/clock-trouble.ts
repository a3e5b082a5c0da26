import { CodedError } from '../protocol/index.ts';

const DAY = 86_400_000;

/**
 * A day apart and more is a wrong clock, not a slow line. Programs do not look at the dates of certificates, and so would not
 * notice; browsers refuse the page then, and times of messages are wrong everywhere.
 * @returns undefined where the two agree, give or take a time zone
 */
export function clockTrouble(relay: number, own: number): CodedError | undefined {
  const days = Math.floor(Math.abs(relay - own) / DAY);
  return days >= 1 ? new CodedError('clock_off', { days }) : undefined;
}
