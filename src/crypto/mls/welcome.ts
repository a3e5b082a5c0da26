import type { ClientState, GroupInfo, KeyPackage, PrivateKeyPackage, RatchetTree, Welcome } from 'ts-mls';
import { decryptWithLabel } from 'ts-mls/crypto/hpke.js';
import { deriveSecret } from 'ts-mls/crypto/kdf.js';
import { decodeGroupInfo, encodeGroupInfo, extractWelcomeSecret, verifyGroupInfoConfirmationTag } from 'ts-mls/groupInfo.js';
import { decodeGroupSecrets, encodeGroupSecrets } from 'ts-mls/groupSecrets.js';
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js';
import { deriveKeySchedule } from 'ts-mls/keySchedule.js';
import { encodeLeafNode } from 'ts-mls/leafNode.js';
import { pathToRoot } from 'ts-mls/pathSecrets.js';
import type { PrivateKeyPath } from 'ts-mls/privateKeyPath.js';
import { createSecretTree } from 'ts-mls/secretTree.js';
import { leafToNodeIndex, leafWidth, toLeafIndex, toNodeIndex } from 'ts-mls/treemath.js';
import { firstCommonAncestor } from 'ts-mls/updatePath.js';
import { welcomeKey, welcomeNonce } from 'ts-mls/welcome.js';
import { equalBytes } from '../bytes.ts';
import { GroupError, type Identity, type OwnKeyPackage, type Welcomed } from '../contract.ts';
import { judgeWelcome } from '../policy.ts';
import { guard } from './errors.ts';
import { roomFacts } from './facts.ts';
import { verifyGroupInfo } from './group-info.ts';
import { restoreKeyPackage } from './key-package.ts';
import { listLeaves, wrapState } from './state.ts';
import { CLIENT_CONFIG, deriveHpkeKeys, getSuite, SUITE_NAME } from './suite.ts';
import { decodeWire } from './wire.ts';

/** @throws GroupError `unreadable` */
export function welcomeRefs(welcome: Uint8Array): readonly Uint8Array[] {
  return decodeWelcome(welcome).secrets.map(({ newMember }) => newMember);
}

/**
 * Comes in by a Welcome (RFC 9420 section 12.4.3.1), which may be hostile in each part: whoever has the key package can make one. Nothing is derived
 * from what is not bounded and verified before. Whether the log agrees with it, the caller sees when it follows.
 *
 * @throws GroupError `unreadable`, `forbidden`, `wrong_link`
 */
export async function joinByWelcome(
  identity: Identity,
  room: Uint8Array,
  encoded: Uint8Array,
  own: Pick<OwnKeyPackage, 'body' | 'secret'>,
): Promise<Welcomed> {
  const welcome = decodeWelcome(encoded);
  const { publicPackage, privatePackage } = restoreKeyPackage(identity, own);
  return guard(async () => {
    const suite = await getSuite();
    const { joinerSecret, pathSecret } = await openSecrets(welcome, publicPackage, privatePackage);
    const noPsk = new Uint8Array(suite.kdf.size);
    const groupInfo = await openInfo(welcome, joinerSecret, noPsk);
    const { groupContext, confirmationTag, signer } = groupInfo;
    const tree = await verifyGroupInfo(groupInfo, room);
    const inviter = listLeaves(tree).find(({ leafIndex }) => leafIndex === signer)?.leaf.signaturePublicKey as Uint8Array;
    judgeWelcome(roomFacts({ groupContext, ratchetTree: tree }), inviter, identity.device);
    const privatePath = await derivePath(tree, signer, pathSecret, publicPackage, privatePackage);
    const [keySchedule, encryptionSecret] = await deriveKeySchedule(joinerSecret, noPsk, groupContext, suite.kdf);
    if (!(await verifyGroupInfoConfirmationTag(groupInfo, joinerSecret, noPsk, suite)))
      throw new GroupError('unreadable', 'a Welcome that was not confirmed');
    const state: ClientState = {
      groupContext,
      ratchetTree: tree,
      secretTree: await createSecretTree(leafWidth(tree.length), encryptionSecret, suite.kdf),
      privatePath,
      keySchedule,
      confirmationTag,
      signaturePrivateKey: identity.secret,
      unappliedProposals: {},
      historicalReceiverData: new Map(),
      groupActiveState: { kind: 'active' },
      clientConfig: CLIENT_CONFIG,
    };
    return { group: wrapState(state, identity.device), inviter };
  });
}

