import { decode, encode } from 'cborg';
import type { ClientState, EpochReceiverData } from 'ts-mls';
import { decodeGroupContext, encodeGroupContext } from 'ts-mls/groupContext.js';
import { decodeKeySchedule, encodeKeySchedule } from 'ts-mls/keySchedule.js';
import { decodePrivateKeyPath, privateKeyPathEncoder } from 'ts-mls/privateKeyPath.js';
import { encode as encodeTls } from 'ts-mls/codec/tlsEncoder.js';
import * as v from 'valibot';
import { equalBytes } from '../bytes.ts';
import { GroupError, type Group, type Identity } from '../contract.ts';
import { guard } from './errors.ts';
import { collectNodes, packTree, type PackedNodes, unpackNodes, unpackTree } from './packed-tree.ts';
import { packSecrets, unpackSecrets } from './packed-secrets.ts';
import { leafAt, stateOf, wrapState } from './state.ts';
import { CLIENT_CONFIG } from './suite.ts';

const VERSION = 1;

const bytes = v.instance(Uint8Array);
const pastSchema = v.strictTuple([bytes, bytes, bytes, bytes]);
const schema = v.strictTuple([
  v.literal(VERSION),
  bytes, // device
  v.boolean(), // removed
  bytes, // GroupContext
  bytes, // key schedule
  bytes, // private keys of the path
  bytes, // confirmation tag
  v.array(bytes), // the nodes that stand in one of the trees
  bytes, // tree
  bytes, // secrets of its leaves
  v.array(pastSchema), // past epochs, oldest first: GroupContext, sender data secret, tree, secrets
]);

/**
 * A device's state of a group, in the clear: for the vault. It is written with every message, so it leaves out what ts-mls'
 * own encoding repeats (a tree per epoch, secrets of inner nodes) and what no rule of ours uses (resumption secrets and
 * handshake ratchets of past epochs: the less is kept, the less is lost). The device's seed is not in it.
 */
export function encodeGroup(group: Group): Uint8Array {
  const state = stateOf(group);
  const past = [...state.historicalReceiverData].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, epoch]) => epoch);
  const nodes = collectNodes([state.ratchetTree, ...past.map(({ ratchetTree }) => ratchetTree)]);
  return encode([
    VERSION,
    group.device,
    state.groupActiveState.kind !== 'active',
    encodeGroupContext(state.groupContext),
    encodeKeySchedule(state.keySchedule),
    encodeTls(privateKeyPathEncoder)(state.privatePath),
    state.confirmationTag,
    nodes.encoded,
    packTree(state.ratchetTree, nodes),
    packSecrets(state.secretTree, state.ratchetTree, 'both'),
    past.map((epoch) => encodePast(epoch, nodes)),
  ]);
}

/**
 * @param identity the device that encoded it
 * @throws GroupError `unreadable` when the bytes are damaged, of another version or of another device
 */
export async function decodeGroup(encoded: Uint8Array, identity: Identity): Promise<Group> {
  return guard(() => {
    const value: unknown = decode(Uint8Array.from(encoded));
    if (Array.isArray(value) && value[0] !== VERSION) throw new GroupError('unreadable', 'group state of another version');
    const [, device, removed, context, schedule, path, confirmationTag, encodedNodes, tree, secrets, past] = v.parse(schema, value);
    if (!equalBytes(device, identity.device)) throw new GroupError('unreadable', 'group state of another device');
    const nodes = unpackNodes(encodedNodes);
    const ratchetTree = unpackTree(tree, nodes);
    const state: ClientState = {
      groupContext: whole(decodeGroupContext, context),
      keySchedule: whole(decodeKeySchedule, schedule),
      ratchetTree,
      secretTree: unpackSecrets(secrets, ratchetTree, 'both'),
      privatePath: whole(decodePrivateKeyPath, path),
      signaturePrivateKey: identity.secret,
      unappliedProposals: {},
      confirmationTag,
      historicalReceiverData: new Map(past.map((epoch) => decodePast(epoch, nodes))),
      groupActiveState: { kind: removed ? 'removedFromGroup' : 'active' },
      clientConfig: CLIENT_CONFIG,
    };
    const own = leafAt(ratchetTree, state.privatePath.leafIndex);
    if (!removed && !(own && equalBytes(own.signaturePublicKey, device)))
      throw new GroupError('unreadable', 'group state without its own leaf');
    return wrapState(state, identity.device);
  });
}

function encodePast(epoch: EpochReceiverData, nodes: PackedNodes): Uint8Array[] {
  const { groupContext, senderDataSecret, ratchetTree, secretTree } = epoch;
  return [
    encodeGroupContext(groupContext),
    senderDataSecret,
    packTree(ratchetTree, nodes),
    packSecrets(secretTree, ratchetTree, 'messages'),
  ];
}

function decodePast(
  [context, senderDataSecret, tree, secrets]: v.InferOutput<typeof pastSchema>,
  nodes: ReturnType<typeof unpackNodes>,
): [bigint, EpochReceiverData] {
  const groupContext = whole(decodeGroupContext, context);
  const ratchetTree = unpackTree(tree, nodes);
  const secretTree = unpackSecrets(secrets, ratchetTree, 'messages');
  return [groupContext.epoch, { groupContext, senderDataSecret, ratchetTree, secretTree, resumptionPsk: new Uint8Array() }];
}

function whole<T>(decoder: (bytes: Uint8Array, offset: number) => [T, number] | undefined, encoded: Uint8Array): T {
  const result = decoder(encoded, 0);
  if (!result || result[1] !== encoded.length) throw new GroupError('unreadable', 'damaged group state');
  return result[0];
}
