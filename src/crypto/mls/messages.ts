import type { ClientState, EpochReceiverData } from 'ts-mls';
import { protectApplicationData, unprotectPrivateMessage } from 'ts-mls/messageProtection.js';
import { decryptSenderData, type PrivateMessage } from 'ts-mls/privateMessage.js';
import { equalBytes } from '../bytes.ts';
import { GroupError, type Group, type OpenedMessage, type Sealed } from '../contract.ts';
import { LIMITS } from '../limits.ts';
import { guard } from './errors.ts';
import { isRemoved, leafAt, rewrapState, stateOf } from './state.ts';
import { CLIENT_CONFIG, getSuite } from './suite.ts';
import { decodeWire, encodeWire } from './wire.ts';

/** Varint length, content, and an Ed25519 signature with its length: what is padded (RFC 9420 section 6.3.1). */
const OVERHEAD = 4 + 2 + 64;

/**
 * Seals an application message. Its length on the wire is a multiple of the bucket plus what the AEAD and the header take.
 *
 * @throws GroupError `forbidden` after this device was removed
 */
export async function sealMessage(group: Group, content: Uint8Array, aad: Uint8Array): Promise<Sealed> {
  const state = stateOf(group);
  if (isRemoved(state)) throw new GroupError('forbidden', 'this device was removed');
  const padUntilLength = Math.ceil((content.length + OVERHEAD) / LIMITS.messageBucket) * LIMITS.messageBucket;
  const { newSecretTree, privateMessage } = await protectApplicationData(
    state.signaturePrivateKey,
    state.keySchedule.senderDataSecret,
    content,
    aad,
    state.groupContext,
    state.secretTree,
    state.privatePath.leafIndex,
    { kind: 'padUntilLength', padUntilLength },
    await getSuite(),
  );
  const sealed = encodeWire({ version: 'mls10', wireformat: 'mls_private_message', privateMessage });
  return { group: rewrapState({ ...state, secretTree: newSecretTree }, group), sealed };
}

/**
 * Opens an application message of this epoch or of one of those kept.
 *
 * @throws GroupError `unreadable`, `replayed`, `future_epoch`
 */
export async function openMessage(group: Group, sealed: Uint8Array): Promise<OpenedMessage> {
  const state = stateOf(group);
  const message = decodeWire(sealed);
  if (message.wireformat !== 'mls_private_message') throw new GroupError('unreadable', 'no private message');
  const { privateMessage } = message;
  if (privateMessage.contentType !== 'application') throw new GroupError('unreadable', 'no application message');
  const epoch = epochOf(state, privateMessage);
  const { content, tree, sender } = await unprotect(state, epoch, privateMessage);
  if (content.contentType !== 'application') throw new GroupError('unreadable', 'no application message');
  return {
    group: rewrapState(withSecretTree(state, privateMessage.epoch, tree), group),
    sender,
    content: content.applicationData,
    aad: content.authenticatedData,
    epoch: Number(privateMessage.epoch),
  };
}

/** What opens the messages of one epoch. */
export type EpochKeys = Pick<EpochReceiverData, 'secretTree' | 'ratchetTree' | 'senderDataSecret' | 'groupContext'>;

/** @throws GroupError for another group's messages and for those of an epoch that is not kept or not reached */
export function epochOf(state: ClientState, message: Pick<PrivateMessage, 'groupId' | 'epoch'>): EpochKeys {
  const { groupId, epoch } = state.groupContext;
  if (!equalBytes(message.groupId, groupId)) throw new GroupError('unreadable', 'of another room');
  if (message.epoch > epoch) throw new GroupError('future_epoch', `of epoch ${message.epoch}, this is ${epoch}`);
  if (message.epoch === epoch) return { ...state, senderDataSecret: state.keySchedule.senderDataSecret };
  const past = state.historicalReceiverData.get(message.epoch);
  if (!past) throw new GroupError('unreadable', 'of an epoch that is no longer kept');
  return past;
}

/**
 * Opens a private message of any kind. The sender is looked up before its ratchet is touched: ts-mls only *returns* the
 * error for a blank leaf, and an own message that came back must not use up a key this device will send with.
 */
export async function unprotect(state: ClientState, epoch: EpochKeys, message: PrivateMessage) {
  const suite = await getSuite();
  return guard(async () => {
    const senderData = await decryptSenderData(message, epoch.senderDataSecret, suite);
    const leaf = senderData && leafAt(epoch.ratchetTree, senderData.leafIndex);
    if (!leaf) throw new GroupError('unreadable', 'of no member of its epoch');
    if (senderData.leafIndex === state.privatePath.leafIndex) throw new GroupError('replayed', 'own');
    const { content, tree } = await unprotectPrivateMessage(
      epoch.senderDataSecret,
      message,
      epoch.secretTree,
      epoch.ratchetTree,
      epoch.groupContext,
      CLIENT_CONFIG.keyRetentionConfig,
      suite,
    );
    return { content: content.content, auth: content.auth, tree, sender: leaf.signaturePublicKey, leafIndex: senderData.leafIndex };
  });
}

function withSecretTree(state: ClientState, epoch: bigint, secretTree: ClientState['secretTree']): ClientState {
  if (epoch === state.groupContext.epoch) return { ...state, secretTree };
  const past = state.historicalReceiverData.get(epoch) as EpochReceiverData;
  return { ...state, historicalReceiverData: new Map(state.historicalReceiverData).set(epoch, { ...past, secretTree }) };
}
