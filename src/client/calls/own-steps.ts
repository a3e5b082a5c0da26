import type { CodedError } from '../../protocol/index.ts';
import { CALL_LIMITS } from './limits.ts';

/*
 * The call that this device is in: pure values, and the steps from one to the next. What is sent and waited for is in own-call.ts.
 */

export type OwnStage =
  /** It was not in yet. */
  | { readonly at: 'joining' }
  | { readonly at: 'in'; readonly from: number; readonly tries: number }
  /** It was in, and joins again by itself. `from`: when it was lost; `tries`: how often it was tried since it was steady last. */
  | { readonly at: 'waiting'; readonly from: number; readonly tries: number; readonly error: CodedError };

export type AfterFault =
  | { readonly kind: 'out' }
  /** To be tried again after `delay` ms. */
  | { readonly kind: 'again'; readonly stage: OwnStage & { readonly at: 'waiting' }; readonly delay: number };

export const joining: OwnStage = { at: 'joining' };

export function flowing(stage: OwnStage, now: number): OwnStage {
  return { at: 'in', from: now, tries: stage.at === 'waiting' ? stage.tries : 0 };
}

/** With these it is over: asking again changes nothing, or is not what the person wants. */
const FINAL = new Set([
  'call_replaced',
  'call_refused',
  'calls_unsupported',
  'bad_offer',
  'unknown_room',
  'not_inside',
  'left',
  'removed',
  'outdated',
]);

/** Something went wrong. @param chance 0 to 1: all lost the call in the same moment, and must not all come back in the next */
export function afterFault(stage: OwnStage, error: CodedError, now: number, chance: number): AfterFault {
  if (stage.at === 'joining' || FINAL.has(error.code)) return { kind: 'out' };
  const from = stage.at === 'waiting' ? stage.from : now;
  if (now - from >= CALL_LIMITS.giveUp) return { kind: 'out' };
  // A call that holds is a new one; one that breaks each time it stands must not be tried without a pause.
  const tries = stage.at === 'in' && now - stage.from >= CALL_LIMITS.steady ? 0 : stage.tries;
  const pause = CALL_LIMITS.retries[Math.min(tries, CALL_LIMITS.retries.length - 1)] as number;
  return { kind: 'again', stage: { at: 'waiting', from, tries: tries + 1, error }, delay: pause / 2 + (pause / 2) * chance };
}
