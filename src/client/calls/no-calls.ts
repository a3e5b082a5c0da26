import { CodedError } from '../../protocol/index.ts';
import type { Calls } from '../api.ts';

/** Of a client whose platform has no media: others' calls are there, and it cannot join them. */
export function createNoCalls(): Calls {
  const refuse = async (): Promise<never> => {
    throw new CodedError('calls_unsupported', { because: 'platform' });
  };
  return {
    view: () => null,
    current: () => null,
    join: refuse,
    leave: async () => {},
    turn: refuse,
    raiseHand: refuse,
    dismiss() {},
    show() {},
  };
}
