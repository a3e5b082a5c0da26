import type { RatchetTree } from 'ts-mls';
import { decodeNode, encodeNode, type Node } from 'ts-mls/ratchetTree.js';
import { GroupError } from '../contract.ts';

/** Nodes of several trees, each once: successive epochs share almost all of them. */
export interface PackedNodes {
  readonly encoded: readonly Uint8Array[];
  /** Place in `encoded`, from 1: 0 is a blank. */
  readonly places: ReadonlyMap<Node, number>;
}

/** A node is never changed once it stands in a tree, so that it is encoded once in its life. */
const encodings = new WeakMap<Node, Uint8Array>();

export function collectNodes(trees: readonly RatchetTree[]): PackedNodes {
  const places = new Map<Node, number>();
  const encoded: Uint8Array[] = [];
  for (const node of trees.flat()) {
    if (!node || places.has(node)) continue;
    encoded.push(encodeOnce(node));
    places.set(node, encoded.length);
  }
  return { encoded, places };
}

export function unpackNodes(encoded: readonly Uint8Array[]): Node[] {
  return encoded.map((bytes) => {
    const result = decodeNode(bytes, 0);
    if (!result || result[1] !== bytes.length) throw new GroupError('unreadable', 'damaged tree');
    encodings.set(result[0], bytes);
    return result[0];
  });
}

/** Two bytes a node, big-endian: its place, or 0. */
export function packTree(tree: RatchetTree, { places }: PackedNodes): Uint8Array {
  const packed = new DataView(new ArrayBuffer(tree.length * 2));
  for (const [i, node] of tree.entries()) packed.setUint16(i * 2, node ? (places.get(node) as number) : 0);
  return new Uint8Array(packed.buffer);
}

export function unpackTree(packed: Uint8Array, nodes: readonly Node[]): RatchetTree {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  return Array.from({ length: packed.length / 2 }, (_, i) => {
    const place = view.getUint16(i * 2);
    if (place > nodes.length) throw new GroupError('unreadable', 'damaged tree');
    return place === 0 ? undefined : nodes[place - 1];
  });
}

function encodeOnce(node: Node): Uint8Array {
  const known = encodings.get(node);
  if (known) return known;
  const encoded = encodeNode(node);
  encodings.set(node, encoded);
  return encoded;
}
