import { CodedError } from '../../../../protocol/index.ts';

const DENIED = /permission denied|not permitted|access denied|not authorized/i;

/** Why a device gave nothing, by what ffmpeg said last. */
export function nameCaptureFault(source: 'camera' | 'microphone' | 'screen', said: string): CodedError {
  if (source === 'screen') return new CodedError(DENIED.test(said) ? 'screen_denied' : 'no_display');
  if (/busy|in use|could not (run|start) graph|already/i.test(said)) return new CodedError(`${source}_busy`);
  if (DENIED.test(said)) return new CodedError(`${source}_denied`);
  return new CodedError(`no_${source}`);
}
