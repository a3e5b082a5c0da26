import { CodedError } from '../../../protocol/index.ts';

/** Why a signal was aborted: what whoever did it says, else that the way to the relay is closed. */
export const calledOff = (signal: AbortSignal): CodedError =>
  signal.reason instanceof CodedError ? signal.reason : new CodedError('offline');
