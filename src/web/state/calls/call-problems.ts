import type { CallSource } from '../../../protocol/index.ts';
import type { callErrors } from '../../../client/locales/en/call-errors.ts';
import type { Problem } from '../problem.ts';

/** What is wrong with a call, and with which of its sources; null where it is about all of it. */
export interface CallProblem {
  readonly room: string;
  readonly source: CallSource | null;
  readonly problem: Problem;
}

type CallCode = keyof typeof callErrors;

/** Where each code about calls is shown; of a source, with the switch of that source. */
const places: Record<CallCode, CallSource | 'call' | 'named'> = {
  no_calls: 'call',
  call_full: 'call',
  too_many_calls: 'call',
  bad_offer: 'call',
  not_in_call: 'call',
  unknown_call_word: 'call',
  calls_unsupported: 'call',
  call_unreachable: 'call',
  call_refused: 'call',
  call_lost: 'call',
  call_silent: 'call',
  call_replaced: 'call',
  call_unsealed: 'call',
  camera_denied: 'camera',
  camera_busy: 'camera',
  no_camera: 'camera',
  microphone_denied: 'microphone',
  microphone_busy: 'microphone',
  no_microphone: 'microphone',
  screen_denied: 'screen',
  no_screen: 'screen',
  no_display: 'screen',
  no_ffmpeg: 'call',
  no_window: 'call',
  source_gone_in_call: 'named',
  media_stopped: 'call',
  media_failed: 'call',
};

/** Is it about calls? Then the call shows it, and not the line that is written. */
export function isAboutCalls(code: string): boolean {
  return Object.hasOwn(places, code);
}

/** @param asked the source that was to be turned, where one was */
export function callProblemOf(room: string, problem: Problem, asked: CallSource | null = null): CallProblem {
  const place = isAboutCalls(problem.code) ? places[problem.code as CallCode] : 'call';
  if (place === 'named') return { room, problem, source: namedSource(problem.detail['source']) ?? asked };
  return { room, problem, source: place === 'call' ? asked : place };
}

function namedSource(name: unknown): CallSource | null {
  return name === 'camera' || name === 'microphone' || name === 'screen' ? name : null;
}

/** One of each source, the newest. */
export function addProblem(problems: readonly CallProblem[], added: CallProblem): readonly CallProblem[] {
  return [...problems.filter(({ source }) => source !== added.source), added];
}
