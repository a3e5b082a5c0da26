import { CodedError, PROTOCOL_VERSIONS, SIZES } from '../../protocol/index.ts';
import type { Handler } from './handler.ts';

/** Agrees on a version, the best of ours that the client speaks too, and sends the challenge. */
export const hello: Handler<'hello', 'greeting'> = {
  needs: 'greeting',
  run({ frame, session, context }) {
    const version = PROTOCOL_VERSIONS.find((ours) => frame.versions.includes(ours));
    if (version === undefined) throw new CodedError(nameDifference(frame.versions));
    const nonce = context.random(SIZES.nonce);
    session.state = { name: 'challenged', version, nonce };
    session.answer({ t: 'challenge', version, relay: context.relayKey, nonce });
  },
};

/** Which of the two is to be updated. */
function nameDifference(theirs: readonly number[]): 'version_too_old' | 'version_too_new' | 'version_unsupported' {
  if (theirs.every((version) => version < Math.min(...PROTOCOL_VERSIONS))) return 'version_too_old';
  if (theirs.every((version) => version > Math.max(...PROTOCOL_VERSIONS))) return 'version_too_new';
  return 'version_unsupported';
}
