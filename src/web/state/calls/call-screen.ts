import type { CallView } from '../../../client/index.ts';
import type { CallSource } from '../../../protocol/index.ts';
import type { Problem } from '../problem.ts';
import type { CallProblem } from './call-problems.ts';
import type { Wanted } from './preparation.ts';

/** What the screens of calls show, beside who is in them. */
export interface CallScreen {
  /** The room whose call the person is about to join. */
  readonly before: { readonly room: string; readonly wanted: Wanted; readonly joining: boolean } | null;
  /** The call that this device is in, comes into or comes back into; while it comes back, with those who were in it last. */
  readonly call: CallView | null;
  /** The conversation is beside the call; on small screens, in place of it. */
  readonly talk: boolean;
  readonly layout: 'grid' | 'speaker';
  /** Key of a picture that is wanted large. */
  readonly pinned: string | null;
  /** Sources that are being turned on or off. */
  readonly turning: readonly CallSource[];
  readonly problems: readonly CallProblem[];
  /** Something could have left unsealed: until the person has seen it. */
  readonly unsealed: Problem | null;
  /** The browser plays nothing until somebody touches the page. */
  readonly soundBlocked: boolean;
  readonly blurred: boolean;
}

export const noCall: CallScreen = {
  before: null,
  call: null,
  talk: true,
  layout: 'grid',
  pinned: null,
  turning: [],
  problems: [],
  unsealed: null,
  soundBlocked: false,
  blurred: false,
};

/** The own device sends this. */
export function sends(call: CallView | null, source: CallSource): boolean {
  return call?.members.some(({ own, sources }) => own && sources.includes(source)) ?? false;
}
