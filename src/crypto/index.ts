export type {
  Cryptography,
  Departed,
  Group,
  GroupChange,
  GroupErrorCode,
  Identity,
  LinkKeys,
  OpenedCommit,
  OpenedMessage,
  RoomContext,
  Sealed,
  Vault,
} from './contract.ts';
export { GroupError } from './contract.ts';
export { createIdentity, restoreIdentity, verifySignature } from './identity.ts';
export { deriveLinkKeys, openInfo, sealInfo } from './link-keys.ts';
export { commitChange } from './mls/commit-change.ts';
export { createGroup, describeGroup, exportSecret } from './mls/found.ts';
export { decodeGroup, encodeGroup } from './mls/group-codec.ts';
export { joinByLink } from './mls/join.ts';
export { openMessage, sealMessage } from './mls/messages.ts';
export { openCommit } from './mls/open-commit.ts';
export { leafKey } from './mls/state.ts';
export { createVault } from './vault.ts';
