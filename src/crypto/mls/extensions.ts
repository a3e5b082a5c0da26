import type { Extension } from 'ts-mls';
import { encodeRequiredCapabilities } from 'ts-mls/requiredCapabilities.js';
import { equalBytes } from '../bytes.ts';
import { GroupError } from '../contract.ts';
import { decodeContext, encodeContext, ROOM_CONTEXT_TYPE, type StoredContext } from '../room-context.ts';
import { CAPABILITIES } from './suite.ts';

/** What a leaf must understand to stand in the tree (RFC 9420 section 11.1): the room's context. */
const REQUIRED = encodeRequiredCapabilities({
  extensionTypes: [ROOM_CONTEXT_TYPE],
  proposalTypes: [],
  credentialTypes: CAPABILITIES.credentials,
});

export function buildExtensions(context: StoredContext): Extension[] {
  return [
    { extensionType: 'required_capabilities', extensionData: REQUIRED },
    { extensionType: ROOM_CONTEXT_TYPE, extensionData: encodeContext(context) },
  ];
}

/**
 * Exactly our two extensions, in their order. Anything more is refused: `external_senders` would let somebody outside
 * speak inside.
 *
 * @throws GroupError `unreadable`
 */
export function readExtensions(extensions: readonly Extension[]): StoredContext {
  const [required, context, ...rest] = extensions;
  if (!required || required.extensionType !== 'required_capabilities' || !equalBytes(required.extensionData, REQUIRED)) {
    throw new GroupError('unreadable', 'unknown required capabilities');
  }
  if (!context || context.extensionType !== ROOM_CONTEXT_TYPE || rest.length > 0)
    throw new GroupError('unreadable', 'unknown group context extensions');
  return decodeContext(context.extensionData);
}
