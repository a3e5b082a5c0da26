import type { ReceptionBlock } from '../../../rtc/index.ts';
import { middleOfNtp, toNtp } from './numbers.ts';

/** More than this is no network, but a report that is not about ours. */
const MOST = 10_000;

/** How long a packet to a receiver and its answer take, in ms (RFC 3550 section 6.4.1); undefined where it answers nothing. */
export function readRoundTrip({ lastReport, sinceLastReport }: ReceptionBlock, now: number): number | undefined {
  if (lastReport === 0) return undefined;
  const passed = ((middleOfNtp(toNtp(now)) - lastReport - sinceLastReport) | 0) / 65.536;
  return passed > MOST || passed < -1 ? undefined : Math.max(0, passed);
}
