import type { GroupContext, GroupInfo, KeyPackage, RatchetTree } from 'ts-mls';
import { createConfirmationTag } from 'ts-mls/framedContent.js';
import { encodeGroupInfo, extractWelcomeSecret, signGroupInfo } from 'ts-mls/groupInfo.js';
import { encodeGroupSecrets, type GroupSecrets } from 'ts-mls/groupSecrets.js';
import { encryptWithLabel } from 'ts-mls/crypto/hpke.js';
import { makeKeyPackageRef, signKeyPackage } from 'ts-mls/keyPackage.js';
import { deriveKeySchedule } from 'ts-mls/keySchedule.js';
import { type LeafNodeKeyPackage, signLeafNodeKeyPackage } from 'ts-mls/leafNode.js';
import { addLeafNode, encodeRatchetTree } from 'ts-mls/ratchetTree.js';
import { treeHashRoot } from 'ts-mls/treeHash.js';
import { nodeToLeafIndex, toLeafIndex } from 'ts-mls/treemath.js';
import { createUpdatePath, firstCommonAncestor } from 'ts-mls/updatePath.js';
import { type Welcome, welcomeKey, welcomeNonce } from 'ts-mls/welcome.js';
import type { Group, Identity } from '../../src/crypto/index.ts';
import { createLeaf } from '../../src/crypto/mls/found.ts';
import { stateOf } from '../../src/crypto/mls/state.ts';
import { getSuite } from '../../src/crypto/mls/suite.ts';
import { decodeWire, encodeWire } from '../../src/crypto/mls/wire.ts';
import { none, random } from './people.ts';

const suite = await getSuite();

export interface WelcomeForgery {
  /** Given the tree as it would be, what is sent. */
  readonly tree?: (honest: RatchetTree) => RatchetTree;
  /** After the tree's hash was taken. */
  readonly context?: (honest: GroupContext) => GroupContext;
  readonly info?: (honest: GroupInfo) => GroupInfo;
  readonly secrets?: (honest: GroupSecrets) => GroupSecrets;
  /** Of the plain text, before it is sealed. */
  readonly secretBytes?: (honest: Uint8Array) => Uint8Array;
  readonly infoBytes?: (honest: Uint8Array) => Uint8Array;
  readonly welcome?: (honest: Welcome) => Welcome;
  /** The key package that the secrets are sealed to, where it is another than the one whose leaf stands in the tree. */
  readonly to?: Uint8Array;
  /** Signs the GroupInfo. */
  readonly signer?: Uint8Array;
  readonly confirmed?: boolean;
}

/**
 * A Welcome into a group that only `host` knows, whole and well signed: that no commit stands behind it is what a newcomer cannot see. Everything a
 * dishonest host can choose is an option.
 */
export async function forgeWelcome(host: Group, body: Uint8Array, forgery: WelcomeForgery = {}): Promise<Uint8Array> {
  const keyPackage = readPackage(body);
  const { groupContext: before, ratchetTree, privatePath, signaturePrivateKey } = stateOf(host);
  const signer = toLeafIndex(privatePath.leafIndex);
  const [withLeaf, place] = addLeafNode(ratchetTree, keyPackage.leafNode);
  const [pathTree, , pathSecrets] = await createUpdatePath(withLeaf, signer, before, signaturePrivateKey, suite, [place]);
  const shared = firstCommonAncestor(pathTree, nodeToLeafIndex(place), signer);
  const pathSecret = pathSecrets.find(({ nodeIndex }) => nodeIndex === shared)?.secret;
  const tree = forgery.tree?.(pathTree.slice()) ?? pathTree;
  const treeHash = await treeHashRoot(tree, suite.hash).catch(() => random(32));
  const honestContext: GroupContext = { ...before, epoch: before.epoch + 1n, treeHash, confirmedTranscriptHash: random(32) };
  const groupContext = forgery.context?.(honestContext) ?? honestContext;

  const honestSecrets: GroupSecrets = { joinerSecret: random(32), pathSecret, psks: [] };
  const secrets = forgery.secrets?.(honestSecrets) ?? honestSecrets;
  const noPsk = new Uint8Array(32);
  const [schedule] = await deriveKeySchedule(secrets.joinerSecret, noPsk, groupContext, suite.kdf);
  const tag = await createConfirmationTag(schedule.confirmationKey, groupContext.confirmedTranscriptHash, suite.hash);
  const honestInfo: GroupInfo = {
    groupContext,
    extensions: [{ extensionType: 'ratchet_tree', extensionData: encodeRatchetTree(tree) }],
    confirmationTag: forgery.confirmed === false ? random(32) : tag,
    signer,
    signature: none,
  };
  const info = await signGroupInfo(forgery.info?.(honestInfo) ?? honestInfo, forgery.signer ?? signaturePrivateKey, suite.signature);

  const welcomeSecret = await extractWelcomeSecret(secrets.joinerSecret, noPsk, suite.kdf);
  const [key, nonce] = [await welcomeKey(welcomeSecret, suite), await welcomeNonce(welcomeSecret, suite)];
  const infoBytes = encodeGroupInfo(info);
  const encryptedGroupInfo = await suite.hpke.encryptAead(key, nonce, undefined, forgery.infoBytes?.(infoBytes) ?? infoBytes);
  const plain = encodeGroupSecrets(secrets);
  const target = readPackage(forgery.to ?? body);
  const initKey = await suite.hpke.importPublicKey(target.initKey);
  const { enc, ct } = await encryptWithLabel(initKey, 'Welcome', encryptedGroupInfo, forgery.secretBytes?.(plain) ?? plain, suite.hpke);
  const entry = {
    newMember: await makeKeyPackageRef(target, suite.hash),
    encryptedGroupSecrets: { kemOutput: enc, ciphertext: ct },
  };
  const honest: Welcome = { cipherSuite: before.cipherSuite, secrets: [entry], encryptedGroupInfo };
  return encodeWire({ version: 'mls10', wireformat: 'mls_welcome', welcome: forgery.welcome?.(honest) ?? honest });
}

export interface PackageForgery {
  readonly leaf?: (honest: LeafNodeKeyPackage) => LeafNodeKeyPackage;
  readonly keyPackage?: (honest: KeyPackage) => KeyPackage;
  /** After it was signed. */
  readonly tampered?: (honest: KeyPackage) => KeyPackage;
}

/** A key package of `identity`, signed by it all through, with what a dishonest program can choose. */
export async function forgeKeyPackage(identity: Identity, forgery: PackageForgery = {}): Promise<KeyPackage> {
  const { publicPackage } = await createLeaf(identity);
  const leaf = forgery.leaf?.(publicPackage.leafNode) ?? publicPackage.leafNode;
  const leafNode = { ...(await signLeafNodeKeyPackage(leaf, identity.secret, suite.signature)), leafNodeSource: 'key_package' } as const;
  const changed = forgery.keyPackage?.({ ...publicPackage, leafNode }) ?? { ...publicPackage, leafNode };
  const signed = await signKeyPackage(changed, identity.secret, suite.signature);
  return forgery.tampered?.(signed) ?? signed;
}

export const writePackage = (keyPackage: KeyPackage): Uint8Array =>
  encodeWire({ version: 'mls10', wireformat: 'mls_key_package', keyPackage });

export function readPackage(body: Uint8Array): KeyPackage {
  const message = decodeWire(body);
  if (message.wireformat !== 'mls_key_package') throw new Error('no key package');
  return message.keyPackage;
}