function decodeWelcome(encoded: Uint8Array): Welcome {
  const message = decodeWire(encoded);
  if (message.wireformat !== 'mls_welcome') throw new GroupError('unreadable', 'no Welcome');
  const { welcome } = message;
  if (welcome.cipherSuite !== SUITE_NAME) throw new GroupError('unreadable', 'another version or cipher suite');
  // A commit adds one device.
  if (welcome.secrets.length !== 1) throw new GroupError('unreadable', 'a Welcome that is not for one');
  return welcome;
}

async function openSecrets(
  { secrets, encryptedGroupInfo }: Welcome,
  keyPackage: KeyPackage,
  { initPrivateKey }: PrivateKeyPackage,
): Promise<{ readonly joinerSecret: Uint8Array; readonly pathSecret: Uint8Array }> {
  const { hpke, hash, kdf } = await getSuite();
  const ref = await makeKeyPackageRef(keyPackage, hash);
  const entry = secrets.find(({ newMember }) => equalBytes(newMember, ref));
  if (!entry) throw new GroupError('unreadable', 'a Welcome for another key package');
  const { kemOutput, ciphertext } = entry.encryptedGroupSecrets;
  const opened = await decryptWithLabel(
    await hpke.importPrivateKey(initPrivateKey),
    'Welcome',
    encryptedGroupInfo,
    kemOutput,
    ciphertext,
    hpke,
  );
  const decoded = decodeGroupSecrets(opened, 0)?.[0];
  if (!decoded || !equalBytes(encodeGroupSecrets(decoded), opened)) throw new GroupError('unreadable', 'malformed group secrets');
  const { joinerSecret, pathSecret, psks } = decoded;
  if (psks.length > 0) throw new GroupError('forbidden', 'a Welcome with PSKs');
  if (!pathSecret) throw new GroupError('forbidden', 'a Welcome without a path');
  if (joinerSecret.length !== kdf.size || pathSecret.length !== kdf.size) throw new GroupError('unreadable', 'malformed group secrets');
  return { joinerSecret, pathSecret };
}

async function openInfo({ encryptedGroupInfo }: Welcome, joinerSecret: Uint8Array, noPsk: Uint8Array): Promise<GroupInfo> {
  const suite = await getSuite();
  const secret = await extractWelcomeSecret(joinerSecret, noPsk, suite.kdf);
  const [key, nonce] = [await welcomeKey(secret, suite), await welcomeNonce(secret, suite)];
  const opened = await suite.hpke.decryptAead(key, nonce, undefined, encryptedGroupInfo);
  const groupInfo = decodeGroupInfo(opened, 0)?.[0];
  if (!groupInfo || !equalBytes(encodeGroupInfo(groupInfo), opened)) throw new GroupError('unreadable', 'malformed GroupInfo');
  return groupInfo;
}

/**
 * The keys of the nodes above the own leaf that the inviter's path has renewed. ts-mls takes them unseen; where one is not that of the tree, later
 * commits could not be opened, and nobody would know why.
 */
async function derivePath(
  tree: RatchetTree,
  signer: number,
  pathSecret: Uint8Array,
  { leafNode }: KeyPackage,
  { hpkePrivateKey }: PrivateKeyPackage,
): Promise<PrivateKeyPath> {
  const { kdf } = await getSuite();
  const encoded = encodeLeafNode(leafNode);
  const own = listLeaves(tree).find(({ leaf }) => equalBytes(encodeLeafNode(leaf), encoded));
  if (!own) throw new GroupError('forbidden', 'a tree without the own key package');
  const leafIndex = toLeafIndex(own.leafIndex);
  const shared = firstCommonAncestor(tree, leafIndex, toLeafIndex(signer));
  const privateKeys: Record<number, Uint8Array> = { [leafToNodeIndex(leafIndex)]: hpkePrivateKey };
  for (const [nodeIndex, secret] of Object.entries(await pathToRoot(tree, toNodeIndex(shared), pathSecret, kdf))) {
    const node = tree[Number(nodeIndex)];
    if (!node) continue;
    const { privateKey, publicKey } = await deriveHpkeKeys(await deriveSecret(secret, 'node', kdf));
    if (node.nodeType !== 'parent' || !equalBytes(node.parent.hpkePublicKey, publicKey))
      throw new GroupError('unreadable', 'a path that is not that of the tree');
    privateKeys[Number(nodeIndex)] = privateKey;
  }
  return { leafIndex, privateKeys };
}
