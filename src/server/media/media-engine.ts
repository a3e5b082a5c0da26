import type { CallAnswer, CallDemand, CallOffer, CallWant } from '../../protocol/index.ts';

/**
 * What forwards media: an SFU in a process of its own here, several nodes or another program's elsewhere. It knows calls and members by names that
 * mean nothing to it, is told who is in by the relay alone, and keeps nothing that outlives its process. Suite: test/contracts/media-engine.
 */
export interface MediaEngine {
  /**
   * A member comes to a call, or comes again in place of what it had there; the call begins with its first member and is over without one.
   * Rejects with CodedError `call_full`, `bad_offer`; `no_calls` while there is no engine that could.
   */
  join(call: string, member: string, offer: CallOffer): Promise<CallAnswer>;
  /** In place of all that this member wanted before. What is nowhere to be had is remembered, and comes when it is there. */
  want(call: string, member: string, wants: readonly CallWant[]): void;
  /** No packet passes to or from this member from now on. Not an error for one that is not there. */
  leave(call: string, member: string): void;
  close(): Promise<void>;
}

export interface MediaEvents {
  /** A member is in the call no longer, and not by `leave`: `call_silent` (nothing came from it), `call_lost` (the engine died), `call_refused` (it could not show who it is). */
  onEnded(call: string, member: string, code: string): void;
  /** What the others take of this member, as far as they get it: when it changes. */
  onDemand(call: string, member: string, demand: readonly CallDemand[]): void;
}
