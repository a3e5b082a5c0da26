import { CodedError } from '../../../../protocol/index.ts';

/** Why a device gave nothing, by what ffmpeg said last. */
export function nameCaptureFault(source: 'camera' | 'microphone', said: string): CodedError {
  if (/busy|in use|could not (run|start) graph|already/i.test(said)) return new CodedError(`${source}_busy`);
  if (/permission denied|not permitted|access denied|not authorized/i.test(said)) return new CodedError(`${source}_denied`);
  return new CodedError(`no_${source}`);
}
