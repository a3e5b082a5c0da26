import type { CallSource } from '../../../../protocol/index.ts';
import { CodedError } from '../../../../protocol/index.ts';

type Why = 'denied' | 'busy' | 'none';

const WHY_BY_NAME: Readonly<Record<string, Why>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  // Nobody is asked where the page was not clicked at.
  InvalidStateError: 'denied',
  NotReadableError: 'busy',
  AbortError: 'busy',
  // Of older Chromium.
  TrackStartError: 'busy',
};

const CODES: Readonly<Record<CallSource, Readonly<Record<Why, string>>>> = {
  camera: { denied: 'camera_denied', busy: 'camera_busy', none: 'no_camera' },
  microphone: { denied: 'microphone_denied', busy: 'microphone_busy', none: 'no_microphone' },
  screen: { denied: 'screen_denied', busy: 'screen_denied', none: 'no_screen' },
  'screen-audio': { denied: 'screen_denied', busy: 'screen_denied', none: 'no_screen' },
};

/** What a browser says about a device that it does not give, as a code with a sentence. */
export function explainRefusal(source: CallSource, error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  const { name = '' } = (error ?? {}) as { readonly name?: string };
  return new CodedError(CODES[source][WHY_BY_NAME[name] ?? 'none']);
}
