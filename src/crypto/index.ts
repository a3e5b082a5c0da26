export type {
  Access,
  Cryptography,
  Departed,
  FileOpener,
  FileSealer,
  Group,
  GroupChange,
  GroupErrorCode,
  Identity,
  LinkKeys,
  OpenedCommit,
  OpenedMessage,
  OwnKeyPackage,
  RoomContext,
  Sealed,
  SegmentAead,
  SealedChange,
  Vault,
  Welcomed,
} from './contract.ts';
export { GroupError } from './contract.ts';
export { openForEpoch, sealForEpoch } from './epoch-box.ts';
export { deviceFingerprint } from './fingerprint.ts';
export { createFileOpener, createFileSealer, SEALED_FILE } from './floe-files.ts';
export { deriveFrameBase } from './frame-base.ts';
export { giveBack } from './give-back.ts';
export { createFrameOpener, createFrameSealer, type FrameOpener, type FrameRefusal, type FrameSealer, type OpenedFrame } from './sframe.ts';
export { createIdentity, restoreIdentity, verifySignature } from './identity.ts';
export { openKnock, sealKnock } from './knock.ts';
export { deriveLinkKeys, openInfo, sealInfo } from './link-keys.ts';
export { commitChange } from './mls/commit-change.ts';
export { createGroup, describeGroup, exportSecret } from './mls/found.ts';
export { decodeGroup, encodeGroup } from './mls/group-codec.ts';
export { joinByLink } from './mls/join.ts';
export { createKeyPackage, readKeyPackage } from './mls/key-package.ts';
export { openMessage, sealMessage } from './mls/messages.ts';
export { openCommit } from './mls/open-commit.ts';
export { leafIndex, leafKey } from './mls/state.ts';
export { joinByWelcome, welcomeRefs } from './mls/welcome.ts';
export { createVault } from './vault.ts';
